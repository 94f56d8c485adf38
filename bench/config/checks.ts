/** Rules that look at more than one key. Each is left alone when a key it needs is itself wrong. */
import { checkGate, type GatedJob, GateError } from '../../reports/gates/parse.js';
import { CONTENT_KEY_NAMES } from './content-keys.js';
import { JOB_KEYS, type JobKeys } from './job-keys.js';
import { defaultOf } from './key-table.js';
import { operationsOfPattern, writesData } from './operation-keys.js';
import { asReads, isMixed, isRandom } from './pattern.js';
import { ONLY_RANDOM } from './random-keys.js';
import type { Rounds } from './rounds.js';
import type { SweepPoint } from './run-config.js';
import type { RunKeys } from './run-keys.js';
import { longestSize, RIVALS } from './size-keys.js';
import { type Extent, formatBytes } from './units.js';
import { formatKeyPath, type KeyPath, quote } from './wording.js';

/** A problem at a key path; `part` tells whether the key or its value is at fault. */
export interface Finding {
  readonly path: KeyPath;
  readonly part: 'key' | 'value';
  readonly message: string;
  readonly suggestion?: string;
  /** Of a key that stands where it means nothing: where it belongs. */
  readonly belongsAt?: KeyPath;
}

/** A job as far as it could be read, `defaults` included. */
export interface ReadJob {
  readonly path: KeyPath;
  readonly name?: string;
  readonly keys: JobKeys;
  /** Keys whose value is wrong, here or in `defaults`. */
  readonly bad: ReadonlySet<string>;
  /** Keys that stand in the job itself. */
  readonly own: ReadonlySet<string>;
  /** Where the values of this job of a sweep stand, by key. */
  readonly varied: ReadonlyMap<string, KeyPath>;
  /** In a sweep, which of its jobs this is. */
  readonly sweep?: SweepPoint;
  /** One object for all jobs that are done in rounds together. */
  readonly rounds?: Rounds;
}

/** The file's own keys as far as they could be read. */
export interface ReadRoot {
  readonly keys: RunKeys;
  readonly bad: ReadonlySet<string>;
}

export const finding = (path: KeyPath, message: string, suggestion?: string): Finding => ({
  path,
  part: 'value',
  message,
  suggestion,
});

const MAX_QUEUE_PAIRS = 65_535;

/** Where a value that may come from `defaults` is to be found. */
export const sourceOf = (job: ReadJob, key: string): KeyPath =>
  job.varied.get(key) ?? (job.own.has(key) ? [...job.path, key] : ['defaults', key]);

/** Whether a trace says what its I/Os are. */
export const playsTrace = ({ keys }: ReadJob): boolean => keys.read_iolog !== undefined;

/** Keys that only some patterns have a use for. */
const PATTERN_KEYS = [
  { key: 'rwmixread', has: isMixed, hint: 'use rw: randrw or rw: rw, or remove it' },
  ...(['write_mode', 'fsync', ...CONTENT_KEY_NAMES] as const).map(
    (key) => ({ key, has: writesData, hint: 'use a pattern that writes, or remove it' }) as const,
  ),
  ...ONLY_RANDOM.map((key) => ({ key, has: isRandom, hint: 'use a random pattern, or remove it' }) as const),
] as const;

function checkPattern(job: ReadJob): Finding[] {
  const { rw } = job.keys;
  if (job.bad.has('rw') || playsTrace(job)) return [];
  if (rw === undefined) return [finding(job.path, 'rw is required', 'add rw: randread, here or in defaults')];
  return PATTERN_KEYS.flatMap(({ key, has, hint }): Finding[] => {
    if (has(rw) || (!job.own.has(key) && !job.varied.has(key))) return [];
    // A sweep over patterns may have others beside this one; its own keys are for those.
    if (job.varied.has('rw') && !job.varied.has(key)) return [];
    const found = finding(sourceOf(job, key), `has no meaning with rw: ${rw}`, hint);
    return [{ ...found, part: job.varied.has(key) ? 'value' : 'key' }];
  });
}

/** Keys that give a job its end: one of them is needed. */
export const ENDS = ['runtime', 'number_ios', 'io_size', 'loops', 'size', 'search', 'read_iolog'] as const;

function checkEnd(job: ReadJob): Finding[] {
  const { number_ios: numberIos, io_size: ioSize } = job.keys;
  if (numberIos !== undefined && ioSize !== undefined) {
    const message = 'number_ios and io_size both say how much each worker does';
    return [finding(sourceOf(job, 'io_size'), message, 'keep one of them')];
  }
  if (ENDS.some((key) => job.bad.has(key) || job.keys[key] !== undefined)) return [];
  return [finding(job.path, 'the job has no end', 'give it runtime, number_ios, or a size to transfer once')];
}

