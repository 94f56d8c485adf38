/** Latency over percentiles, on the axis that HdrHistogram's plotter has. */
import { highestLatencyOfIndex } from '../../engine/stats/histogram.js';
import { percentileNs, totalCountOf } from '../../engine/stats/percentiles.js';
import { formatLatency } from '../render/format.js';
import { tableHtml } from '../render/html.js';
import type { Line } from './chart.js';
import { figureHtml } from './figure.js';
import { logScale, percentileScale } from './scale.js';

export interface Distribution {
  readonly name: string;
  readonly counts: Float64Array;
}

const STEP = 0.08;
/** Most distributions whose percentiles fit beside their chart on paper. */
const BESIDE = 3;
const PERCENTILES = [0, 10, 25, 50, 75, 90, 95, 99, 99.9, 99.99, 99.999, 100];

/** Points `[log10(1 / (1 - p)), latency in ns]`, the last at the largest latency. Empty where nothing was counted. */
export function percentilePoints(counts: Float64Array): [nines: number, latencyNs: number][] {
  const total = totalCountOf(counts);
  if (total === 0) return [];
  const points: [number, number][] = [];
  const last = Math.log10(total);
  let seen = 0;
  let nines = 0;
  for (let i = 0; i < counts.length; i++) {
    if (counts[i] === 0) continue;
    seen += counts[i];
    const share = seen >= total ? last : Math.log10(total / (total - seen));
    if (share < nines) continue;
    const latencyNs = Math.max(1, highestLatencyOfIndex(i));
    if (points.length === 0 || share - nines > STEP) points.push([nines, latencyNs]);
    points.push([Math.min(share, last), latencyNs]);
    nines = share + STEP;
  }
  const max = Math.max(1, percentileNs(counts, 100, total));
  if (points[points.length - 1][1] !== max) points.push([last, max]);
  return points;
}

/** The figure of distributions together; '' where none has counts. */
export function distributionFigure(title: string, distributions: readonly Distribution[]): string {
  const lines: Line[] = distributions
    .map(({ name, counts }) => ({ name, points: percentilePoints(counts) }))
    .filter(({ points }) => points.length > 0);
  if (lines.length === 0) return '';
  const all = lines.flatMap(({ points }) => points);
  const latencies = all.map(([, latencyNs]) => latencyNs);
  const plot = {
    title,
    description: 'Latency that the given share of I/Os did not exceed.',
    x: percentileScale('percentile', Math.max(...all.map(([nines]) => nines))),
    y: logScale('latency', Math.min(...latencies), Math.max(...latencies), formatLatency),
    lines,
  };
  const measured = distributions.filter(({ counts }) => totalCountOf(counts) > 0);
  const rows = PERCENTILES.map((percentile) => [
    percentile === 0 ? 'min' : percentile === 100 ? 'max' : `p${percentile}`,
    ...measured.map(({ counts }) => formatLatency(percentileNs(counts, percentile))),
  ]);
  const table = tableHtml(title, ['percentile', ...measured.map(({ name }) => name)], rows);
  return figureHtml([{ label: '', plot, table, isBrief: measured.length <= BESIDE }]);
}
