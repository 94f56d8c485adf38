/** The interval log of HdrHistogram (.hlog): a line for each interval, tagged with job and direction. Values are ns. */
import { type Histogram, HistogramLogWriter } from 'hdr-histogram-js';
import { toHdrHistogram } from '../../engine/stats/hdr.js';
import { decodeCounts } from '../../engine/stats/hdr-decode.js';
import { emptyHistogram } from '../../engine/stats/percentiles.js';
import type { BenchResult } from '../document/result.js';
import { type OperationRow, operationRows } from '../document/rows.js';
import { sanitize } from '../render/terminal.js';
import { noHistogram } from './select.js';

/** Interval_Max is in milliseconds, as the Java library writes it. */
const NS_PER_MAX_UNIT = 1e6;

interface Interval {
  readonly row: OperationRow;
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** Decoded when its line is written: all of them are too many to hold. */
  readonly counts: () => Float64Array;
}

const secondsOf = (iso: string): number => Date.parse(iso) / 1000;

/** The intervals of a row, or its measured time as one where the job has none. */
function intervalsOf(row: OperationRow): Interval[] {
  const { job, name, record } = row;
  const startSeconds = secondsOf(job.startedAt) + job.rampTimeMs / 1000;
  const between = (startNs: number, endNs: number, counts: () => Float64Array): Interval => ({
    row,
    startSeconds: startSeconds + startNs / 1e9,
    endSeconds: startSeconds + endNs / 1e9,
    counts,
  });
  if (record.histogram === undefined) throw noHistogram('hlog', row);
  const { data } = record.histogram;
  if (job.intervals === undefined || job.intervals.length === 0)
    return [between(0, job.elapsedNs, () => decodeCounts(data))];
  return job.intervals.map((interval) => {
    const part = interval[name];
    const inside = () => (part === undefined ? emptyHistogram() : decodeCounts(part.histogram.data));
    return between(interval.startNs, interval.endNs, inside);
  });
}

/** A tag: no comma, no blank, no line end. Rows that would share a tag get their place in the document. */
function tagsOf(rows: readonly OperationRow[]): Map<OperationRow, string> {
  const plain = rows.map(({ job, name }) => `${sanitize(job.name).replace(/[\s,]/g, '_')}.${name}`);
  return new Map(
    rows.map((row, i) => {
      const shared = plain.filter((tag) => tag === plain[i]).length > 1;
      return [row, shared ? `${plain[i]}#${row.result.jobs.indexOf(row.job) + 1}` : plain[i]];
    }),
  );
}

/** The log of all jobs of a result. Throws ReportError where one has no histogram. */
export function formatHlog(result: BenchResult): string {
  const rows = operationRows([result]);
  const tags = tagsOf(rows);
  const baseSeconds = secondsOf(result.startedAt);
  let text = '';
  const writer = new HistogramLogWriter((line) => {
    text += line;
  });
  const time = `${baseSeconds.toFixed(3)} (seconds since epoch)`;
  writer.outputComment(`[nvbench ${sanitize(result.tool.version)}, values in nanoseconds]`);
  writer.outputLogFormatVersion();
  writer.outputComment(`[BaseTime: ${time}]`);
  writer.outputComment(`[StartTime: ${time}, ${new Date(result.startedAt).toISOString()}]`);
  writer.outputLegend();
  // A reader stops at the first line that begins after what it looks for.
  const intervals = rows.flatMap(intervalsOf).sort((a, b) => a.startSeconds - b.startSeconds);
  for (const { row, startSeconds, endSeconds, counts } of intervals) {
    const histogram: Histogram = toHdrHistogram(counts());
    histogram.tag = tags.get(row) ?? row.name;
    // Clocks of merged hosts may differ: nothing starts before the log does.
    const start = Math.max(0, startSeconds - baseSeconds);
    writer.outputIntervalHistogram(histogram, start, start + endSeconds - startSeconds, NS_PER_MAX_UNIT);
  }
  return text;
}