const bytesOf = (region: Extent | undefined): number | undefined =>
  region !== undefined && 'bytes' in region ? region.bytes : undefined;

/** Bytes of the longest I/O of a job; 0 where they could not be read. */
function longestIn({ keys, bad }: ReadJob): number {
  const { rw, bs = defaultOf(JOB_KEYS.bs), bsrange, bssplit } = keys;
  if (rw === undefined || bs === undefined || RIVALS.some((key) => bad.has(key))) return 0;
  return longestSize({ rw, bs, ...(bsrange && { bsrange }), ...(bssplit && { bssplit }) });
}

function checkSizes(job: ReadJob): Finding[] {
  const [first, second] = RIVALS.filter((key) => job.keys[key] !== undefined);
  if (second === undefined) return [];
  return [
    finding(sourceOf(job, second), `${first} and ${second} both say how long I/Os are`, 'keep one of them'),
  ];
}

function checkRegion(job: ReadJob): Finding[] {
  const { size, offset } = job.keys;
  const bs = longestIn(job);
  const found = (['size', 'io_size'] as const).flatMap((key): Finding[] => {
    const bytes = bytesOf(job.keys[key]);
    if (bytes === undefined || job.bad.has(key) || bytes >= bs) return [];
    const percent = bytes <= 100 ? `did you mean "${bytes}%"?` : undefined;
    const message = `${formatBytes(bytes)} is less than one block of ${formatBytes(bs)}`;
    return [finding(sourceOf(job, key), message, percent)];
  });
  if (size === undefined || offset === undefined || job.bad.has('size') || job.bad.has('offset'))
    return found;
  if ('percent' in size && 'percent' in offset && size.percent + offset.percent > 100) {
    const most = 100 - offset.percent;
    found.push(
      finding(
        sourceOf(job, 'size'),
        `offset ${offset.percent}% and size ${size.percent}% reach past the end`,
        `use at most ${most}%`,
      ),
    );
  }
  return found;
}

function checkParts(job: ReadJob): Finding[] {
  const { partition, offset_increment: increment } = job.keys;
  if (!partition || increment === undefined || Object.values(increment)[0] === 0) return [];
  return [
    finding(
      sourceOf(job, 'offset_increment'),
      'has no meaning beside partition: true, which says where each worker begins',
      'remove one of them',
    ),
  ];
}

function checkQueues(job: ReadJob): Finding[] {
  const { numjobs = 1, queue_pairs = 1 } = job.keys;
  if (numjobs * queue_pairs <= MAX_QUEUE_PAIRS) return [];
  const key = job.keys.queue_pairs === undefined ? 'numjobs' : 'queue_pairs';
  const total = `${numjobs} workers with ${queue_pairs} queue pairs each`;
  return [
    finding(sourceOf(job, key), `${total} is more than the ${MAX_QUEUE_PAIRS} an NVMe controller can have`),
  ];
}

const WEIGHTS = ['high_priority_weight', 'medium_priority_weight', 'low_priority_weight'] as const;

/** Weights are of classes that queues have only where some job says so. */
function checkWeights({ keys, bad }: ReadRoot, jobs: readonly ReadJob[]): Finding[] {
  if (jobs.some((job) => job.keys.priority !== undefined || job.bad.has('priority'))) return [];
  return WEIGHTS.filter((key) => keys[key] !== undefined && !bad.has(key)).map((key) => ({
    path: [key],
    part: 'key',
    message: 'has no meaning unless a job has a priority',
  }));
}

/** A worker that sleeps for an interrupt would begin late what is due meanwhile. */
function checkRate(job: ReadJob): Finding[] {
  const { keys, bad } = job;
  if (playsTrace(job)) return [];
  const { rate, thinktime = 0, completion = defaultOf(JOB_KEYS.completion) } = keys;
  const inIops = keys.rate_iops !== undefined || keys.search?.max === 'rate_iops';
  const key = inIops ? 'rate_iops' : rate !== undefined ? 'rate' : undefined;
  const found: Finding[] = [];
  if (inIops && rate !== undefined)
    found.push(finding(sourceOf(job, 'rate'), 'rate and rate_iops are both given', 'keep one of them'));
  if (key !== undefined && thinktime > 0)
    found.push(finding(sourceOf(job, 'thinktime'), `has no meaning with ${key}, which says when I/Os begin`));
  const flows = (keys.flow ?? 0) > 0;
  const rival = key ?? (thinktime > 0 ? 'thinktime' : keys.search === undefined ? undefined : 'search');
  if (flows && rival !== undefined)
    found.push(finding(sourceOf(job, 'flow'), `has no meaning with ${rival}`, 'remove one of them'));
  const paced = key ?? (thinktime > 0 ? 'thinktime' : flows ? 'flow' : undefined);
  if (paced !== undefined && completion !== 'poll' && !bad.has('completion'))
    found.push(finding(sourceOf(job, 'completion'), `${paced} needs completion: poll, got ${completion}`));
  return found;
}

