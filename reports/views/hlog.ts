/** The interval log of HdrHistogram (.hlog): a line for each interval, tagged with job and direction. Values are ns. */
import { encodeCounts } from '../../engine/stats/hdr.js';
import { highestLatencyOfIndex } from '../../engine/stats/histogram.js';
import { emptyHistogram } from '../../engine/stats/percentiles.js';
import { type HistogramReader, type HistogramRecord, readingHistograms } from '../document/histograms.js';
import type { BenchResult } from '../document/result.js';
import { type OperationRow, operationRows } from '../document/rows.js';
import { lazyLibrary } from '../render/lazy-library.js';
import { sanitize } from '../render/terminal.js';
import { textSink } from '../render/text-sink.js';
import { noHistogram } from './select.js';

const library = lazyLibrary<typeof import('hdr-histogram-js')>('hdr-histogram-js');

/** Interval_Max is in milliseconds, as the Java library writes it. */
const NS_PER_MAX_UNIT = 1e6;
/** As hdr-histogram-js writes a number in a line. */
const NUMBER = new Intl.NumberFormat('en-US', {
  minimumFractionDigits: 3,
  maximumFractionDigits: 3,
  useGrouping: false,
});

interface Interval {
  readonly row: OperationRow;
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** Absent where nothing completed. */
  readonly histogram: HistogramRecord | undefined;
}

const secondsOf = (iso: string): number => Date.parse(iso) / 1000;

/** The intervals of a row, or its measured time as one where the job has none. */
function intervalsOf(row: OperationRow): Interval[] {
  const { job, name, record } = row;
  const startSeconds = secondsOf(job.startedAt) + job.rampTimeMs / 1000;
  const between = (startNs: number, endNs: number, histogram: HistogramRecord | undefined): Interval => ({
    row,
    startSeconds: startSeconds + startNs / 1e9,
    endSeconds: startSeconds + endNs / 1e9,
    histogram,
  });
  if (record.histogram === undefined) throw noHistogram('hlog', row);
  if (job.intervals === undefined || job.intervals.length === 0)
    return [between(0, job.elapsedNs, record.histogram)];
  return job.intervals.map((interval) =>
    between(interval.startNs, interval.endNs, interval[name]?.histogram),
  );
}

/** A tag: no comma, no blank, no line end. Rows that would share a tag get their place in the document. */
function tagsOf(result: BenchResult, rows: readonly OperationRow[]): Map<OperationRow, string> {
  const plain = rows.map(({ job, name }) => `${sanitize(job.name).replace(/[\s,]/g, '_')}.${name}`);
  const uses = new Map<string, number>();
  for (const tag of plain) uses.set(tag, (uses.get(tag) ?? 0) + 1);
  const places = new Map(result.jobs.map((job, i) => [job, i + 1]));
  return new Map(
    rows.map((row, i) => {
      const shared = uses.get(plain[i]) !== 1;
      return [row, shared ? `${plain[i]}#${places.get(row.job)}` : plain[i]];
    }),
  );
}

/** Gives the highest latency of a histogram in ns; 0 of an empty one. A document's own text of it is taken as it is. */
function highestReader(reader: HistogramReader): (histogram: HistogramRecord) => number {
  // Only where they end is of interest.
  const counts = emptyHistogram();
  return (histogram) => {
    const last = reader.add(counts, histogram);
    return last < 0 ? 0 : highestLatencyOfIndex(last);
  };
}

/** What stands before the first interval. */
function headLines({ tool, startedAt }: BenchResult): string[] {
  const lines: string[] = [];
  const writer = new (library().HistogramLogWriter)((line) => lines.push(line.trimEnd()));
  const time = `${secondsOf(startedAt).toFixed(3)} (seconds since epoch)`;
  writer.outputComment(`[nvbench ${sanitize(tool.version)}, values in nanoseconds]`);
  writer.outputLogFormatVersion();
  writer.outputComment(`[BaseTime: ${time}]`);
  writer.outputComment(`[StartTime: ${time}, ${new Date(startedAt).toISOString()}]`);
  writer.outputLegend();
  return lines;
}

const numberText = (value: number): string => NUMBER.format(value).padStart(5);

/** The log of all jobs of a result. Throws ReportError where one has no histogram, or one that cannot be read. */
export function formatHlog(result: BenchResult): string {
  const rows = operationRows([result]);
  const tags = tagsOf(result, rows);
  const baseSeconds = secondsOf(result.startedAt);
  // A reader stops at the first line that begins after what it looks for.
  const intervals = rows.flatMap(intervalsOf).sort((a, b) => a.startSeconds - b.startSeconds);
  const out = textSink('hlog');
  for (const line of headLines(result)) out.line(line);
  const empty = encodeCounts(emptyHistogram());
  return readingHistograms([{ result }], (reader) => {
    const highestNs = highestReader(reader);
    for (const { row, startSeconds, endSeconds, histogram } of intervals) {
      // Clocks of merged hosts may differ: nothing starts before the log does.
      const start = Math.max(0, startSeconds - baseSeconds);
      const spans = [
        start,
        endSeconds - startSeconds,
        (histogram ? highestNs(histogram) : 0) / NS_PER_MAX_UNIT,
      ];
      out.line(`Tag=${tags.get(row)},${spans.map(numberText).join(',')},${histogram?.data ?? empty}`);
    }
    return out.text();
  });
}
