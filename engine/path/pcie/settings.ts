/** Settings of a whole controller for the time of a run: read, set, looked at, and set back (NVMe base 2.0, 5.27). */
import { EngineError, NvmeStatusError } from '../../errors.js';
import { APST_BYTES, type ControllerIdentity, FEATURE } from '../../spec/index.js';
import type { AppliedSetting, DriveSettings, RestoredSetting, SettingName } from '../drive.js';
import type { Admin } from './admin.js';
import type { FeatureValue } from './feature.js';
import type { Quirks } from './quirks.js';

const NO_BURST_LIMIT = 7;

interface Setting<T> {
  /** The key of the configuration. */
  readonly name: SettingName;
  readonly feature: number;
  /** The bits that it sets. */
  readonly mask: number;
  readonly dataBytes?: number;
  encode(value: T): number;
  text(word: number): string;
  /** Why this controller cannot be set so, or is known not to bear it. */
  problem?(value: T, identity: ControllerIdentity, quirks: Quirks): string | undefined;
}

const onOff = (word: number): string => ((word & 1) === 1 ? 'on' : 'off');

/** HPW, MPW, LPW: a byte that counts from 0. */
const weight = (name: SettingName, shift: number): Setting<number> => ({
  name,
  feature: FEATURE.ARBITRATION,
  mask: 0xff << shift,
  encode: (commands) => (commands - 1) << shift,
  text: (word) => String(((word >>> shift) & 0xff) + 1),
});

const SETTINGS: { readonly [Key in keyof DriveSettings]-?: Setting<NonNullable<DriveSettings[Key]>> } = {
  volatileWriteCache: {
    name: 'volatile_write_cache',
    feature: FEATURE.VOLATILE_WRITE_CACHE,
    mask: 1,
    encode: Number,
    text: onOff,
    problem: (_, { volatileWriteCache }) =>
      volatileWriteCache ? undefined : 'the controller has no volatile write cache (VWC)',
  },
  // Before the power state: a controller that changes states by itself leaves the one that it is given.
  autonomousPowerStates: {
    name: 'apst',
    feature: FEATURE.AUTONOMOUS_POWER_STATES,
    mask: 1,
    dataBytes: APST_BYTES,
    encode: Number,
    text: onOff,
    problem: (on, { autonomousPowerStates }, quirks) => {
      if (!autonomousPowerStates) return 'the controller changes no power states by itself (APSTA)';
      return on && quirks.has('no-autonomous-states')
        ? 'its model may die of it (quirk no-autonomous-states; --no-quirks insists)'
        : undefined;
    },
  },
  powerState: {
    name: 'power_state',
    feature: FEATURE.POWER_MANAGEMENT,
    mask: 0x1f,
    encode: (state) => state,
    text: (word) => String(word & 0x1f),
    problem: (state, { powerStates, idlePowerStates = [] }, quirks) => {
      if (state >= powerStates) return `the controller has power states 0 to ${powerStates - 1} (NPSS)`;
      if (idlePowerStates.includes(state)) {
        const others = Array.from({ length: powerStates }, (_, at) => at).filter(
          (at) => !idlePowerStates.includes(at),
        );
        return `in state ${state} no I/O is done (NOPS): the first takes the controller to another; it does I/O in ${others.join(', ')}`;
      }
      const isDeepest = state > 0 && state === powerStates - 1;
      return isDeepest && quirks.has('no-deepest-power-state')
        ? 'its family may not come back from that (quirk no-deepest-power-state; --no-quirks insists)'
        : undefined;
    },
  },
  arbitrationBurst: {
    name: 'arbitration_burst',
    feature: FEATURE.ARBITRATION,
    mask: 7,
    encode: (commands) => Math.min(NO_BURST_LIMIT, Math.log2(commands)),
    text: (word) => ((word & 7) === NO_BURST_LIMIT ? 'no limit' : String(2 ** (word & 7))),
  },
  highPriorityWeight: weight('high_priority_weight', 24),
  mediumPriorityWeight: weight('medium_priority_weight', 16),
  lowPriorityWeight: weight('low_priority_weight', 8),
  interruptCoalescing: {
    name: 'interrupt_coalescing',
    feature: FEATURE.INTERRUPT_COALESCING,
    mask: 0xffff,
    encode: ({ threshold, timeUs }) => ((threshold - 1) & 0xff) | (Math.round(timeUs / 100) << 8),
    text: (word) => `${(word & 0xff) + 1} within ${((word >>> 8) & 0xff) * 100}us`,
  },
};

type Row = Setting<unknown>;
const KEYS = Object.keys(SETTINGS) as (keyof DriveSettings)[];

export class Settings {
  private readonly admin: Admin;
  private readonly identity: ControllerIdentity;
  private readonly target: string;
  private readonly quirks: Quirks;
  private readonly changed: { readonly row: Row; readonly before: FeatureValue }[] = [];

  constructor(parts: {
    readonly admin: Admin;
    readonly identity: ControllerIdentity;
    readonly target: string;
    readonly quirks: Quirks;
  }) {
    this.admin = parts.admin;
    this.identity = parts.identity;
    this.target = parts.target;
    this.quirks = parts.quirks;
  }

  /** Sets what is asked; nothing stays set where it throws. Throws EngineError: of kind `input` where the controller cannot. */
  async apply(asked: DriveSettings): Promise<AppliedSetting[]> {
    const applied: AppliedSetting[] = [];
    try {
      for (const key of KEYS) {
        const value = asked[key];
        if (value !== undefined) applied.push(await this.applyOne(SETTINGS[key] as Row, value));
      }
      return applied;
    } catch (error) {
      await this.restore();
      throw error;
    }
  }

  private async applyOne(row: Row, value: unknown): Promise<AppliedSetting> {
    const { name, feature, mask } = row;
    const problem = row.problem?.(value, this.identity, this.quirks);
    if (problem !== undefined) throw this.refusal(row, problem);
    try {
      const before = await this.read(row);
      const word = ((before.word & ~mask) | (row.encode(value) & mask)) >>> 0;
      await this.admin.setFeature(name, feature, { ...before, word });
      this.changed.push({ row, before });
      const during = await this.read(row);
      if (((during.word ^ word) & mask) !== 0)
        throw this.refusal(row, `the controller took it, and has ${row.text(during.word)}`);
      return { name, before: row.text(before.word), during: row.text(during.word) };
    } catch (error) {
      throw error instanceof NvmeStatusError ? this.refusal(row, error.reason) : error;
    }
  }

  /** Sets all of it back, the last first, and reads it again; what could not be set back says why, and is for a reset. */
  async restore(): Promise<RestoredSetting[]> {
    const restored: RestoredSetting[] = [];
    for (const { row, before } of this.changed.splice(0).reverse()) {
      const { name, feature } = row;
      try {
        await this.admin.setFeature(name, feature, before);
        restored.push({ name, after: row.text((await this.read(row)).word) });
      } catch (error) {
        this.admin.forget(feature);
        restored.push({ name, problem: error instanceof EngineError ? error.reason : String(error) });
      }
    }
    return restored;
  }

  private read({ name, feature, dataBytes }: Row): Promise<FeatureValue> {
    return this.admin.feature(name, feature, dataBytes);
  }

  private refusal({ name }: Row, reason: string): EngineError {
    return new EngineError({
      code: 'BAD_SETTING',
      op: `set ${name}`,
      target: this.target,
      reason,
      hint: `leave ${name} out, or name what the controller has`,
      kind: 'input',
    });
  }
}
