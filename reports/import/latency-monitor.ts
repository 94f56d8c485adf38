/** A reading of a drive's latency monitor (OCP log page C3h) as nvme-cli prints it: evidence that stands beside a result. */
import {
  type LatencyMonitorRecord,
  MONITORED,
  type MonitoredBucket,
  type MonitoredCounter,
  SATURATED,
} from '../document/latency-monitor.js';
import type { BenchResult, ResultWarning } from '../document/result.js';
import { sanitize } from '../render/terminal.js';
import { type ImportOptions, importError, importedDocument } from './document.js';
import { type Cells, type PrintedPage, printedPages } from './latency-monitor-page.js';

const READ_BY = 'nvme-cli';
const BUCKETS = [0, 1, 2, 3] as const;
const PERIODS = { active: 'Active', earlier: 'Static' } as const;
type Period = keyof typeof PERIODS;
/** Of a Timestamp (NVMe base 2.0, 5.27.1.8) the lower bits are milliseconds, the upper ones say where it comes from. */
const STAMP_RANGE = 2 ** 48;
const STAMP = /^(\d+)-(\d\d)-(\d\d)D\|(\d\d):(\d\d):(\d\d):(\d+)$/;
const NUMBER = /^(-?\d+|0x[\da-f]+)(?: (?:min|ms))?$/i;
const HINT = 'give what nvme ocp latency-monitor-log prints, with -o json or as text';

export interface Reading {
  readonly monitor: Omit<LatencyMonitorRecord, 'target'>;
  readonly warnings: readonly ResultWarning[];
  /** Where the text names it. */
  readonly serialNumber?: string;
}

const MODES_LEFT_OUT: ResultWarning = {
  code: 'imported-modes-left-out',
  message:
    'nvme-cli before 2.7 prints the same mode for all buckets: which command a latency is of is not known',
  advice: 'read the log with nvme-cli 2.7 or later',
};

const STAMPS_LEFT_OUT: ResultWarning = {
  code: 'imported-stamps-left-out',
  message: "the JSON of nvme-cli's vendor plugins has time stamps cut to 32 bits: they are left out",
  advice: 'read the log with nvme ocp latency-monitor-log',
};

const STATES_LEFT_OUT: ResultWarning = {
  code: 'imported-states-left-out',
  message: 'the imported text has several readings of the log: the last is taken',
  advice: 'give an earlier one with --before',
};

const DEBUG_LEFT_OUT: ResultWarning = {
  code: 'imported-debug-log-left-out',
  message: 'the drive has a debug log of a latency event: it is left out',
  advice: "look at the log's Debug Log lines",
};

const IS_OFF: ResultWarning = {
  code: 'latency-monitor-off',
  message: 'the latency monitor is not enabled: its counters are to be ignored',
  advice: 'enable it before the run with nvme ocp set-latency-monitor-feature',
};

const IS_SATURATED: ResultWarning = {
  code: 'latency-monitor-saturated',
  message: 'a counter of the latency monitor has reached its end: there were that many or more',
  advice: 'set a shorter bucket timer, or higher thresholds',
};

function numberOf(name: string, text: string, most: number): number {
  const [, digits] = NUMBER.exec(text.trim()) ?? [];
  // nvme-cli prints counters of 2^31 and more as if they had a sign.
  const printed = Number(digits);
  const value = printed < 0 ? printed + 2 ** 32 : printed;
  if (Number.isInteger(value) && value >= 0 && value <= most) return value;
  throw importError(`its field ${name} is ${text === '' ? 'not there' : sanitize(text.slice(0, 40))}`, HINT);
}

/** The first of these names that is there. */
function fieldOf({ fields }: PrintedPage, most: number, ...names: string[]): number | undefined {
  const name = names.find((each) => fields.has(each));
  return name === undefined ? undefined : numberOf(name, fields.get(name) ?? '', most);
}

function needed(page: PrintedPage, most: number, name: string): number {
  const value = fieldOf(page, most, name);
  if (value === undefined) throw importError(`its field ${name} is not there: it may be truncated`, HINT);
  return value;
}

function cellsOf({ rows }: PrintedPage, period: Period, name: string, bucket: number): Cells {
  const row = `${PERIODS[period]} ${name}: Bucket ${bucket}`;
  const cells = rows.get(row);
  if (cells !== undefined) return cells;
  throw importError(`its line ${row} is not there: it may be truncated`, HINT);
}

/** `fromHost`: the drive was told the time. Nothing where the stamp is not valid. */
function stampOf(text: string, fromHost: boolean): Pick<MonitoredCounter, 'at' | 'sincePowerOnMs'> {
  const [, year, month, day, hour, minute, second, ms] = (STAMP.exec(text) ?? []).map(Number);
  if (year === undefined) return {};
  const stamp = Date.UTC(year, month - 1, day, hour, minute, second, ms) % STAMP_RANGE;
  if (Number.isNaN(stamp)) return {};
  if (!fromHost) return { sincePowerOnMs: stamp };
  const at = new Date(stamp).toISOString();
  return at.startsWith('+') ? {} : { at };
}

/** Readings of nvme-cli 2.5 and 2.6 name these buckets from the other end, and say nothing of the modes that is right. */
const isBefore27 = ({ rows }: PrintedPage): boolean => rows.has('Active Latency Mode: Bucket 0');

