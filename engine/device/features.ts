/** Get and Set Features (NVMe base 2.0, 5.15 and 5.27): the ones an I/O controller must have, and some that it may. */
import { APST_BYTES, DEALLOCATED_ERRORS, FEATURE, SQE } from '../spec/command.js';
import { CSS } from '../spec/registers.js';
import {
  COMMAND_SEQUENCE_ERROR,
  COMMAND_SET_COMBINATION_REJECTED,
  FEATURE_NOT_SAVEABLE,
  INVALID_FIELD,
  SUCCESS,
} from './answers.js';
import type { SimConfig } from './config.js';
import { initialTransitions } from './initial-transitions.js';
import type { Personality } from './personality.js';

const INTERRUPT_VECTOR_CONFIGURATION = 0x09;
const WRITE_ATOMICITY = 0x0a;

const INITIAL_TMPTH = 343;
const TMPTH_MASK = 0xffff;

/** Initial values and the bits a host may set. What some of them bring about is done where that is; others are kept alone. */
const KEPT: readonly (readonly [number, number, number])[] = [
  [FEATURE.ARBITRATION, 0x7, 0xffff_ff07],
  [FEATURE.POWER_MANAGEMENT, 0, 0x1f],
  [FEATURE.TEMPERATURE_THRESHOLD, INITIAL_TMPTH, 0x003f_ffff],
  // with more bits of a namespace that tells of blocks without data
  [FEATURE.ERROR_RECOVERY, 0, 0xffff],
  [FEATURE.VOLATILE_WRITE_CACHE, 1, 1],
  [FEATURE.INTERRUPT_COALESCING, 0, 0xffff],
  [INTERRUPT_VECTOR_CONFIGURATION, 0, 0x1_ffff],
  [WRITE_ATOMICITY, 0, 1],
  [FEATURE.ASYNC_EVENT_CONFIGURATION, 0, 0x7fff],
  // where there are several power states
  [FEATURE.AUTONOMOUS_POWER_STATES, 1, 1],
  // where there are several command sets
  [FEATURE.COMMAND_SET_PROFILE, 0, 0x1ff],
];

export class Features {
  /** I/O queues the host may create of each kind. */
  submissionQueues: number;
  completionQueues: number;
  /** DW0 of the completion. */
  result = 0;
  /** The table of autonomous transitions: what the host set last. */
  transitions: Uint8Array = new Uint8Array(APST_BYTES);
  private readonly maxIoQueues: number;
  /** The table that it comes with. */
  private readonly firstTransitions: Uint8Array;
  private readonly personality: Personality;
  private readonly values = new Map<number, number>();

  constructor({
    maxIoQueues,
    personality,
    powerStates = [],
  }: Pick<SimConfig, 'maxIoQueues' | 'personality' | 'powerStates'>) {
    this.firstTransitions = initialTransitions(powerStates);
    this.maxIoQueues = maxIoQueues;
    this.personality = personality;
    this.submissionQueues = maxIoQueues;
    this.completionQueues = maxIoQueues;
    this.reset();
  }

  reset(): void {
    this.submissionQueues = this.maxIoQueues;
    this.completionQueues = this.maxIoQueues;
    this.transitions = this.firstTransitions.slice();
    for (const [feature, initial] of KEPT) this.values.set(feature, initial);
  }

  get(command: Uint32Array): number {
    const cdw10 = command[SQE.CDW10];
    // SEL: without saved values (ONCS bit 4) only the current one exists
    if (((cdw10 >>> 8) & 7) !== 0) return INVALID_FIELD;
    const feature = cdw10 & 0xff;
    if (this.refuses(feature)) return INVALID_FIELD;
    if (feature === FEATURE.NUMBER_OF_QUEUES) return this.answerQueues();
    const value = this.values.get(feature);
    if (value === undefined) return INVALID_FIELD;
    this.result = value;
    return SUCCESS;
  }

