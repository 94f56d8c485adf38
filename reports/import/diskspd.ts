/** The XML that DiskSpd writes (-Rxml) as a result document: a job for each target of each time span. */
import type {
  BenchResult,
  JobRecord,
  LatencyNs,
  OperationRecord,
  ResultWarning,
} from '../document/result.js';
import { sanitize } from '../render/terminal.js';
import { contradictionsOfLatency } from './contradictions.js';
import {
  type ImportOptions,
  importError,
  importedDocument,
  WITHOUT_ERROR_COUNTS,
  WITHOUT_HISTOGRAM,
  WITHOUT_LATENCY,
  WITHOUT_PERCENTILES,
} from './document.js';
import { nameBySettings, namedApart, runsTogether } from './job-names.js';
import { namedPercentiles } from './printed-percentiles.js';
import { childrenOf, elementAt, numberAt, type XmlElement, xmlElementIn } from './xml-elements.js';

const NS_PER_MS = 1e6;
const NS_PER_SECOND = 1e9;
const MS_PER_SECOND = 1000;
const NOTE = 'latency as DiskSpd took it, to the microsecond';
/** Read or write, as its elements are called. */
const SIDES = { read: 'Read', write: 'Write' } as const;
type Direction = keyof typeof SIDES;

const SERIES_LEFT_OUT: ResultWarning = {
  code: 'imported-series-left-out',
  message: 'the IOPS over time in the imported text are left out',
  advice: 'look at them in the text',
};

const pathOf = (target: XmlElement): string => elementAt(target, 'Path')?.text.trim() ?? '';

/** One target in one time span: what was asked of it, and what each thread did to it. */
interface Measured {
  readonly path: string;
  readonly span: XmlElement;
  readonly asked: XmlElement;
  readonly askedSpan: XmlElement;
  readonly parts: readonly XmlElement[];
  readonly startedAt: Date;
  /** Whether it is the only one of its time span, whose percentiles are over all. */
  readonly isAlone: boolean;
}

function needed(value: number | undefined, what: string): number {
  if (value !== undefined && value <= Number.MAX_SAFE_INTEGER) return value;
  throw importError(`it does not say ${what}`, 'give what diskspd -Rxml wrote, from <Results> to </Results>');
}

/** Throws ReportError where one of them is there and no number. */
const sumOf = (parts: readonly XmlElement[], name: string): number =>
  parts.reduce(
    (sum, part) =>
      sum + (elementAt(part, name) === undefined ? 0 : needed(numberAt(part, name), `a number as ${name}`)),
    0,
  );

/** From the moments of each thread: those of all. */
function momentsOf(parts: readonly XmlElement[], side: string): Pick<LatencyNs, 'mean' | 'stddev'> {
  const counted = parts.filter((part) => (numberAt(part, `${side}Count`) ?? 0) > 0);
  const known = counted.flatMap((part) => {
    const mean = numberAt(part, `Average${side}LatencyMilliseconds`);
    const deviation = numberAt(part, `${side}LatencyStdev`);
    const ios = numberAt(part, `${side}Count`) ?? 0;
    return mean === undefined || deviation === undefined ? [] : [{ ios, mean, deviation }];
  });
  if (known.length === 0 || known.length < counted.length) return {};
  const ios = known.reduce((sum, each) => sum + each.ios, 0);
  const average = (of: (each: (typeof known)[number]) => number): number =>
    known.reduce((sum, each) => sum + (of(each) * each.ios) / ios, 0);
  const mean = average((each) => each.mean);
  const variance = average((each) => each.deviation ** 2 + (each.mean - mean) ** 2);
  return { mean: mean * NS_PER_MS, stddev: Math.sqrt(variance) * NS_PER_MS };
}

/** Those of the whole time span, lowest and highest among them. */
function spreadOf(span: XmlElement, side: string): Partial<LatencyNs> {
  const byPercent = new Map(
    childrenOf(elementAt(span, 'Latency'), 'Bucket').flatMap((bucket) => {
      const [percent, ms] = [numberAt(bucket, 'Percentile'), numberAt(bucket, `${side}Milliseconds`)];
      return percent === undefined || ms === undefined ? [] : [[percent, ms * NS_PER_MS] as const];
    }),
  );
  const [min, max] = [byPercent.get(0), byPercent.get(100)];
  return {
    ...namedPercentiles(byPercent),
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
  };
}

/** Undefined where nothing was done in that direction. */
function operationOf({ span, parts, isAlone }: Measured, direction: Direction, seconds: number) {
  const side = SIDES[direction];
  const [ios, bytes] = [sumOf(parts, `${side}Count`), sumOf(parts, `${side}Bytes`)];
  if (ios === 0) return undefined;
  const record: OperationRecord = {
    ...{ ios, bytes, errors: 0, iops: ios / seconds, bandwidthBytesPerSecond: bytes / seconds },
    latencyNs: { ...momentsOf(parts, side), ...(isAlone ? spreadOf(span, side) : {}) },
  };
  return record;
}