function checkNames(jobs: readonly ReadJob[]): Finding[] {
  const first = new Map<string, KeyPath>();
  const found = new Map<string, Finding>();
  for (const { name, sweep, path } of jobs) {
    const place = formatKeyPath(path);
    // The jobs of a sweep may meet a name by their own name or by that of the sweep.
    for (const own of new Set([name, sweep?.group])) {
      if (own === undefined) continue;
      const earlier = first.get(own) ?? path;
      first.set(own, earlier);
      const other = formatKeyPath(earlier);
      const message = `${other} is named ${quote(own)} too`;
      if (other !== place && !found.has(place))
        found.set(place, finding([...path, 'name'], message, 'give each job its own name'));
    }
  }
  return [...found.values()];
}

const twiceIn = (names: readonly string[], pathOf: (index: number) => KeyPath): Finding[] =>
  names.flatMap((name, index) =>
    names.indexOf(name) === index ? [] : [finding(pathOf(index), `${quote(name)} is in the list twice`)],
  );

/** Devices of the jobs that name none. */
export const fileDevices = ({ device, devices }: RunKeys): readonly string[] =>
  devices ?? (device === undefined ? [] : [device]);

function checkDevices({ keys, bad }: ReadRoot, jobs: readonly ReadJob[]): Finding[] {
  const given = (key: 'device' | 'devices') => bad.has(key) || keys[key] !== undefined;
  if (given('device') && given('devices')) {
    return [
      { ...finding(['devices'], 'device and devices are both given', 'keep one of them'), part: 'key' },
    ];
  }
  const lacking = jobs.find((job) => job.keys.device === undefined && !job.bad.has('device'));
  if (!given('device') && !given('devices') && (lacking !== undefined || jobs.length === 0)) {
    const some = jobs.some((job) => job.keys.device !== undefined);
    const message = some ? `no device is named for job ${quote(lacking?.name ?? '')}` : 'no device is named';
    return [finding([], message, 'add device: sim, or pass --device sim')];
  }
  return [
    ...twiceIn(keys.devices ?? [], (index) => ['devices', index]),
    ...jobs.flatMap((job) => twiceIn(job.keys.device ?? [], (index) => [...sourceOf(job, 'device'), index])),
  ];
}

/** A job as gates speak of it; none where it lacks its name or its pattern. */
export function gatedJob({ name, keys, sweep }: ReadJob): GatedJob[] {
  const { rw } = keys;
  if (name === undefined || rw === undefined || keys.read_iolog !== undefined) return [];
  const inForce = keys.verify_only ? asReads(rw) : rw;
  return [{ name, group: sweep?.group, directions: operationsOfPattern({ ...keys, rw: inForce }) }];
}

/** Gates that fit no job; left alone where a gate or a job could not be read. */
function checkGates({ keys, bad }: ReadRoot, jobs: readonly ReadJob[]): Finding[] {
  const gated = jobs.flatMap(gatedJob);
  if (bad.has('gates') || jobs.length === 0 || gated.length < jobs.length) return [];
  return (keys.gates ?? []).flatMap((gate, index): Finding[] => {
    try {
      checkGate(gate, gated);
      return [];
    } catch (error) {
      if (!(error instanceof GateError)) throw error;
      const { problem, hint } = error;
      return [{ path: ['gates', index], part: 'value', message: problem, suggestion: hint }];
    }
  });
}

/** Every rule between keys that has no file of its own, on what could be read; each job of a sweep is one of `jobs`. */
export function checkRules(root: ReadRoot, jobs: readonly ReadJob[]): Finding[] {
  const perJob = jobs.flatMap((job) => [
    ...checkPattern(job),
    ...checkRate(job),
    ...checkEnd(job),
    ...checkRegion(job),
    ...checkSizes(job),
    ...checkParts(job),
    ...checkQueues(job),
  ]);
  const ofFile = [...checkDevices(root, jobs), ...checkWeights(root, jobs)];
  return [...ofFile, ...checkNames(jobs), ...perJob, ...checkGates(root, jobs)];
}
