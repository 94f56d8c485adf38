/** The text of spdk_nvme_perf as a result document: a job for each device, its cores being the workers. */
import { encodeCounts } from '../../engine/stats/hdr.js';
import { HDR_ENCODING } from '../../engine/stats/hdr-form.js';
import { emptyHistogram, mergeCounts, totalCountOf } from '../../engine/stats/percentiles.js';
import { buildLatency } from '../document/build.js';
import type {
  BenchResult,
  JobRecord,
  LatencyNs,
  OperationRecord,
  ResultWarning,
} from '../document/result.js';
import { formatBytes } from '../render/format.js';
import { sanitize } from '../render/terminal.js';
import { highestOf, lowestOf } from '../statistics/extremes.js';
import {
  coarseHistogram,
  type ImportOptions,
  importError,
  importedDocument,
  WITHOUT_HISTOGRAM,
  WITHOUT_PERCENTILES,
  withinMax,
} from './document.js';
import { namedApart } from './job-names.js';
import { type PerfSettings, perfSettings } from './spdk-command.js';
import { type PerfRow, type PerfTable, perfTables } from './spdk-tables.js';

const BYTES_PER_MIB = 2 ** 20;
const BLOCK_STEP_BYTES = 512;
const NS_PER_SECOND = 1e9;
const NS_PER_MS = 1e6;
/** No line of interest is near it, and patterns are slow on lines made to be. */
const MAX_LINE_LENGTH = 1000;
const NOTE = 'latency in software, as spdk_nvme_perf took it';

/** Percentiles that a document has, by the percent that perf prints. */
const PERCENTILES = [
  [50, 'p50'],
  [90, 'p90'],
  [95, 'p95'],
  [99, 'p99'],
  [99.9, 'p99_9'],
  [99.99, 'p99_99'],
  [99.999, 'p99_999'],
] as const;

const ESTIMATED_DEPTH: ResultWarning = {
  code: 'imported-estimated-iodepth',
  message: 'the imported text does not say the queue depth: it is the product of IOPS and mean latency',
  advice: 'give it with --iodepth',
};

const AMBIGUOUS_HEADINGS: ResultWarning = {
  code: 'imported-headings-ambiguous',
  message:
    'it is open of which device percentiles and histograms in the imported text are: they are left out',
  advice: 'run spdk_nvme_perf with one device at a time',
};

function wanting(what: string, option: string) {
  return importError(
    `the text does not say ${what}`,
    `put its command line above the figures, or give ${option}`,
  );
}

interface Settings extends PerfSettings {
  readonly rw: string;
  readonly direction: 'read' | 'write';
}

function settingsOf(lines: readonly string[], options: ImportOptions): Settings {
  const said = perfSettings(lines);
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
    `of the pattern ${rw} the text does not tell reads and writes apart`,
    'import a run of one direction: read, write, randread or randwrite',
  );
}

/** From the figures: printed to 0.01 MiB/s, so rounded to whole LBAs. */
function blockBytes(rows: readonly PerfRow[]): number {
  const bytes = sumOf(rows, ({ mibPerSecond }) => mibPerSecond) * BYTES_PER_MIB;
  const ios = sumOf(rows, ({ iops }) => iops);
  return ios === 0 ? 0 : Math.round(bytes / ios / BLOCK_STEP_BYTES) * BLOCK_STEP_BYTES;
}

function sumOf(rows: readonly PerfRow[], of: (row: PerfRow) => number): number {
  return rows.reduce((sum, row) => sum + of(row), 0);
}

function countsOf(rows: readonly PerfRow[]): Float64Array | undefined {
  const merged = emptyHistogram();
  for (const { counts } of rows) {
    if (counts === undefined) return undefined;
    mergeCounts(merged, counts);
  }
  return merged;
}

/** As printed; of several cores no percentile can be had from those of each. */
function printedPercentiles(rows: readonly PerfRow[]): Partial<LatencyNs> {
  if (rows.length !== 1) return {};
  const found: Partial<LatencyNs> = {};
  for (const [percent, name] of PERCENTILES) {
    const ns = rows[0].percentilesNs.get(percent);
    if (ns !== undefined) found[name] = ns;
  }
  return found;
}

function elapsedNsOf(counts: Float64Array | undefined, iops: number, runtimeMs: number | undefined): number {
  if (runtimeMs !== undefined) return runtimeMs * NS_PER_MS;
  if (counts !== undefined && iops > 0) return Math.round((totalCountOf(counts) * NS_PER_SECOND) / iops);
  throw wanting('how long it ran', '--runtime 10s');
}

function directionOf(rows: readonly PerfRow[], bsBytes: number, elapsedNs: number): OperationRecord {
  const counts = countsOf(rows);
  const iops = sumOf(rows, (row) => row.iops);
  const ios = counts === undefined ? Math.round((iops * elapsedNs) / NS_PER_SECOND) : totalCountOf(counts);
  if (!Number.isSafeInteger(ios * bsBytes))
    throw importError('its figures are out of range', 'check the text');
  const mean = iops === 0 ? 0 : sumOf(rows, (row) => row.meanNs * row.iops) / iops;
  return {
    ios,
    bytes: ios * bsBytes,
    iops,
    bandwidthBytesPerSecond: iops * bsBytes,
    errors: 0,
    latencyNs: withinMax({
      ...(counts === undefined ? {} : buildLatency(counts)),
      ...printedPercentiles(rows),
      min: lowestOf(rows.map(({ minNs }) => minNs)),
      mean,
      max: highestOf(rows.map(({ maxNs }) => maxNs)),
    }),
    ...(counts === undefined ? {} : { histogram: { encoding: HDR_ENCODING, data: encodeCounts(counts) } }),
  };
}

