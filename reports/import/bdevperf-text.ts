/**
 * The text of bdevperf by runs. Until SPDK 22.05 a row has IOPS and MiB/s, since then time, failures and latencies too; with
 * -S the table is printed again and again, the last time at the end.
 */
import type { JobRecord } from '../document/result.js';
import { fioSizeBytes } from './fio-units.js';
import type { PerfSettings } from './spdk-command.js';
import {
  addLine,
  type Distribution,
  emptyDistribution,
  isFilled,
  joined,
  NUMBER,
} from './spdk-distribution.js';
import type { SpdkRow } from './spdk-job.js';

const NS_PER_US = 1000;
const MS_PER_SECOND = 1000;

/** One bdev on one core. */
export interface BdevperfJob {
  readonly row: SpdkRow;
  readonly settings: PerfSettings;
  readonly ended: JobRecord['stopReason'];
}

export interface BdevperfRun {
  readonly jobs: readonly BdevperfJob[];
  /** What the text says of all of them. */
  readonly settings: PerfSettings;
  /** Lines above it, from the run before on. */
  readonly above: readonly string[];
  /** Whether the text has its beginning. */
  readonly begun: boolean;
  /** How often the table was printed. */
  readonly states: number;
  /** There are percentiles or histograms of which it is open which job they are of. */
  readonly ambiguous: boolean;
  /** IOPS of the last line of the table; undefined where it has none. */
  readonly totalIops: number | undefined;
}

const BEGIN = /^\s*Running I\/O for (\d{1,9}) seconds/;
const JOB = /^\s*Job: (.+?) \(Core Mask (0x[\da-fA-F]+)(?:, (.+))?\)\s*$/;
const CORE = /^\s*Logical core: (\d+)\s*$/;
const FAILED = /^\s*Job: .+ ended in about .+ with error\s*$/;
const STOPPED = /^\s*Received shutdown signal\b/;
const SHORT_ROW = new RegExp(`^\\s*(\\S.*?)\\s*:\\s+${NUMBER} IOPS\\s+${NUMBER} MiB/s\\s*$`);
const FAILS = new RegExp(`^\\s*:\\s+${NUMBER} Fail/s\\s+${NUMBER} TO/s\\s*$`);
const LONG_ROW = new RegExp(`^\\s*(\\S.*?)\\s*:${`\\s+${NUMBER}`.repeat(8)}\\s*$`);
const TOTAL = /^\s*Total\s*:\s+(?:(\d+(?:\.\d+)?)(?=\s))?/;
const SECTION = /^\s*Latency (summary|histogram)\s*$/;

