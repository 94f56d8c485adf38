/** Whether a run may go on with what an earlier one has left: it has to be the same run of the same tool on the same drives. */
import { configDifferences, differenceText, type Found } from '../../../reports/compare/comparability.js';
import type { BenchResult, DeviceRecord, JobRecord } from '../../../reports/document/index.js';
import type { ConfigData } from '../../config/config-data.js';
import { ConfigError } from '../../config/config-error.js';
import { JOB_KEYS } from '../../config/job-keys.js';
import { recordKeys } from '../../config/key-table.js';
import { checkConfig } from '../../config/load.js';
import { ROUNDS } from '../../config/rounds.js';
import { devicesOfJob, type RunConfig } from '../../config/run-config.js';
import { RUN_KEYS } from '../../config/run-keys.js';
import { toolVersion } from '../../files/tool-version.js';
import type { PlannedJob } from '../plan/plan.js';
import { cannotResume } from './earlier.js';

/** All by which two runs would do other I/O or keep something else: not permissions, bounds and words. */
function whole(config: RunConfig): unknown {
  const jobs = config.jobs.map((job) => ({
    name: job.name,
    ...recordKeys(JOB_KEYS, job, ['work', 'run', 'none']),
    devices: [...devicesOfJob(config, job)],
    ...(job.parallel === undefined ? {} : { parallel: [...job.parallel] }),
    ...(job.rounds === undefined ? {} : { rounds: ROUNDS.record(job.rounds) }),
  }));
  return { ...recordKeys(RUN_KEYS, config, ['work', 'run']), jobs };
}

/** What the configurations differ in; the document has its own as it was run. */
function configFound({ config: before }: BenchResult, config: RunConfig): Found[] {
  try {
    return configDifferences(whole(checkConfig(before as unknown as ConfigData)), whole(config));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [difference('config', 'not one of this nvbench', 'as given')];
  }
}

function difference(fact: string, base: unknown, next: unknown, where = ''): Found {
  const text = (value: unknown): string => (value === undefined ? 'none' : String(value));
  return { fact, where, base: text(base), next: text(next), blocks: true };
}

const DEVICE_FACTS = [
  'transport',
  'modelNumber',
  'serialNumber',
  'firmwareRevision',
  'namespaceId',
  'capacityBytes',
  'lbaFormat',
  'lbaBytes',
  'metadataBytes',
  'protectionType',
] as const satisfies readonly (keyof DeviceRecord)[];

function refuse(output: string, found: readonly Found[], hint: string): void {
  if (found.length === 0) return;
  const between = ['its document', 'this run'] as const;
  const [first, ...others] = found.slice(0, 8).map((each) => differenceText({ ...each, between }));
  const more = found.length > 8 ? [`and ${found.length - 8} more`] : [];
  throw cannotResume(output, `it is not the same run: ${[first, ...others, ...more].join('; ')}`, hint);
}

/** Before a device is touched. Throws EngineError RESUME_IMPOSSIBLE of kind `input` with all that differs. */
export function checkSameRun(output: string, earlier: BenchResult, config: RunConfig): void {
  const { version } = earlier.tool;
  const tool =
    version === toolVersion() ? [] : [difference('tool', `nvbench ${version}`, `nvbench ${toolVersion()}`)];
  refuse(
    output,
    [...tool, ...configFound(earlier, config)],
    'go on with the configuration and the nvbench that it was begun with, or leave --resume out to run it all anew',
  );
}

/** Whether its drives are those of the document. Throws EngineError RESUME_IMPOSSIBLE of kind `input`. */
export function checkSameDevices(
  output: string,
  earlier: BenchResult,
  devices: readonly DeviceRecord[],
): void {
  const found = devices.flatMap((device): Found[] => {
    const before = earlier.devices.find(({ target }) => target === device.target);
    if (before === undefined) return [difference('device', 'none', device.target)];
    return DEVICE_FACTS.filter((fact) => before[fact] !== device[fact]).map((fact) =>
      difference(`device.${fact}`, before[fact], device[fact], device.target),
    );
  });
  refuse(output, found, 'go on with the drives as they were, or leave --resume out to run it all anew');
}

/** What a record was drawn from. Throws EngineError RESUME_IMPOSSIBLE of kind `input` where that is not what is planned now. */
export function checkSameSeed(output: string, record: JobRecord, { spec }: PlannedJob): void {
  if (record.seed === spec.seed) return;
  const found = difference('job.seed', record.seed, spec.seed, `job ${record.name}`);
  refuse(output, [found], 'leave --resume out to run it all anew');
}
