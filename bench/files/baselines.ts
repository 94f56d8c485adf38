/**
 * Baselines in a plain directory: one result file for each pair of devices and workload, at
 * `<dir>/<model>_<serial>_<firmware>_<LBA>/<hash of the workload>.json`, that of an import at
 * `<dir>/imported_<tool>_<targets>/<hash>.json`. The files are results as they were written.
 */
import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EngineError } from '../../engine/errors.js';
import { makeNamedFolder } from '../../engine/files/named-place.js';
import { incompleteness, workloadOf } from '../../reports/compare/comparability.js';
import { spoiltJob } from '../../reports/compare/job-problem.js';
import type { NamedResult } from '../../reports/compare/runs.js';
import { type BenchResult, canonical, type DeviceRecord, formatJson } from '../../reports/document/index.js';
import { OutputFile } from './output-file.js';
import { readResultFile } from './result-file.js';

const HASH_DIGITS = 12;
const MOST_NAME_CHARS = 200;

export interface BaselineKey {
  /** Name of the directory of the devices. */
  readonly device: string;
  /** Digits of the hash of the workload. */
  readonly workload: string;
}

interface Place extends BaselineKey {
  readonly path: string;
}

export interface StoredBaseline extends Place {
  /** Absent where the file cannot be read; then `problem` says why. */
  readonly result?: BenchResult;
  readonly problem?: string;
}

function failure(code: string, op: string, target: string, reason: string, hint: string): EngineError {
  return new EngineError({ code, op, target, reason, hint, kind: 'input' });
}

/** Letters, digits, dot, plus and minus; whatever else a device says of itself must not name another path. */
function slug(text: string): string {
  const plain = text
    .trim()
    .replace(/[^A-Za-z0-9.+-]+/g, '-')
    .replace(/^[.-]+|-+$/g, '');
  return plain === '' ? 'unknown' : plain;
}

function deviceName({
  modelNumber,
  serialNumber,
  firmwareRevision,
  lbaBytes,
  metadataBytes,
}: DeviceRecord): string {
  const format = metadataBytes === 0 ? `${lbaBytes}` : `${lbaBytes}+${metadataBytes}`;
  return [modelNumber, serialNumber, firmwareRevision, format].map(slug).join('_');
}

/** Imports do not describe devices: what measured them, and what they call their targets. */
function devicesName({ devices, imported, jobs }: BenchResult): string {
  if (devices.length > 0) return devices.map(deviceName).join('__');
  const targets = [...new Set(jobs.map(({ target }) => target))];
  return ['imported', imported?.tool ?? '', ...targets].map(slug).join('_');
}

/** What a result is kept under: its devices, in their order, and what was asked of them. */
export function baselineKey(result: BenchResult): BaselineKey {
  const { devices, config, workload } = result;
  const names = devicesName(result);
  const hash = (text: string): string =>
    createHash('sha256').update(text).digest('hex').slice(0, HASH_DIGITS);
  const device = names.length > MOST_NAME_CHARS ? `${devices.length}-devices_${hash(names)}` : names;
  return { device, workload: hash(canonical(workload ?? workloadOf(config))) };
}

function pathOf(dir: string, { device, workload }: BaselineKey): string {
  return join(dir, device, `${workload}.json`);
}

/**
 * Keeps a result as the baseline of its devices and workload; answers with its path. Throws EngineError
 * BASELINE_INCOMPLETE for one that did not run to its end, BASELINE_INVALID for one with a job that was stopped or is
 * invalid, against which no gate could be judged, BASELINE_EXISTS unless it may replace.
 */
