/** What a controller says of its I/O command sets, and which of them are in force (NVMe base 2.0, 3.1.2.2 and 5.27.1.21). */
import {
  type Capabilities,
  COMMAND_SETS,
  type CommandLimits,
  type CommandSetCombination,
  type CommandSetFacts,
  CSI,
  CSS,
  decodeAppendLimit,
  decodeCombinations,
  decodeCommandLimits,
  FEATURE,
  VERSION_2_0,
} from '../../spec/index.js';
import type { Admin } from './admin.js';
import type { Quirks } from './quirks.js';
import { unlessRefused } from './refused.js';

/** What of a controller they follow from. */
export interface CommandSetSource {
  readonly admin: Pick<Admin, 'controllerOfCommandSet' | 'commandSetCombinations' | 'feature' | 'setFeature'>;
  readonly capabilities: Pick<Capabilities, 'commandSets' | 'minPageBytes'>;
  /** VS. */
  readonly versionWord: number;
  readonly quirks: Quirks;
  /** Another process holds the controller: what is in force is not this one's to choose. */
  readonly shared: boolean;
}

const PROFILE = 'I/O Command Set Profile';
const nameOf = (csi: number): string => COMMAND_SETS[csi] ?? `command set ${csi}`;

/**
 * Asked once, whatever resets come; what a controller refuses to tell, by whatever status, it has not, as Linux has it. All throw
 * EngineError.
 */
export class CommandSets {
  readonly #source: CommandSetSource;
  readonly #asked = new Map<string, Promise<DataView | undefined>>();
  /** IOCSCI before it was set; undefined where it was not. */
  #before: number | undefined;

  constructor(source: CommandSetSource) {
    this.#source = source;
  }

  /** There may be several, of which some are in force. */
  get #areSeveral(): boolean {
    const { capabilities, quirks } = this.#source;
    return (capabilities.commandSets & CSS.SEVERAL) !== 0 && !quirks.has('old-identify');
  }

  #ask(what: string, ask: () => Promise<DataView>): Promise<DataView | undefined> {
    const answer = this.#asked.get(what) ?? ask().catch(unlessRefused);
    this.#asked.set(what, answer);
    // What came to no answer is asked again.
    answer.catch(() => this.#asked.delete(what));
    return answer;
  }

  /** CNS 06h, from version 2.0 on or where there may be several command sets. */
  async #controllerOf(csi: number): Promise<DataView | undefined> {
    const { admin, versionWord, quirks } = this.#source;
    const isThere = this.#areSeveral || (versionWord >= VERSION_2_0 && !quirks.has('old-identify'));
    return isThere ? this.#ask(`06h ${csi}`, () => admin.controllerOfCommandSet(csi)) : undefined;
  }

  /** What one command may name. */
  async limits(): Promise<CommandLimits> {
    const data = await this.#controllerOf(CSI.NVM);
    return data === undefined ? {} : decodeCommandLimits(data, this.#source.capabilities.minPageBytes);
  }

  /** Of Zone Append. */
  async appendLimit(): Promise<ReturnType<typeof decodeAppendLimit>> {
    const data = await this.#controllerOf(CSI.ZONED);
    return data === undefined ? {} : decodeAppendLimit(data);
  }

  async #combinations(): Promise<CommandSetCombination[]> {
    if (!this.#areSeveral) return [];
    const data = await this.#ask('1Ch', () => this.#source.admin.commandSetCombinations());
    return data === undefined ? [] : decodeCombinations(data);
  }

  /** The combination that is in force, by its index; undefined where the controller does not tell. */
  async #inForce(): Promise<number | undefined> {
    const { admin } = this.#source;
    const value = await admin.feature(PROFILE, FEATURE.COMMAND_SET_PROFILE).catch(unlessRefused);
    return value === undefined ? undefined : value.word & 0x1ff;
  }

  /**
   * Has a combination with a command set in force, where the controller has one and another is; of several the one that takes
   * fewest away. Changes nothing of a controller that another process holds.
   */
  async use(csi: number): Promise<void> {
    const combinations = await this.#combinations();
    const has = ({ commandSets }: CommandSetCombination): boolean => commandSets.includes(csi);
    if (this.#source.shared || !combinations.some(has)) return;
    const inForce = await this.#inForce();
    const now = combinations.find(({ index }) => index === inForce);
    if (inForce === undefined || (now !== undefined && has(now))) return;
    const kept = ({ commandSets }: CommandSetCombination): number =>
      commandSets.filter((each) => now?.commandSets.includes(each)).length;
    const [best] = combinations.filter(has).sort((a, b) => kept(b) - kept(a));
    await this.#choose(best.index);
    this.#before ??= inForce;
  }

  /** As it was before `use`. */
  async restore(): Promise<void> {
    if (this.#before !== undefined) await this.#choose(this.#before);
    this.#before = undefined;
  }

  #choose(index: number): Promise<void> {
    return this.#source.admin.setFeature(PROFILE, FEATURE.COMMAND_SET_PROFILE, { word: index });
  }

  /** All that there is, in words. */
  async facts(): Promise<CommandSetFacts> {
    const limits = await this.limits();
    const combinations = await this.#combinations();
    const inForce = combinations.length === 0 ? undefined : await this.#inForce();
    const zoned = combinations.some(({ commandSets }) => commandSets.includes(CSI.ZONED));
    const { mostAppendPages } = zoned ? await this.appendLimit() : {};
    return {
      limits,
      combinations: combinations.map(({ index, commandSets }) => ({
        index,
        commandSets: commandSets.map(nameOf),
        inForce: index === inForce,
      })),
      ...(mostAppendPages === undefined
        ? {}
        : { zoneAppendBytes: mostAppendPages * this.#source.capabilities.minPageBytes }),
    };
  }
}
