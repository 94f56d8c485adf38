/** What a tool of SPDK measured on one device as a job, its cores being the workers. */
import { encodeCounts } from '../../engine/stats/hdr.js';
import { HDR_ENCODING } from '../../engine/stats/hdr-form.js';
import { emptyHistogram, mergeCounts, totalCountOf } from '../../engine/stats/percentiles.js';
import { buildLatency } from '../document/build.js';
import type { JobRecord, LatencyNs, OperationRecord, ResultWarning } from '../document/result.js';
import { highestOf, lowestOf } from '../statistics/extremes.js';
import { contradicted, contradictionsOfLatency } from './contradictions.js';
import {
  binsDisagree,
  coarseHistogram,
  type ImportOptions,
  importError,
  WITHOUT_ERROR_COUNTS,
  WITHOUT_HISTOGRAM,
  WITHOUT_LATENCY,
  WITHOUT_PERCENTILES,
  withinMax,
} from './document.js';
import { nameBySettings } from './job-names.js';
import { agrees, BINS_CONTRADICTED, namedPercentiles } from './printed-percentiles.js';
import type { PerfSettings } from './spdk-command.js';

const BYTES_PER_MIB = 2 ** 20;
const BLOCK_STEP_BYTES = 512;
const NS_PER_SECOND = 1e9;
const NS_PER_MS = 1e6;

/** What was measured on one device from one core. */
export interface SpdkRow {
  readonly device: string;
  readonly core: string;
  readonly iops: number;
  readonly mibPerSecond: number;
  /** Absent where the tool took no latencies. */
  readonly latencyNs?: { readonly mean: number; readonly min: number; readonly max: number };
  /** In ns, by percent. */
  readonly percentilesNs: ReadonlyMap<number, number>;
  readonly counts?: Float64Array;
  /** I/Os beside those counted. */
  readonly failed?: number;
  readonly timeouts?: number;
}

const ESTIMATED_DEPTH: ResultWarning = {
  code: 'imported-estimated-iodepth',
  message: 'the imported text does not say the queue depth: it is the product of IOPS and mean latency',
  advice: 'give it with --iodepth',
};

function wanting(what: string, option: string) {
  return importError(
    `the text does not say ${what}`,
    `put its command line above the figures, or give ${option}`,
  );
}

export interface SpdkSettings extends PerfSettings {
  readonly rw: string;
  readonly direction: 'read' | 'write';
}

/** What the text says under what the options say. Throws ReportError where it is of no single direction. */
export function spdkSettings(said: PerfSettings, options: ImportOptions): SpdkSettings {
  const rw = options.rw ?? said.rw;
  if (rw === undefined) throw wanting('whether it read or wrote', '--rw randread');
  const { rwmixread = 50 } = said;
  const given = { bsBytes: options.bsBytes, iodepth: options.iodepth, runtimeMs: options.runtimeMs };
  const known = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const all = { ...said, ...known, rw };
  if (/^(rand)?read$/.test(rw)) return { ...all, direction: 'read' };
  if (/^(rand)?write$/.test(rw)) return { ...all, direction: 'write' };
  if (/^(rand)?rw$/.test(rw) && (rwmixread === 0 || rwmixread === 100))
    return { ...all, direction: rwmixread === 0 ? 'write' : 'read' };
  throw importError(
    /^(rand)?rw$/.test(rw)
      ? `of the pattern ${rw} the text does not tell reads and writes apart`
      : `its pattern ${rw} is neither of reads nor of writes`,
    'import a run of one direction: read, write, randread or randwrite',
  );
}

function sumOf(rows: readonly SpdkRow[], of: (row: SpdkRow) => number): number {
  return rows.reduce((sum, row) => sum + of(row), 0);
}

/** From the figures: printed to 0.01 MiB/s, so rounded to whole LBAs. */
function blockBytes(rows: readonly SpdkRow[]): number {
  const bytes = sumOf(rows, ({ mibPerSecond }) => mibPerSecond) * BYTES_PER_MIB;
  const ios = sumOf(rows, ({ iops }) => iops);
  return ios === 0 ? 0 : Math.round(bytes / ios / BLOCK_STEP_BYTES) * BLOCK_STEP_BYTES;
}

