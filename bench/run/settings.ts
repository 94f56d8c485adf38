/** The settings of controllers that a run asks for: set before its first I/O, recorded, and set back after its last. */
import type { DriveSettings, EngineWarning } from '../../engine/index.js';
import type { BenchResult } from '../../reports/document/index.js';
import { type SettingKeys, settingsNamed } from '../config/settings-named.js';
import { doubt } from './doubts/doubt.js';
import type { Silence } from './job/silence.js';
import type { OpenDevice, PlannedJob } from './plan/plan.js';

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

/**
 * What was set on each device for these jobs, by its place; a drive with several namespaces has it with its first. One that does
 * not answer is asked once more, after a reset. Throws EngineError.
 */
export async function applySettings(
  config: SettingKeys,
  devices: readonly OpenDevice[],
  jobs: readonly PlannedJob[],
  silence: Silence,
): Promise<AppliedSettings> {
  const applied = devices.map((): AppliedSettings[number] => []);
  if (settingsNamed(config).length === 0) return applied;
  for (const [device, i] of firstOfEach(devices)) {
    const { settings } = device.drive;
    if (settings === undefined) continue;
    const apply = () => settings.apply(asked(config));
    const set = await apply().catch(async (error: unknown) => {
      await silence.end(error, device, jobs, 'Settings of the controller');
      return apply();
    });
    applied[i].push(...set);
  }
  return applied;
}

type SettingRecord = AppliedSettings[number][number];

function leftDoubt(
  target: string,
  { name, before, after }: SettingRecord,
  problem?: string,
): EngineWarning[] {
  if (problem === undefined && after === before) return [];
  const why = problem ?? `the controller says ${after}`;
  const message = `${name} of ${target} could not be set back to ${before}: ${why}`;
  return [
    doubt(
      'setting-left',
      message,
      'a reset takes it back: the one that ends the run, where the drive still answers',
    ),
  ];
}

/** Sets all of it back and notes what the controllers say then, or why it could not be. */
export async function restoreSettings(result: BenchResult, devices: readonly OpenDevice[]): Promise<void> {
  for (const [{ drive, target }, i] of firstOfEach(devices)) {
    const { settings } = result.devices[i];
    if (settings === undefined) continue;
    const dead = drive.dead();
    const restored = dead === undefined ? ((await drive.settings?.restore()) ?? []) : [];
    for (const record of settings) {
      const { after, problem = dead } = restored.find(({ name }) => name === record.name) ?? {};
      if (after !== undefined) record.after = after;
      result.warnings.push(...leftDoubt(target, record, problem));
    }
  }
}