export function saveBaseline(dir: string, { name, result }: NamedResult, replace: boolean): string {
  const op = 'save the baseline';
  const incomplete = incompleteness(result);
  if (incomplete !== undefined)
    throw failure('BASELINE_INCOMPLETE', op, name, incomplete, 'save a result that ran to its end');
  const spoilt = spoiltJob(result);
  if (spoilt !== undefined) {
    const hint = 'nvbench show --view warnings says why; remove the cause, run it again and save that';
    throw failure('BASELINE_INVALID', op, name, spoilt, hint);
  }
  const path = pathOf(dir, baselineKey(result));
  if (!replace && placesIn(dir).some((place) => place.path === path))
    throw failure('BASELINE_EXISTS', op, path, 'there is one for this device and workload', 'add --replace');
  try {
    makeNamedFolder(dirname(path), 0o777);
  } catch (cause) {
    throw failure(
      'BASELINE_UNWRITABLE',
      op,
      path,
      (cause as Error).message,
      'name a directory that can be written',
    );
  }
  OutputFile.prepare(path, { option: '--dir' }).replace(formatJson(result));
  return path;
}

/** Where the baselines of the directory are, by device and workload; none where it does not exist. */
function placesIn(dir: string): Place[] {
  let names: string[];
  try {
    names = readdirSync(dir, { recursive: true, encoding: 'utf8' });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw failure('BASELINES_UNREADABLE', 'read the baselines', dir, (cause as Error).message, 'check --dir');
  }
  return names
    .map((name) => ({ name, parts: /^([^/]+)\/([0-9a-f]+)\.json$/.exec(name) }))
    .filter(({ parts }) => parts !== null)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, parts }): Place => {
      const [, device, workload] = parts ?? [];
      return { device, workload, path: join(dir, name) };
    });
}

const stored = (place: Place): StoredBaseline => ({ ...place, ...readStored(place.path) });

/** Every baseline of the directory, by device and workload; none where it does not exist. */
export function listBaselines(dir: string): StoredBaseline[] {
  return placesIn(dir).map(stored);
}

function readStored(path: string): { result: BenchResult } | { problem: string } {
  // A pipe in its place would hold up a run that looks for its baseline at its end.
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return { problem: 'it is no regular file' };
  try {
    return { result: readResultFile(path) };
  } catch (error) {
    if (error instanceof EngineError) return { problem: error.reason };
    throw error;
  }
}

/** The readable baseline in whose place a result would be saved; undefined where there is none. */
export function replacedBaseline(dir: string, result: BenchResult): NamedResult | undefined {
  const path = pathOf(dir, baselineKey(result));
  const place = placesIn(dir).find((each) => each.path === path);
  const replaced = place && stored(place).result;
  return replaced && { name: path, result: replaced };
}

/** The baseline for a result. Throws EngineError BASELINE_MISSING, or RESULT_UNREADABLE for a broken one. */
export function findBaseline(dir: string, result: BenchResult): NamedResult {
  const key = baselineKey(result);
  const path = pathOf(dir, key);
  const op = 'find the baseline';
  const places = placesIn(dir).filter(({ device }) => device === key.device);
  // Results without `workload` are kept under the configuration as it was written.
  const older = pathOf(dir, baselineKey({ ...result, workload: undefined }));
  for (const known of [path, older]) {
    const place = places.find((each) => each.path === known);
    if (place === undefined) continue;
    const { result: found, problem = '' } = stored(place);
    if (found === undefined) throw failure('RESULT_UNREADABLE', op, known, problem, 'save it again');
    return { name: known, result: found };
  }
  const reason =
    places.length === 0
      ? `there is none for this device in ${dir}`
      : `there is none for this workload; the device has ${places.length} for others`;
  throw failure('BASELINE_MISSING', op, path, reason, 'save one with nvbench baseline save result.json');
}

/** The baseline that a user names by file, by workload or by the start of its path below the directory. */
export function namedBaseline(dir: string, name: string): StoredBaseline {
  const found = placesIn(dir).filter(
    ({ path, device, workload }) =>
      path === name || workload === name || `${device}/${workload}`.startsWith(name),
  );
  if (found.length === 1) return stored(found[0]);
  const reason =
    found.length === 0 ? 'there is no such baseline' : `${found.length} baselines have that name`;
  throw failure('BASELINE_MISSING', 'show the baseline', name, reason, 'see nvbench baseline list');
}
