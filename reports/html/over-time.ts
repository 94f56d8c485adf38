/** IOPS, percentiles and the latency histogram of a job over its measured time. */
import { highestLatencyOfIndex } from '../../engine/stats/histogram.js';
import { emptyHistogram, percentileNs } from '../../engine/stats/percentiles.js';
import type { HistogramReader } from '../document/histograms.js';
import type { OperationName } from '../document/operations.js';
import type { JobRecord } from '../document/result.js';
import { formatCount, formatIops, formatLatency } from '../render/format.js';
import { tableHtml } from '../render/html.js';
import { clipped } from '../render/terminal.js';
import { highestOf, lowestOf } from '../statistics/extremes.js';
import type { Cells, Line } from './chart.js';
import { figureHtml, type Variant } from './figure.js';
import { linearScale, logScale } from './scale.js';

/** Intervals joined until a chart can show them: all I/Os of them, and how far they lie apart. */
interface Slot {
  readonly startNs: number;
  endNs: number;
  intervals: number;
  ios: number;
  errors: number;
  readonly counts: Float64Array;
  /** IOPS of the slowest and the fastest interval. */
  lowestIops: number;
  highestIops: number;
}

const BAND_COUNT = 24;
const MOST_TITLE = 200;
const NS_PER_SECOND = 1e9;
const seconds = (value: number): string => `${Number(value.toPrecision(4))} s`;
const midSeconds = ({ startNs, endNs }: Slot): number => (startNs + endNs) / 2 / NS_PER_SECOND;

const iopsOf = ({ ios, startNs, endNs }: Pick<Slot, 'ios' | 'startNs' | 'endNs'>): number =>
  endNs > startNs ? (ios * NS_PER_SECOND) / (endNs - startNs) : 0;

function emptySlot(startNs: number): Slot {
  return {
    startNs,
    endNs: startNs,
    intervals: 0,
    ios: 0,
    errors: 0,
    counts: emptyHistogram(),
    lowestIops: Number.POSITIVE_INFINITY,
    highestIops: 0,
  };
}

function slotsOf(job: JobRecord, name: OperationName, limit: number, reader: HistogramReader): Slot[] {
  const intervals = job.intervals ?? [];
  const each = Math.ceil(intervals.length / limit);
  const slots: Slot[] = [];
  for (const [i, interval] of intervals.entries()) {
    const { startNs, endNs } = interval;
    if (i % each === 0) slots.push(emptySlot(startNs));
    const slot = slots[slots.length - 1];
    slot.endNs = endNs;
    slot.intervals++;
    const part = interval[name];
    const iops = iopsOf({ ios: part?.ios ?? 0, startNs, endNs });
    slot.lowestIops = Math.min(slot.lowestIops, iops);
    slot.highestIops = Math.max(slot.highestIops, iops);
    if (part === undefined) continue;
    slot.ios += part.ios;
    slot.errors += part.errors;
    reader.add(slot.counts, part.histogram);
  }
  return slots;
}

/** What is said where a point of a chart stands for several intervals; '' where each is shown by itself. */
function foldedText([{ intervals }]: readonly Slot[], count: number): string {
  return intervals === 1
    ? ''
    : ` The ${formatCount(count)} intervals are joined, ${formatCount(intervals)} to a point, with all their I/Os; the document has each.`;
}

type SlotText = (slot: Slot) => string;

const at = (percentile: number): SlotText => {
  return ({ ios, counts }) => (ios === 0 ? '-' : formatLatency(percentileNs(counts, percentile, ios)));
};

/** Each figure's table has the columns that it shows. */
const RATE: readonly [string, SlotText][] = [
  ['IOPS', (slot) => formatIops(iopsOf(slot))],
  ['errors', ({ errors }) => formatCount(errors)],
];
/** Where a slot is several intervals. */
const FOLDED_RATE: readonly [string, SlotText][] = [
  ...RATE,
  ['lowest interval', ({ lowestIops }) => formatIops(lowestIops)],
  ['highest interval', ({ highestIops }) => formatIops(highestIops)],
];
/** The largest one beside the percentiles: it is not lost however much is joined. */
const SHOWN_PERCENTILES = [50, 99, 99.9, 100];
const percentileName = (percentile: number): string => (percentile === 100 ? 'max' : `p${percentile}`);
const PERCENTILES: readonly [string, SlotText][] = SHOWN_PERCENTILES.map((p) => [percentileName(p), at(p)]);
const SPREAD: readonly [string, SlotText][] = [
  ['min', at(0)],
  ['p25', at(25)],
  ['p75', at(75)],
  ['max', at(100)],
];

function slotTable(caption: string, slots: readonly Slot[], columns: readonly [string, SlotText][]): string {
  const rows = slots.map((slot) => [
    `${seconds(slot.startNs / NS_PER_SECOND)} to ${seconds(slot.endNs / NS_PER_SECOND)}`,
    ...columns.map(([, text]) => text(slot)),
  ]);
  return tableHtml(caption, ['time', ...columns.map(([head]) => head)], rows);
}

