/** What a terminal is told after each leg, and at each look. */
import type { AbAnalysis, AbDocument, AbEnding, AbLeg } from '../../reports/ab/index.js';
import { changeText, intervalText, seriesText } from '../../reports/compare/index.js';
import { formatIops, formatLatency, operationsOf, sanitize } from '../../reports/index.js';

const MAX_JOBS = 3;

function jobTexts({ result }: AbLeg): string[] {
  return result.jobs.flatMap((job) =>
    operationsOf(job).map(([operation, { iops, latencyNs }]) => {
      const p99 = latencyNs.p99 === undefined ? '' : `, p99 ${formatLatency(latencyNs.p99)}`;
      return `${sanitize(job.name)} ${operation} ${formatIops(iops)} IOPS${p99}`;
    }),
  );
}

/** One line: `leg 5/42  B   block 2, experiment  randread read 12,345 IOPS, p99 95.2 µs`. */
export function legLine(leg: AbLeg, place: number, count: number, blocks: AbDocument['blocks']): string {
  const where = leg.block === null ? 'warm-up' : `block ${leg.block + 1}, ${blocks[leg.block].kind}`;
  const texts = jobTexts(leg);
  const more = texts.length > MAX_JOBS ? `; ${texts.length - MAX_JOBS} more` : '';
  const head = `leg ${String(place).padStart(String(count).length)}/${count}`;
  return `${head}  ${leg.role.padEnd(2)}  ${where}  ${texts.slice(0, MAX_JOBS).join('; ')}${more}`;
}

/** One line: `look at 8 blocks  randread read iops -4.1 % (-6.0 % to -2.2 %) worse; goes on`. */
export function lookLine({ jobs, blocks, sequential }: AbAnalysis, ended: AbEnding | undefined): string {
  const texts = jobs.flatMap((job) =>
    job.metrics
      .filter(({ metric }) => sequential?.metrics.includes(metric))
      .map(
        ({ metric, ratio, interval, verdict }) =>
          `${sanitize(seriesText(job))} ${metric} ${changeText(ratio)} (${intervalText(interval)}) ${verdict}`,
      ),
  );
  const more = texts.length > MAX_JOBS ? [`${texts.length - MAX_JOBS} more`] : [];
  const end = ended === undefined ? 'goes on' : 'ends';
  return `look at ${blocks.usable} blocks  ${[...texts.slice(0, MAX_JOBS), ...more, end].join('; ')}`;
}