/** Without buckets that are not those of the percentiles beside them. */
function withoutContradicted(row: SpdkRow): SpdkRow {
  if (row.counts === undefined || agrees(row.counts, row.percentilesNs)) return row;
  const { counts: _, ...kept } = row;
  return kept;
}

function countsOf(rows: readonly SpdkRow[]): Float64Array | undefined {
  const merged = emptyHistogram();
  for (const { counts } of rows) {
    if (counts === undefined) return undefined;
    mergeCounts(merged, counts);
  }
  return merged;
}

function latencyNsOf(rows: readonly SpdkRow[], counts: Float64Array | undefined): LatencyNs {
  const taken = rows.flatMap(({ latencyNs }) => latencyNs ?? []);
  if (taken.length < rows.length) return {};
  const iops = sumOf(rows, (row) => row.iops);
  const mean = iops === 0 ? 0 : taken.reduce((sum, each, i) => sum + each.mean * rows[i].iops, 0) / iops;
  return {
    ...(counts === undefined ? {} : buildLatency(counts)),
    // As printed; of several cores no percentile can be had from those of each.
    ...(rows.length === 1 ? namedPercentiles(rows[0].percentilesNs) : {}),
    min: lowestOf(taken.map(({ min }) => min)),
    mean,
    max: highestOf(taken.map(({ max }) => max)),
  };
}

function elapsedNsOf(counts: Float64Array | undefined, iops: number, runtimeMs: number | undefined): number {
  if (runtimeMs !== undefined) return runtimeMs * NS_PER_MS;
  if (counts !== undefined && iops > 0) return Math.round((totalCountOf(counts) * NS_PER_SECOND) / iops);
  throw wanting('how long it ran', '--runtime 10s');
}

function operationOf(rows: readonly SpdkRow[], bsBytes: number, elapsedNs: number): OperationRecord {
  const counts = countsOf(rows);
  const iops = sumOf(rows, (row) => row.iops);
  const ios = counts === undefined ? Math.round((iops * elapsedNs) / NS_PER_SECOND) : totalCountOf(counts);
  if (!Number.isSafeInteger(ios * bsBytes))
    throw importError('its figures are out of range', 'check the text');
  return {
    ios,
    bytes: ios * bsBytes,
    iops,
    bandwidthBytesPerSecond: iops * bsBytes,
    errors: sumOf(rows, ({ failed = 0 }) => failed),
    latencyNs: withinMax(latencyNsOf(rows, counts)),
    ...(counts === undefined ? {} : { histogram: { encoding: HDR_ENCODING, data: encodeCounts(counts) } }),
  };
}

function depthOf(rows: readonly SpdkRow[], { iops, latencyNs }: OperationRecord): number {
  if (latencyNs.mean === undefined) throw wanting('the queue depth', '--iodepth 32');
  return Math.max(1, Math.round((iops * latencyNs.mean) / NS_PER_SECOND / rows.length));
}

/** What the time of a run may be off that which was asked for, as a share. */
const MOST_OFF = 0.05;

/** Buckets that hold other numbers of I/Os than rate and time make. */
function binWarnings(
  { ios, iops, histogram }: OperationRecord,
  { runtimeMs }: SpdkSettings,
): ResultWarning[] {
  if (histogram === undefined || runtimeMs === undefined) return [];
  const stated = Math.round((iops * runtimeMs * NS_PER_MS) / NS_PER_SECOND);
  return Math.abs(ios - stated) > Math.max(1, MOST_OFF * stated) ? [binsDisagree(ios, stated)] : [];
}

/** Rows are printed to 0.01 MiB/s. */
const MOST_ROUNDED_MIB = 0.01;

/** Bandwidth and IOPS of another block size than is told, and latencies that cannot be. */
function contradictionsOf(rows: readonly SpdkRow[], bsBytes: number): ResultWarning[] {
  const [iops, mib] = [sumOf(rows, (row) => row.iops), sumOf(rows, (row) => row.mibPerSecond)];
  const off = Math.abs(mib - (iops * bsBytes) / BYTES_PER_MIB);
  return [
    ...(off > Math.max(MOST_ROUNDED_MIB * rows.length, MOST_ROUNDED_MIB * mib)
      ? [contradicted(`${iops} IOPS of ${bsBytes} bytes are no ${mib} MiB/s`)]
      : []),
    ...contradictionsOfLatency(latencyNsOf(rows, undefined)),
  ];
}