  set(command: Uint32Array, ioQueuesExist: boolean): number {
    const cdw10 = command[SQE.CDW10];
    const cdw11 = command[SQE.CDW11];
    const feature = cdw10 & 0xff;
    if (this.refuses(feature)) return INVALID_FIELD;
    const kept = KEPT.find(([id]) => id === feature);
    if (feature !== FEATURE.NUMBER_OF_QUEUES && kept === undefined) return INVALID_FIELD;
    if (cdw10 >>> 31 === 1) return FEATURE_NOT_SAVEABLE;
    if (kept === undefined) return this.setQueues(cdw11, ioQueuesExist);
    if ((cdw11 & ~(kept[2] | this.more(feature))) !== 0) return INVALID_FIELD;
    if (feature === FEATURE.POWER_MANAGEMENT && cdw11 >= this.personality.powerStates) return INVALID_FIELD;
    if (feature === FEATURE.COMMAND_SET_PROFILE && this.combination(cdw11) === 0)
      return COMMAND_SET_COMBINATION_REJECTED;
    this.values.set(feature, cdw11);
    return SUCCESS;
  }

  /** Identifiers of those that there are. */
  supported(): number[] {
    const { hostMemoryBytes, logs } = this.personality;
    const all = [FEATURE.NUMBER_OF_QUEUES, ...KEPT.map(([feature]) => feature)];
    const lent = hostMemoryBytes > 0 ? [FEATURE.HOST_MEMORY_BUFFER] : [];
    const timed = logs.includes('persistent') ? [FEATURE.TIMESTAMP] : [];
    return [...all, ...lent, ...timed].filter((feature) => !this.refuses(feature));
  }

  /** The current value; 0 of one that there is not. */
  value(feature: number): number {
    return this.values.get(feature) ?? 0;
  }

  /** Of the composite temperature, from which on it is too warm: what the host has set last (TMPTH), if it was for that. */
  warningKelvin(): number {
    const value = this.value(FEATURE.TEMPERATURE_THRESHOLD);
    return (value & ~TMPTH_MASK) === 0 ? value : INITIAL_TMPTH;
  }

  /** Whether its personality has no such feature. */
  refuses(feature: number): boolean {
    const { refusedFeatures, powerStates, commandSets } = this.personality;
    return (
      refusedFeatures.includes(feature) ||
      (feature === FEATURE.AUTONOMOUS_POWER_STATES && powerStates === 1) ||
      (feature === FEATURE.COMMAND_SET_PROFILE && (commandSets & CSS.SEVERAL) === 0)
    );
  }

  /** Whether the combination of command sets that was chosen has one. */
  hasInForce(csi: number): boolean {
    return ((this.combination(this.value(FEATURE.COMMAND_SET_PROFILE)) >>> csi) & 1) === 1;
  }

  private combination(index: number): number {
    return this.personality.commandSetCombinations[index] ?? 0;
  }

  /** Bits that depend on the personality. */
  private more(feature: number): number {
    return feature === FEATURE.ERROR_RECOVERY && this.personality.deallocatedErrors ? DEALLOCATED_ERRORS : 0;
  }

  private setQueues(cdw11: number, ioQueuesExist: boolean): number {
    const submission = cdw11 & 0xffff;
    const completion = cdw11 >>> 16;
    if (submission === 0xffff || completion === 0xffff) return INVALID_FIELD;
    const { mostQueuesAsked } = this.personality;
    if (mostQueuesAsked > 0 && Math.max(submission, completion) >= mostQueuesAsked) return INVALID_FIELD;
    if (ioQueuesExist) return COMMAND_SEQUENCE_ERROR;
    this.submissionQueues = Math.min(submission + 1, this.maxIoQueues);
    this.completionQueues = Math.min(completion + 1, this.maxIoQueues);
    return this.answerQueues();
  }

  private answerQueues(): number {
    this.result = (this.submissionQueues - 1) | ((this.completionQueues - 1) << 16);
    return SUCCESS;
  }
}
