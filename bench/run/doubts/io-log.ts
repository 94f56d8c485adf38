/** Whether the log of single I/Os of a job has all of them. */
import type { EngineWarning } from '../../../engine/index.js';
import { countsOf, OPERATIONS } from '../../../engine/stats/operations.js';
import { totalCountOf } from '../../../engine/stats/percentiles.js';
import { formatCount, plural } from '../../../reports/render/format.js';
import type { JobOutcome } from '../job/job-run.js';
import { failedOf } from '../job/worker-totals.js';
import { doubt } from './doubt.js';

/** What is to be in it: what succeeded and failed within the measured time, and what was drained. */
function expectedIos({ counts, workers }: JobOutcome): number {
  const failed = failedOf(workers);
  const within = OPERATIONS.reduce(
    (sum, name) => sum + totalCountOf(countsOf(counts, name)) + failed[name],
    0,
  );
  return workers.reduce((sum, { drain }) => sum + drain.ios, within);
}

export function logDoubts(outcome: JobOutcome): EngineWarning[] {
  const { log } = outcome;
  if (log === undefined) return [];
  const { file, ios, droppedIos, problem } = log;
  const expected = expectedIos(outcome);
  if (droppedIos === 0 && problem === undefined && ios === expected) return [];
  const found = `the log ${file} has ${formatCount(ios)} of ${plural(expected, 'I/O')}`;
  if (problem !== undefined)
    return [
      doubt('log-incomplete', `${found}: ${problem}`, 'the figures have all I/Os; log to another file'),
    ];
  const advice =
    'the figures have all I/Os; log to a faster file system, leave CPU time for writing it, or measure at a rate';
  const why = droppedIos === 0 ? '' : `: ${formatCount(droppedIos)} came faster than they could be written`;
  return [doubt('log-incomplete', `${found}${why}`, advice)];
}
