/** What `--live` shows of a run, as lines for a screen. */
import { formatIops, formatLatency, formatMibPerSecond, plural, sanitize } from '../../reports/index.js';
import { columnsOf, cutInMiddle, cutToColumns, padColumns } from '../../reports/render/columns.js';
import { type Column, tableLines } from '../../reports/render/table.js';
import type { JobProgress, Lately, ProgressEvent } from '../run/events.js';
import type { HeatStrip } from './heat-strip.js';
import type { Place } from './plan-clock.js';
import { clockText, repeatText } from './progress-line.js';

export interface LiveState {
  /** Undefined before the first. */
  readonly event: ProgressEvent | undefined;
  readonly place: Place | undefined;
  readonly heat: HeatStrip;
  /** A line for each job that has ended, and notices, in their order, each for a screen so wide. */
  readonly told: readonly ((columns: number) => string)[];
}

interface Screen {
  readonly columns: number;
  readonly rows: number;
}

/** A column of the table of jobs; where there is no room those of the highest rank go first. */
interface LiveColumn {
  readonly head: string;
  readonly rank: number;
  /** Undefined where there is nothing to tell; a column of which no job tells anything is not there. */
  readonly cell: (job: JobProgress) => string | undefined;
}

/** Names are cut to this before columns are left out; what then is free is theirs. */
const NAME_WIDTH = 28;
/** Of the screen, for what is told of jobs that have ended. */
const LEAST_TOLD = 3;
const MOST_HEAT = 12;

const latency =
  (field: keyof NonNullable<Lately['latencyNs']>) =>
  ({ lately: { latencyNs } }: JobProgress): string =>
    latencyNs === undefined ? '-' : formatLatency(latencyNs[field]);

/** I/Os in flight by Little's law: rate times mean latency. */
const keptDepth = ({ lately: { iops, latencyNs }, depthAsked }: JobProgress): string =>
  `${(((latencyNs?.mean ?? 0) * iops) / 1e9).toFixed(1)}/${depthAsked}`;

const COLUMNS: readonly LiveColumn[] = [
  { head: 'done', rank: 4, cell: ({ done }) => `${(done * 100).toFixed(0)} %` },
  { head: 'IOPS', rank: 0, cell: ({ lately }) => formatIops(lately.iops) },
  { head: 'MiB/s', rank: 3, cell: ({ lately }) => formatMibPerSecond(lately.bytesPerSecond) },
  { head: 'p50', rank: 2, cell: latency('p50') },
  { head: 'p99', rank: 1, cell: latency('p99') },
  { head: 'p99.9', rank: 6, cell: latency('p99_9') },
  { head: 'max', rank: 5, cell: latency('max') },
  { head: 'depth', rank: 7, cell: keptDepth },
  { head: '°C', rank: 8, cell: ({ temperatureCelsius }) => temperatureCelsius?.toString() },
  { head: 'errors', rank: 0, cell: ({ errors }) => String(errors) },
];

function nameOf({ job, target }: JobProgress, severalDevices: boolean, width: number): string {
  return cutInMiddle(sanitize(severalDevices ? `${job} ${target}` : job), width);
}

function totalOf({ lately, done, errors, jobs }: ProgressEvent): JobProgress {
  const depthAsked = jobs.reduce((sum, job) => sum + job.depthAsked, 0);
  return { job: 'total', target: '', done, errors, depthAsked, lately };
}

function tableOf(
  event: ProgressEvent,
  { columns, rows }: Screen,
  ranks = COLUMNS.length,
  nameWidth = NAME_WIDTH,
): string[] {
  const shown = COLUMNS.filter(
    ({ rank, cell }) => rank < ranks && event.jobs.some((job) => cell(job) !== undefined),
  );
  const cellsOf = (job: JobProgress): string[] => shown.map(({ cell }) => cell(job) ?? '-');
  const several = new Set(event.jobs.map(({ target }) => target)).size > 1;
  const most = Math.max(1, Math.floor(rows / 3));
  const jobs = event.jobs.slice(0, most);
  const named = jobs.map((job) => [nameOf(job, several, nameWidth), ...cellsOf(job)]);
  if (event.jobs.length > 1) {
    const total = totalOf(event);
    const left = event.jobs.length - jobs.length;
    const name = left === 0 ? 'total' : `total, ${left} more`;
    named.push([name, ...cellsOf(total)]);
  }
  const heads: Column[] = [
    { head: '', align: 'left' },
    ...shown.map(({ head }): Column => ({ head, align: 'right' })),
  ];
  const lines = tableLines(heads, named, 2);
  const free = columns - Math.max(...lines.map(columnsOf));
  if (free < 0 && ranks > 1) return tableOf(event, { columns, rows }, ranks - 1);
  const isCut =
    free > 0 && nameWidth === NAME_WIDTH && named.some(([name]) => columnsOf(name) >= nameWidth - 1);
  return isCut ? tableOf(event, { columns, rows }, ranks, nameWidth + free) : lines;
}

function bar(done: number, width: number): string {
  const full = Math.round(Math.min(1, done) * width);
  return `${'█'.repeat(full)}${'░'.repeat(width - full)}`;
}

/** How far the whole plan is; the job alone where it is not known how long the others take. */
function planShare({ done }: ProgressEvent, { elapsedMs, leftMs }: Place): number {
  return leftMs === undefined || elapsedMs + leftMs === 0 ? done : elapsedMs / (elapsedMs + leftMs);
}

function headLines(event: ProgressEvent, place: Place, columns: number): string[] {
  const count = place.count > 1 ? `job ${place.index}/${place.count}  ` : '';
  const right = `${count}${clockText(place)}`;
  const room = Math.max(8, columns - right.length - 2);
  const name = cutInMiddle(`${sanitize(event.job)}${repeatText(event.repeat)}`, room);
  const state = event.ramping
    ? `ramp of ${(event.rampTimeMs / 1000).toFixed(1)} s: not measured`
    : bar(planShare(event, place), columns);
  return [`${padColumns(name, room)}  ${right}`, state];
}

/** At most `rows` lines of at most `columns` columns. */
export function liveLines({ event, place, heat, told }: LiveState, { columns, rows }: Screen): string[] {
  const lines: string[] = [];
  if (event === undefined || place === undefined) lines.push('waiting for the first job');
  else lines.push(...headLines(event, place, columns), '', ...tableOf(event, { columns, rows }));
  if (event !== undefined && event.errors > 0) lines.push(`  ${plural(event.errors, 'error')}`);
  const room = rows - lines.length - Math.min(told.length, LEAST_TOLD) - 3;
  const strip = room < 2 ? [] : heat.lines(columns, Math.min(MOST_HEAT, room));
  if (strip.length > 0) lines.push('', 'latency, a column each second', ...strip);
  const left = rows - lines.length - 1;
  if (left > 0 && told.length > 0)
    lines.push('', ...told.slice(-left).map((line) => sanitize(line(columns))));
  return lines.slice(0, rows).map((line) => cutToColumns(line, columns));
}