function warningsOf({ span }: Measured, records: readonly OperationRecord[]): ResultWarning[] {
  const taken = records.filter(({ latencyNs }) => latencyNs.mean !== undefined);
  return [
    ...(taken.length > 0 ? [WITHOUT_HISTOGRAM] : []),
    ...(taken.some(({ latencyNs }) => latencyNs.p50 === undefined) ? [WITHOUT_PERCENTILES] : []),
    ...(taken.length < records.length ? [WITHOUT_LATENCY] : []),
    WITHOUT_ERROR_COUNTS,
    ...records.flatMap(({ latencyNs }) => contradictionsOfLatency(latencyNs)),
    ...(childrenOf(elementAt(span, 'Iops'), 'Bucket').length > 0 ? [SERIES_LEFT_OUT] : []),
  ];
}

/** Elements of a target that it is known by, or that fields of the job have. */
const OF_FIELDS = ['Path', 'BlockSize', 'RequestCount', 'WriteRatio'];
/** Those of a time span that say how a run is to go; the others say how many threads, from which seed, and what to report. */
const OF_SPAN = ['Duration', 'Cooldown', 'CompletionRoutines', 'DisableAffinity', 'MeasureLatency'];

/** What stands in an element and in those under it, by their names as DiskSpd has them: `WriteBufferContent.Pattern`. */
function leavesOf(element: XmlElement, without: readonly string[] = [], above = ''): Record<string, string> {
  const found = new Map<string, string[]>();
  for (const child of element.children) {
    if (without.includes(child.name)) continue;
    const name = `${above}${child.name}`;
    const leaves =
      child.children.length === 0 ? { [name]: child.text.trim() } : leavesOf(child, [], `${name}.`);
    for (const [key, text] of Object.entries(leaves)) found.set(key, [...(found.get(key) ?? []), text]);
  }
  // An option that is off is the same as one that is absent.
  const said = [...found]
    .map(([key, texts]) => [key, texts.join(',')])
    .filter(([, text]) => text !== 'false');
  return Object.fromEntries(said) as Record<string, string>;
}

function askedOfSpan({ askedSpan }: Measured): Record<string, string> {
  const { children } = askedSpan;
  const others = children.map(({ name }) => name).filter((name) => !OF_SPAN.includes(name));
  return leavesOf(askedSpan, others);
}

function patternOf(asked: XmlElement): { rw: string; rwmixread?: number } {
  const writes = numberAt(asked, 'WriteRatio') ?? 0;
  const order = elementAt(asked, 'Random') === undefined ? '' : 'rand';
  if (writes === 0) return { rw: `${order}read` };
  return writes >= 100 ? { rw: `${order}write` } : { rw: `${order}rw`, rwmixread: 100 - writes };
}

/** Threads that did I/O to it, and how many I/Os each had in flight. */
function loadOf({ asked, askedSpan, parts }: Measured): { numjobs: number; iodepth: number } {
  const shared = numberAt(askedSpan, 'RequestCount') ?? 0;
  const own = numberAt(asked, 'RequestCount') ?? 1;
  return { numjobs: parts.length, iodepth: shared > 0 ? shared : Math.max(1, own) };
}

function jobOf(measured: Measured, { target, job }: ImportOptions): JobRecord {
  const { path, span, asked, askedSpan, startedAt } = measured;
  const seconds = needed(numberAt(span, 'TestTimeSeconds'), 'how long a time span took');
  if (seconds === 0) throw importError('a time span took no time', 'run it for longer');
  const bsBytes = needed(numberAt(asked, 'BlockSize'), `the block size of ${sanitize(path)}`);
  const { rw, rwmixread } = patternOf(asked);
  const { numjobs, iodepth } = loadOf(measured);
  const [read, write] = (['read', 'write'] as const).map((each) => operationOf(measured, each, seconds));
  const seed = numberAt(askedSpan, 'RandSeed');
  return {
    name: job ?? nameBySettings({ rw, bsBytes, iodepth }),
    target: target ?? path,
    rw,
    ...(rwmixread === undefined ? {} : { rwmixread }),
    ...{ bsBytes, iodepth, numjobs, queuePairs: 0 },
    workload: leavesOf(measured.asked, OF_FIELDS),
    seedPolicy: seed ? 'fixed' : 'own',
    ...(seed === undefined ? {} : { seed }),
    startedAt: startedAt.toISOString(),
    rampTimeMs: (numberAt(askedSpan, 'Warmup') ?? 0) * MS_PER_SECOND,
    elapsedNs: Math.round(seconds * NS_PER_SECOND),
    stopReason: 'runtime',
    directions: { ...(read ? { read } : {}), ...(write ? { write } : {}) },
    errors: { total: 0, byStatus: [], timeouts: 0, unexpectedCompletions: 0 },
    workers: [],
    timestampNote: NOTE,
    warnings: warningsOf(
      measured,
      [read, write].flatMap((each) => each ?? []),
    ),
  };
}

