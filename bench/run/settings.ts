/** The settings of controllers that a run asks for: set before its first I/O, recorded, and set back after its last. */
import type { DriveSettings } from '../../engine/index.js';
import type { BenchResult } from '../../reports/document/index.js';
import { type SettingKeys, settingsNamed } from '../config/settings-named.js';
import type { OpenDevice } from './plan/plan.js';

/** Of `arbitration_burst`: no limit. */
const NO_LIMIT = 128;

function asked(config: SettingKeys): DriveSettings {
  const { interruptCoalescing, volatileWriteCache, powerState, apst, arbitrationBurst } = config;
  const { highPriorityWeight, mediumPriorityWeight, lowPriorityWeight } = config;
  return {
    ...(volatileWriteCache === undefined ? {} : { volatileWriteCache: volatileWriteCache === 'on' }),
    ...(powerState === undefined ? {} : { powerState }),
    ...(apst === undefined ? {} : { autonomousPowerStates: apst === 'on' }),
    ...(arbitrationBurst === undefined
      ? {}
      : { arbitrationBurst: arbitrationBurst === NO_LIMIT ? Number.POSITIVE_INFINITY : arbitrationBurst }),
    ...(highPriorityWeight === undefined ? {} : { highPriorityWeight }),
    ...(mediumPriorityWeight === undefined ? {} : { mediumPriorityWeight }),
    ...(lowPriorityWeight === undefined ? {} : { lowPriorityWeight }),
    ...(interruptCoalescing === undefined
      ? {}
      : {
          interruptCoalescing: {
            threshold: interruptCoalescing.threshold,
            timeUs: interruptCoalescing.timeMs * 1000,
          },
        }),
  };
}

const firstOfEach = (devices: readonly OpenDevice[]): (readonly [OpenDevice, number])[] =>
  devices
    .map((device, i) => [device, i] as const)
    .filter(([{ drive }, i]) => devices.findIndex((other) => other.drive === drive) === i);

export type AppliedSettings = readonly NonNullable<BenchResult['devices'][number]['settings']>[];

/** What was set on each device, by its place; a drive with several namespaces has it with its first. Throws EngineError. */
export async function applySettings(
  config: SettingKeys,
  devices: readonly OpenDevice[],
): Promise<AppliedSettings> {
  const applied = devices.map((): AppliedSettings[number] => []);
  if (settingsNamed(config).length === 0) return applied;
  for (const [{ drive }, i] of firstOfEach(devices))
    applied[i].push(...((await drive.settings?.apply(asked(config))) ?? []));
  return applied;
}

/** Sets all of it back and notes what the controllers say then; a failure is for their reset to make up for. */
export async function restoreSettings(result: BenchResult, devices: readonly OpenDevice[]): Promise<void> {
  for (const [{ drive }, i] of firstOfEach(devices)) {
    const { settings } = result.devices[i];
    if (settings === undefined || drive.dead() !== undefined) continue;
    const restored = (await drive.settings?.restore().catch(() => undefined)) ?? [];
    for (const { name, after } of restored) {
      const record = settings.find((each) => each.name === name);
      if (record !== undefined) record.after = after;
    }
  }
}