function bucketOf(
  page: PrintedPage,
  period: Period,
  bucket: number,
  modes: number | undefined,
): MonitoredBucket {
  const kept = isBefore27(page) ? BUCKETS.length - 1 - bucket : bucket;
  const counts = cellsOf(page, period, 'Bucket Counter', bucket);
  const latencies = cellsOf(page, period, 'Measured Latency', kept);
  const stamps = cellsOf(page, period, 'Latency Time Stamp', kept);
  const units = needed(page, 0xffff, `${PERIODS[period]} Latency Stamp Units`);
  const counters = MONITORED.map((operation, i): [string, MonitoredCounter] => {
    const bit = 2 ** (3 * bucket + i);
    const commands = numberOf(`${PERIODS[period]} Bucket Counter: Bucket ${bucket}`, counts[i], SATURATED);
    const latencyMs = numberOf(`${PERIODS[period]} Measured Latency: Bucket ${kept}`, latencies[i], 0xffff);
    if (latencyMs === 0) return [operation, { commands }];
    const stamp = page.cutStamps ? {} : stampOf(stamps[i], (units & bit) !== 0);
    const mode = modes === undefined || period !== 'active' ? {} : { of: modes & bit ? 'longest' : 'first' };
    return [operation, { commands, latencyMs, ...stamp, ...mode } as MonitoredCounter];
  });
  return Object.fromEntries(counters) as MonitoredBucket;
}

function readingOf(page: PrintedPage): Reading {
  const pageVersion = fieldOf(page, 0xffff, 'Log Page Version');
  if (pageVersion === undefined)
    throw importError(
      'nvme-cli before 2.5 printed it, which takes deallocations for writes and leaves reads out; or it is truncated',
      'read the log with nvme ocp latency-monitor-log of nvme-cli 2.5 or later',
    );
  const modes = isBefore27(page)
    ? undefined
    : fieldOf(page, 0xffff, 'Active Latency Configuration', 'Active Latency Config');
  const windowMs = fieldOf(page, 25_500, 'Active Latency Minimum Window', 'Active Lantency Minimum Window');
  const bucketsOf = (period: Period): MonitoredBucket[] =>
    BUCKETS.map((bucket) => bucketOf(page, period, bucket, modes));
  const enabled = (needed(page, 0xff, 'Feature Status') & 1) !== 0;
  const [active, earlier] = [bucketsOf('active'), bucketsOf('earlier')];
  const monitor = {
    readBy: READ_BY,
    pageVersion,
    enabled,
    thresholdsMs: ['A', 'B', 'C', 'D'].map((name) => needed(page, 1280, `Active Threshold ${name}`)),
    activeMinutes: needed(page, 5 * 0xffff, 'Active Bucket Timer'),
    periodMinutes: needed(page, 5 * 0xffff, 'Active Bucket Timer Threshold'),
    ...(windowMs === undefined ? {} : { minimumWindowMs: windowMs }),
    active,
    earlier,
  };
  const isFull = [...active, ...earlier].some((bucket) =>
    MONITORED.some((operation) => bucket[operation].commands === SATURATED),
  );
  const debugMs = fieldOf(page, 0xffff, 'Debug Log Measured Latency') ?? 0;
  const serialNumber = page.fields.get('Serial Number')?.trim();
  return {
    monitor,
    warnings: [
      ...(enabled ? [] : [IS_OFF]),
      ...(isFull ? [IS_SATURATED] : []),
      ...(isBefore27(page) ? [MODES_LEFT_OUT] : []),
      ...(page.cutStamps ? [STAMPS_LEFT_OUT] : []),
      ...(debugMs > 0 ? [DEBUG_LEFT_OUT] : []),
    ],
    ...(serialNumber === undefined ? {} : { serialNumber }),
  };
}

/** The last reading in a text. Throws ReportError where it has none, one that is not whole, or those of several drives. */
export function readLatencyMonitor(text: string): Reading {
  const pages = printedPages(text);
  const last = pages.at(-1);
  if (last === undefined)
    throw importError('it is no whole log of a latency monitor: it may be truncated', HINT);
  const drives = new Set(pages.map(({ fields }) => fields.get('Controller')));
  if (drives.size > 1) throw importError('it has the logs of several drives', 'give those of one at a time');
  const reading = readingOf(last);
  return pages.length === 1 ? reading : { ...reading, warnings: [...reading.warnings, STATES_LEFT_OUT] };
}

const NO_FIGURES: ResultWarning = {
  code: 'imported-without-figures',
  message:
    'the log tells how many commands were slow and not how many there were: it has no IOPS and no percentiles',
  advice: 'lay it beside the result of a run with --beside',
};

/** A document of the log alone. Throws ReportError. */
export function importLatencyMonitor(text: string, options: ImportOptions): BenchResult {
  const { monitor, warnings } = readLatencyMonitor(text);
  const at = options.importedAt;
  const parts = { tool: READ_BY, version: '', startedAt: at, endedAt: at, config: {}, jobs: [] };
  return {
    ...importedDocument({ ...parts, warnings: [NO_FIGURES, ...warnings] }, options),
    latencyMonitors: [{ target: options.target ?? READ_BY, ...monitor }],
  };
}