function warningsOf(
  rows: readonly SpdkRow[],
  measured: OperationRecord,
  bsBytes: number,
  settings: SpdkSettings,
): ResultWarning[] {
  const { histogram, latencyNs } = measured;
  const depth = [
    ...(settings.iodepth === undefined ? [ESTIMATED_DEPTH] : []),
    ...binWarnings(measured, settings),
    ...contradictionsOf(rows, bsBytes),
  ];
  if (latencyNs.max === undefined) return [WITHOUT_LATENCY, ...depth];
  return [
    histogram === undefined ? WITHOUT_HISTOGRAM : coarseHistogram('0.8 %'),
    ...(latencyNs.p50 === undefined ? [WITHOUT_PERCENTILES] : []),
    ...depth,
  ];
}

/**
 * The rows of one device as a job that has just ended. `note` says how latencies were taken. Throws ReportError where the
 * text says too little.
 */
export function spdkJob(
  given: readonly SpdkRow[],
  target: string,
  settings: SpdkSettings,
  options: ImportOptions,
  note: string,
): JobRecord {
  const { rw, direction } = settings;
  const rows = given.map(withoutContradicted);
  const bsBytes = settings.bsBytes ?? blockBytes(rows);
  const elapsedNs = elapsedNsOf(
    countsOf(given),
    sumOf(given, ({ iops }) => iops),
    settings.runtimeMs,
  );
  const measured = operationOf(rows, bsBytes, elapsedNs);
  const iodepth = settings.iodepth ?? depthOf(rows, measured);
  const timeouts = sumOf(rows, (row) => row.timeouts ?? 0);
  return {
    name: options.job ?? nameBySettings({ rw, bsBytes, iodepth }),
    target,
    rw,
    bsBytes,
    iodepth,
    numjobs: rows.length,
    queuePairs: settings.queuePairs ?? 0,
    startedAt: new Date(options.importedAt.getTime() - elapsedNs / NS_PER_MS).toISOString(),
    rampTimeMs: 0,
    elapsedNs,
    stopReason: 'runtime',
    directions: { [direction]: measured },
    errors: { total: measured.errors, byStatus: [], timeouts, unexpectedCompletions: 0 },
    workers: [],
    timestampNote: note,
    warnings: [
      ...(rows.some((row, i) => row !== given[i]) ? [BINS_CONTRADICTED] : []),
      ...warningsOf(rows, measured, bsBytes, settings),
      ...(rows.some(({ failed }) => failed === undefined) ? [WITHOUT_ERROR_COUNTS] : []),
    ],
  };
}

/** `PCIE (0000:85:00.0) NSID 1` as the target of this tool, other names as they are. */
function targetOf(device: string): string {
  const address = /\b([\da-f]{4}:[\da-f]{2}:[\da-f]{2}\.[\da-f])\b/i.exec(device)?.[1];
  return address === undefined ? device : `pci:${address.toLowerCase()}`;
}

/** By device; the names as they are where an address does not tell them apart: namespaces of one controller. */
export function spdkTargets(devices: readonly string[], named: string | undefined): Map<string, string> {
  if (named !== undefined && devices.length > 1)
    throw importError(
      `it is of ${devices.length} devices`,
      'leave --target out: their names are in the text',
    );
  const targets = devices.map((device) => named ?? targetOf(device));
  const distinct = new Set(targets).size === devices.length;
  return new Map(devices.map((device, i) => [device, distinct ? targets[i] : device]));
}

/** Of one run after another, the last of which has just ended: each begins before the next. */
export function inTurn(runs: readonly (readonly JobRecord[])[]): JobRecord[] {
  let laterMs = 0;
  const dated = runs.toReversed().map((jobs, i) => {
    const shifted = jobs.map((job) => ({
      ...job,
      startedAt: new Date(Date.parse(job.startedAt) - laterMs).toISOString(),
      ...(runs.length > 1 ? { run: runs.length - 1 - i } : {}),
    }));
    laterMs += highestOf(jobs.map(({ elapsedNs }) => elapsedNs)) / NS_PER_MS;
    return shifted;
  });
  return dated.reverse().flat();
}