/** `workload: randread, depth: 16, IO size: 4096` of a job's line. */
function settingsIn(text: string | undefined): PerfSettings {
  const found = new Map((text ?? '').split(', ').map((part) => part.split(': ') as [string, string]));
  const whole = (name: string): number | undefined => {
    const value = found.get(name);
    return value !== undefined && /^\d{1,9}$/.test(value) ? Number(value) : undefined;
  };
  const settings = {
    rw: found.get('workload'),
    rwmixread: whole('percentage'),
    iodepth: whole('depth'),
    bsBytes: fioSizeBytes(found.get('IO size') ?? ''),
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

type Growing = { -readonly [Key in keyof BdevperfJob]: BdevperfJob[Key] };

/** Latencies in µs as a row has them; without any I/O there is none to have one. */
export function latencyPart(meanUs: number, minUs: number, maxUs: number): Pick<SpdkRow, 'latencyNs'> {
  if (maxUs === 0) return {};
  return { latencyNs: { mean: meanUs * NS_PER_US, min: minUs * NS_PER_US, max: maxUs * NS_PER_US } };
}

function longRow(device: string, core: string, numbers: readonly number[]): Growing {
  const [runtime, iops, mibPerSecond, fails, timeouts, mean, min, max] = numbers;
  return {
    row: {
      ...{ device, core, iops, mibPerSecond, percentilesNs: new Map() },
      ...latencyPart(mean, min, max),
      failed: Math.round(fails * runtime),
      timeouts: Math.round(timeouts * runtime),
    },
    settings: { runtimeMs: runtime * MS_PER_SECOND },
    ended: 'runtime',
  };
}

/** What has been read of a run. */
interface Reading {
  /** One each time that the table was printed; the last may go on. */
  readonly tables: Growing[][];
  /** IOPS of each that has ended. */
  readonly totals: (number | undefined)[];
  readonly sections: { readonly kind: string; readonly body: Distribution }[];
  seconds?: number;
  /** Of the rows to come. */
  core: string;
  settings: PerfSettings;
  ended: BdevperfJob['ended'];
  stopped: boolean;
  /** Of the headings to come; undefined while there are rows. */
  kind?: string;
}

function addJob(reading: Reading, job: Growing): void {
  const { settings, ended } = reading;
  reading.tables.at(-1)?.push({ ...job, settings: { ...job.settings, ...settings }, ended });
  reading.ended = 'runtime';
}

function addFails({ tables, seconds = 0 }: Reading, [failed, timeouts]: readonly number[]): void {
  const job = tables.at(-1)?.at(-1);
  if (job === undefined) return;
  job.row = {
    ...job.row,
    failed: Math.round(failed * seconds),
    timeouts: Math.round(timeouts * seconds),
  };
}

function shortRow(device: string, core: string, [iops, mibPerSecond]: readonly number[]): Growing {
  return {
    row: { device, core, iops, mibPerSecond, percentilesNs: new Map() },
    settings: {},
    ended: 'runtime',
  };
}

type Match = readonly string[];

/** What the kinds of lines do; the first that fits a line counts. */
const LINES: readonly (readonly [pattern: RegExp, read: (reading: Reading, match: Match) => void])[] = [
  [BEGIN, (reading, [, seconds]) => Object.assign(reading, { seconds: Number(seconds) })],
  [SECTION, (reading, [, kind]) => Object.assign(reading, { kind })],
  [
    JOB,
    (reading, [, , core, settings]) => {
      const { kind, sections } = reading;
      if (kind === undefined) Object.assign(reading, { core, settings: settingsIn(settings) });
      else sections.push({ kind, body: emptyDistribution() });
    },
  ],
  [CORE, (reading, [, core]) => Object.assign(reading, { core, settings: {} })],
  [STOPPED, (reading) => Object.assign(reading, { stopped: true })],
  [FAILED, (reading) => Object.assign(reading, { ended: 'errors' })],
  [
    TOTAL,
    ({ tables, totals }, [, iops]) => {
      totals.push(iops === undefined ? undefined : Number(iops));
      tables.push([]);
    },
  ],
  [
    LONG_ROW,
    (reading, [, device, ...rest]) => addJob(reading, longRow(device, reading.core, rest.map(Number))),
  ],
  [
    SHORT_ROW,
    (reading, [, device, ...rest]) => addJob(reading, shortRow(device, reading.core, rest.map(Number))),
  ],
  [FAILS, (reading, [, ...rest]) => addFails(reading, rest.map(Number))],
];

/** Reads the lines of one run. Undefined where it has no rows. */
function runOf(lines: readonly string[], above: readonly string[]): BdevperfRun | undefined {
  const reading: Reading = {
    tables: [[]],
    totals: [],
    sections: [],
    core: '',
    settings: {},
    ended: 'runtime',
    stopped: false,
  };
  for (const line of lines) {
    const [read, match] = firstMatch(line);
    if (match !== null) read(reading, match);
    else if (reading.kind !== undefined) addLine(reading.sections.at(-1)?.body, line);
  }
  const tables = reading.tables
    .map((jobs, i) => ({ jobs, totalIops: reading.totals[i] }))
    .filter(({ jobs }) => jobs.length > 0);
  // A table that ends early stands for nothing where there is a whole one.
  const isCut = tables.length > 1 && reading.tables.at(-1)?.length !== 0;
  const table = tables.at(isCut ? -2 : -1);
  if (table === undefined) return undefined;
  const { jobs, totalIops } = table;
  if (reading.stopped) for (const job of jobs) job.ended = 'interrupted';
  const { placed, ambiguous } = withSections(jobs, reading.sections);
  const { seconds } = reading;
  const settings = seconds === undefined ? {} : { runtimeMs: seconds * MS_PER_SECOND };
  const begun = seconds !== undefined;
  return { jobs: placed, settings, above, begun, states: tables.length, ambiguous, totalIops };
}

function firstMatch(line: string): readonly [(typeof LINES)[number][1], Match | null] {
  for (const [pattern, read] of LINES) {
    const match = pattern.exec(line);
    if (match !== null) return [read, match];
  }
  return [() => {}, null];
}

/** Each job has a section of each kind, in the order of the rows. */
function withSections(
  jobs: readonly BdevperfJob[],
  sections: readonly { readonly kind: string; readonly body: Distribution }[],
): { placed: readonly BdevperfJob[]; ambiguous: boolean } {
  const kinds = ['summary', 'histogram'].map((kind) => sections.filter((each) => each.kind === kind));
  const filled = kinds.filter((ofKind) => ofKind.some(({ body }) => isFilled(body)));
  if (filled.some(({ length }) => length !== jobs.length)) return { placed: jobs, ambiguous: true };
  const placed = jobs.map((job, i) => ({
    ...job,
    row: { ...job.row, ...joined(filled.map((ofKind) => ofKind[i].body)) },
  }));
  return { placed, ambiguous: false };
}

/** Every run that has rows, in order; lines of other kinds are passed over. */
export function bdevperfRuns(lines: readonly string[]): BdevperfRun[] {
  const begins = lines.flatMap((line, i) => (BEGIN.test(line) ? [i] : []));
  // What stands above the first beginning may be its head.
  const starts = begins.length === 0 ? [0] : begins;
  return starts.flatMap(
    (from, i) => runOf(lines.slice(from, starts[i + 1]), lines.slice(starts[i - 1] ?? 0, from)) ?? [],
  );
}
