/** Whether jobs that are added up as if they had run side by side did. */
import { formatDuration } from '../render/format.js';
import { sanitize } from '../render/terminal.js';
import { highestOf, lowestOf } from '../statistics/extremes.js';
import { grouped } from './grouped.js';
import type { JobRecord, ResultWarning } from './result.js';

const NS_PER_MS = 1e6;
/** Of the shorter one's time, that hosts have to have in common. */
const COMMON = 0.5;

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** From its first job's beginning to its last one's end. */
function spanOf(jobs: readonly JobRecord[]): Span {
  const startMs = (job: JobRecord): number => Date.parse(job.startedAt);
  return {
    fromMs: lowestOf(jobs.map(startMs)),
    toMs: highestOf(jobs.map((job) => startMs(job) + job.rampTimeMs + job.elapsedNs / NS_PER_MS)),
  };
}

/** What the spans have in common, below 0 where a gap lies between them. */
const commonMs = (spans: readonly Span[]): number =>
  lowestOf(spans.map(({ toMs }) => toMs)) - highestOf(spans.map(({ fromMs }) => fromMs));

/** A warning for each job whose hosts did not run it at the same time, in `groups` of jobs that are added up. */
export function timeWarnings(groups: readonly (readonly JobRecord[])[]): ResultWarning[] {
  return groups.flatMap((same): ResultWarning[] => {
    const spans = grouped(same, (job) => job.hostIndex).map(spanOf);
    if (spans.length < 2) return [];
    const common = commonMs(spans);
    if (common >= COMMON * lowestOf(spans.map(({ fromMs, toMs }) => toMs - fromMs))) return [];
    const how =
      common < 0
        ? `${formatDuration(-common * NS_PER_MS)} apart`
        : `with ${formatDuration(common * NS_PER_MS)} in common`;
    return [
      {
        code: 'merged-times-apart',
        message: `${sanitize(same[0].name)} is added up as if its hosts had run it side by side, but they ran it ${how}`,
        advice: 'add up only what ran at the same time, or merge without --sum; see to it that clocks agree',
      },
    ];
  });
}
