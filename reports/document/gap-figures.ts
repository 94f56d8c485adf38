/** The figures of what was in flight while workers did not look, and of all else. */
import { formatDuration, plural } from '../render/format.js';
import type { Figure } from './figure.js';
import type { JobRecord, LatencyNs } from './result.js';

const hadGaps = ({ gaps }: JobRecord): boolean => (gaps?.ios ?? 0) > 0;

/** Of latencies without those of gaps; the same as with them where there were none. */
function others<Name extends string>(name: Name, field: keyof LatencyNs) {
  const said = field.replace('_', '.');
  return {
    name,
    what: `${said} of the latency of all operations, without I/Os that were in flight over a gap of the loop`,
    quantity: 'time',
    better: 'lower',
    column: `${name}_ns`,
    exposed: 'gauge',
    head: `${said} without gaps`,
    use: 'gated',
    toldWhere: hadGaps,
    value: ({ gaps }: JobRecord) =>
      gaps === undefined || gaps.others.ios === 0 ? undefined : gaps.others.latencyNs[field],
  } as const;
}

function gapText({ gaps }: JobRecord): string {
  if (gaps === undefined) return '';
  const { count, durationNs } = gaps;
  return `(over ${plural(count, 'gap')} of the loop, ${formatDuration(durationNs)} in all)`;
}

/** Of a job as a whole, in the order in which people read them. */
export const GAP_FIGURES = [
  {
    name: 'gap_ios',
    what: 'I/Os that were in flight over a gap: more than 2 ms in which the loop did not look for completions',
    quantity: 'count',
    better: 'lower',
    column: 'gap_ios',
    exposed: 'counter',
    head: 'in gaps',
    detail: gapText,
    silentAtZero: true,
    toldWhere: hadGaps,
    use: 'gated',
    value: ({ gaps }) => gaps?.ios,
  },
  others('without_gaps_p50', 'p50'),
  others('without_gaps_p99', 'p99'),
  others('without_gaps_p99_9', 'p99_9'),
  others('without_gaps_max', 'max'),
] as const satisfies readonly Figure<JobRecord>[];