/** The targets of a time span with what each thread did to them. */
function measuredIn(span: XmlElement, askedSpan: XmlElement | undefined, startedAt: Date): Measured[] {
  if (askedSpan === undefined) throw importError('it has more results than time spans', 'check the file');
  const asked = childrenOf(elementAt(askedSpan, 'Targets'), 'Target');
  const done = childrenOf(span, 'Thread').flatMap((thread) => childrenOf(thread, 'Target'));
  const paths = asked.map(pathOf);
  if (done.length === 0)
    throw importError('a time span has no results: the test was interrupted', 'run it to its end');
  if (new Set(paths).size < paths.length || done.some((target) => !paths.includes(pathOf(target))))
    throw importError('targets of one time span cannot be told apart', 'name each target once');
  return asked.map((target): Measured => {
    const path = pathOf(target);
    const parts = done.filter((each) => pathOf(each) === path);
    return { path, span, asked: target, askedSpan, parts, startedAt, isAlone: asked.length === 1 };
  });
}

const ROOT = 'Results';

const HEAD = /<Results>\s*<System>/g;

/** Whether the text has results of DiskSpd, whole or not. */
export function isDiskSpd(text: string): boolean {
  return text.search(HEAD) >= 0;
}

/** How long a time span takes from its beginning to that of the next. */
function lengthMs(span: XmlElement, asked: XmlElement | undefined): number {
  const around = (numberAt(asked, 'Warmup') ?? 0) + (numberAt(asked, 'Cooldown') ?? 0);
  return ((numberAt(span, 'TestTimeSeconds') ?? 0) + around) * MS_PER_SECOND;
}

/** When it began: `2024/01/31 12:34:56 UTC` of its system; else undefined. */
function runTimeOf(system: XmlElement | undefined): Date | undefined {
  const text = elementAt(system, 'RunTime')?.text.trim() ?? '';
  const match = /^(\d{4})\/(\d\d)\/(\d\d) (\d\d:\d\d:\d\d) UTC$/.exec(text);
  if (match === null) return undefined;
  const date = new Date(`${match[1]}-${match[2]}-${match[3]}T${match[4]}Z`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** Results of DiskSpd in XML, of one run or several in one text. Throws ReportError. */
export function importDiskSpd(text: string, options: ImportOptions): BenchResult {
  const starts = [...text.matchAll(HEAD)].map(({ index }) => index);
  const runs = starts.map((start, i) => importRun(text.slice(start, starts[i + 1]), options));
  return runsTogether(runs, options.toolVersion);
}

function importRun(text: string, options: ImportOptions): BenchResult {
  const results = xmlElementIn(text, ROOT);
  if (results === undefined)
    throw importError('its XML ends early', 'the file may be truncated; write it anew with diskspd -Rxml');
  const system = elementAt(results, 'System');
  const asked = childrenOf(elementAt(results, 'Profile', 'TimeSpans'), 'TimeSpan');
  const spans = childrenOf(results, 'TimeSpan');
  const lengthsMs = spans.map((span, i) => lengthMs(span, asked[i]));
  const offsetMs = (count: number): number => lengthsMs.slice(0, count).reduce((sum, each) => sum + each, 0);
  const wholeMs = offsetMs(spans.length);
  const begunMs = runTimeOf(system)?.getTime() ?? options.importedAt.getTime() - wholeMs;
  const measured = spans.flatMap((span, i) => measuredIn(span, asked[i], new Date(begunMs + offsetMs(i))));
  if (measured.length === 0) throw importError('it has no time span', 'run diskspd to its end');
  const { jobs, warnings } = namedApart(measured.map((each) => jobOf(each, options)));
  const workload = {
    jobs: jobs.map(({ name, workload: work }, i) => ({ name, ...work, ...askedOfSpan(measured[i]) })),
  };
  const hostname = elementAt(system, 'ComputerName')?.text.trim();
  return importedDocument(
    {
      tool: 'DiskSpd',
      version: elementAt(system, 'Tool', 'Version')?.text.trim() ?? '',
      ...(hostname === undefined ? {} : { hostnames: [hostname] }),
      startedAt: new Date(begunMs),
      endedAt: new Date(begunMs + wholeMs),
      config: {},
      ...{ workload, jobs, warnings },
    },
    options,
  );
}