function cellsOf(slots: readonly Slot[], low: number, high: number): Cells {
  const span = Math.log(high / low);
  const edge = (band: number): number => low * Math.exp((span * band) / BAND_COUNT);
  const rows = Array.from(
    { length: BAND_COUNT },
    (_, i) => `${formatLatency(edge(i))} to ${formatLatency(edge(i + 1))}`,
  );
  const counts = slots.flatMap(({ counts: slotCounts }, column) => {
    const bands = new Float64Array(BAND_COUNT);
    for (let i = 0; i < slotCounts.length; i++) {
      if (slotCounts[i] === 0) continue;
      const place = (Math.log(Math.max(low, highestLatencyOfIndex(i)) / low) / span) * BAND_COUNT;
      bands[Math.min(BAND_COUNT - 1, Math.floor(place))] += slotCounts[i];
    }
    return [...bands].flatMap((count, row) => (count === 0 ? [] : [[column, row, count] as const]));
  });
  return { columns: slots.map(midSeconds), rows, counts };
}

function heatMap(title: string, slots: readonly Slot[], measured: readonly Slot[], folded: string): string {
  const ends = (percentile: number): number[] =>
    measured.map((slot) => Math.max(1, percentileNs(slot.counts, percentile, slot.ios)));
  const y = logScale('latency', lowestOf(ends(0)), highestOf(ends(100)), formatLatency);
  // The bands fill the axis: from its first tick to its last.
  const span = y.at(Math.E) - y.at(1);
  const low = Math.exp(-y.at(1) / span);
  const high = Math.exp((1 - y.at(1)) / span);
  const plot = {
    title: `${title} heat map`,
    description: `Darker in light mode, brighter in dark mode: more I/Os at that latency, by logarithm.${folded}`,
    x: timeScale(slots),
    y,
    lines: [],
    cells: cellsOf(slots, low, high),
  };
  return figureHtml([
    { label: '', plot, table: slotTable(`${title} over time`, slots, SPREAD), isBrief: true },
  ]);
}

function timeScale(slots: readonly Slot[]) {
  const start = slots[0].startNs / NS_PER_SECOND;
  const end = slots[slots.length - 1].endNs / NS_PER_SECOND;
  const linear = linearScale('measured time', end - start, seconds);
  const at = (value: number): number => (value - start) / (end - start);
  const ticks = linear.ticks
    .map(({ at: place, label }) => ({ at: place / linear.at(end - start), label }))
    .filter((tick) => tick.at <= 1.0001);
  return { ...linear, at, ticks };
}

function rateLines(slots: readonly Slot[]): Line[] {
  const line = (name: string, of: (slot: Slot) => number): Line => ({
    name,
    points: slots.map((slot) => [midSeconds(slot), of(slot)]),
  });
  if (slots[0].intervals === 1) return [line('IOPS', iopsOf)];
  return [
    line('IOPS', iopsOf),
    line('lowest interval', ({ lowestIops }) => lowestIops),
    line('highest interval', ({ highestIops }) => highestIops),
  ];
}

const valuesOf = (lines: readonly Line[]): number[] =>
  lines.flatMap(({ points }) => points.map(([, value]) => value));

function series(title: string, slots: readonly Slot[], measured: readonly Slot[], folded: string): string {
  const x = timeScale(slots);
  const caption = `${title} over time`;
  const rates = rateLines(slots);
  const percentiles = SHOWN_PERCENTILES.map(
    (percentile): Line => ({
      name: percentileName(percentile),
      points: measured.map((slot) => [
        midSeconds(slot),
        Math.max(1, percentileNs(slot.counts, percentile, slot.ios)),
      ]),
    }),
  );
  const latencies = valuesOf(percentiles);
  const variants: Variant[] = [
    {
      label: 'latency percentiles',
      plot: {
        title: caption,
        description: `Percentiles of the I/Os of each interval, and the highest latency.${folded}`,
        x,
        y: logScale('latency', lowestOf(latencies), highestOf(latencies), formatLatency),
        lines: percentiles,
      },
      table: slotTable(caption, slots, PERCENTILES),
      isBrief: true,
    },
    {
      label: 'IOPS',
      plot: {
        title: caption,
        description: `I/Os per second in each interval.${folded}`,
        x,
        y: linearScale('IOPS', highestOf(valuesOf(rates)), formatIops),
        lines: rates,
      },
      table: slotTable(caption, slots, rates.length === 1 ? RATE : FOLDED_RATE),
      isBrief: true,
    },
  ];
  return figureHtml(variants);
}

/** Figures of one direction; '' where a job has fewer than two intervals. At most `limit` points each. */
export function overTimeFigures(
  job: JobRecord,
  name: OperationName,
  limit: number,
  reader: HistogramReader,
): string {
  const slots = slotsOf(job, name, limit, reader);
  const measured = slots.filter(({ ios }) => ios > 0);
  if (slots.length < 2 || measured.length === 0) return '';
  const title = `${clipped(job.name, MOST_TITLE)} ${name}`;
  const folded = foldedText(slots, job.intervals?.length ?? 0);
  return `${series(title, slots, measured, folded)}\n${heatMap(title, slots, measured, folded)}`;
}