/** `PCIE (0000:85:00.0) NSID 1` as the target of this tool, other names as they are. */
function targetOf(device: string): string {
  const address = /\b([\da-f]{4}:[\da-f]{2}:[\da-f]{2}\.[\da-f])\b/i.exec(device)?.[1];
  return address === undefined ? device : `pci:${address.toLowerCase()}`;
}

/** By device; the names as they are where an address does not tell them apart: namespaces of one controller. */
function targetsOf(devices: readonly string[], named: string | undefined): Map<string, string> {
  if (named !== undefined && devices.length > 1)
    throw importError(
      `it is of ${devices.length} devices`,
      'leave --target out: their names are in the text',
    );
  const targets = devices.map((device) => named ?? targetOf(device));
  const distinct = new Set(targets).size === devices.length;
  return new Map(devices.map((device, i) => [device, distinct ? targets[i] : device]));
}

function jobOf(
  rows: readonly PerfRow[],
  target: string,
  settings: Settings,
  options: ImportOptions,
): JobRecord {
  const { rw, direction } = settings;
  const bsBytes = settings.bsBytes ?? blockBytes(rows);
  const elapsedNs = elapsedNsOf(
    countsOf(rows),
    sumOf(rows, ({ iops }) => iops),
    settings.runtimeMs,
  );
  const measured = directionOf(rows, bsBytes, elapsedNs);
  const outstanding = (measured.iops * (measured.latencyNs.mean ?? 0)) / NS_PER_SECOND / rows.length;
  const iodepth = settings.iodepth ?? Math.max(1, Math.round(outstanding));
  const { histogram, latencyNs } = measured;
  return {
    name: options.job ?? `${rw}-${formatBytes(bsBytes).replace(' ', '')}-qd${iodepth}`,
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
    errors: { total: 0, byStatus: [], timeouts: 0, unexpectedCompletions: 0 },
    workers: [],
    timestampNote: NOTE,
    warnings: [
      histogram === undefined ? WITHOUT_HISTOGRAM : coarseHistogram('0.8 %'),
      ...(latencyNs.p50 === undefined ? [WITHOUT_PERCENTILES] : []),
      ...(settings.iodepth === undefined ? [ESTIMATED_DEPTH] : []),
    ],
  };
}

/** Throws ReportError where rows cannot be told apart: their runs cannot either. */
function checkRows(rows: readonly PerfRow[]): void {
  const seen = new Set<string>();
  const twice = rows.find((row) => seen.size === seen.add(JSON.stringify([row.device, row.core])).size);
  if (twice === undefined) return;
  throw importError(
    `${sanitize(twice.device)} from core ${twice.core} has two rows`,
    'give one run at a time, or each with its head (Device Information) and, where names are cut, of one device',
  );
}

function jobsOfTable({ rows, above, ambiguous }: PerfTable, options: ImportOptions): JobRecord[] {
  checkRows(rows);
  const settings = settingsOf(above, options);
  const targets = targetsOf([...new Set(rows.map(({ device }) => device))], options.target);
  return [...targets].map(([device, target]) => {
    const own = rows.filter((row) => row.device === device);
    const job = jobOf(own, target, settings, options);
    return ambiguous ? { ...job, warnings: [...job.warnings, AMBIGUOUS_HEADINGS] } : job;
  });
}

/** Of one run after another, the last of which has just ended: each begins before the next. */
function inTurn(runs: readonly (readonly JobRecord[])[]): JobRecord[] {
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

/**
 * The text that spdk_nvme_perf prints, once or several times, with -L or -LL or without, and with its command line above
 * it or not. Throws ReportError where it has no figures, does not say what no option tells either, or where runs in it
 * cannot be told apart.
 */
export function importSpdkPerf(text: string, options: ImportOptions): BenchResult {
  const lines = text.split(/\r?\n/).filter(({ length }) => length <= MAX_LINE_LENGTH);
  const tables = perfTables(lines);
  if (tables.length === 0)
    throw importError(
      'it has no line of figures (DEVICE from core N: IOPS MiB/s Average min max)',
      'give what spdk_nvme_perf printed, or the file that fio --output-format=json+ --output=FILE wrote',
    );
  // Of one run the command line may stand anywhere.
  const [first, ...others] = tables;
  const told = others.length === 0 ? [{ ...first, above: lines }] : tables;
  const { jobs, warnings } = namedApart(inTurn(told.map((table) => jobsOfTable(table, options))));
  const startedAt = new Date(lowestOf(jobs.map((job) => Date.parse(job.startedAt))));
  const version = /\bSPDK v(\d[\w.-]*)/.exec(text)?.[1] ?? '';
  const configs = told.map(({ above }) => {
    const { direction: _direction, ...config } = settingsOf(above, options);
    return config;
  });
  return importedDocument(
    {
      ...{ tool: 'spdk_nvme_perf', version, startedAt, endedAt: options.importedAt, jobs, warnings },
      config: configs.length === 1 ? configs[0] : { runs: configs },
    },
    options,
  );
}
