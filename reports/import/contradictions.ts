/** Figures of a text that cannot all be true: it is cut, edited, of another unit, or lacks a part. They are kept as stated. */
import type { LatencyNs, ResultWarning } from '../document/result.js';

/** `what` in words. */
export const contradicted = (what: string): ResultWarning => ({
  code: 'imported-figures-contradicted',
  message: `figures of the imported text contradict each other: ${what}`,
  advice: 'look whether the text is whole and in the units of the tool',
});

/** What buckets and printed digits may be off, as a share, and in ns. */
const SLACK = 0.03;
const SLACK_NS = 1000;

const PERCENTILES = ['p50', 'p90', 'p95', 'p99', 'p99_9', 'p99_99', 'p99_999'] as const;

/** Lowest, mean and highest, and percentiles one after the other, are never above the next. Percentiles as stated, not cut to the highest. */
export function contradictionsOfLatency(latencyNs: LatencyNs): ResultWarning[] {
  const { min, mean, max } = latencyNs;
  const percentiles = PERCENTILES.map((name) => [name, latencyNs[name]] as const);
  const rows = [
    [['min', min] as const, ...percentiles, ['max', max] as const],
    [['min', min] as const, ['mean', mean] as const, ['max', max] as const],
  ];
  const found = rows.flatMap((row) => {
    const known = row.flatMap(([name, ns]) => (ns === undefined ? [] : [{ name, ns }]));
    const at = known.findIndex(({ ns }, i) => i > 0 && ns * (1 + SLACK) + SLACK_NS < known[i - 1].ns);
    return at < 0
      ? []
      : [contradicted(`${known[at - 1].name} of the latency is above its ${known[at].name}`)];
  });
  return found.slice(0, 1);
}

/** What is rounded or cut of a rate, as a share, and in units of it. */
const MOST_OFF = 0.01;
const ROUNDED = 1;

/** Whether a rate is that of an amount over a time, with what rounding makes of it. */
export function isRateOf(rate: number, amount: number, seconds: number): boolean {
  return Math.abs(rate * seconds - amount) <= Math.max(MOST_OFF * amount, ROUNDED * seconds);
}
