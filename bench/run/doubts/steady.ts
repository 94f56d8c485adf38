/** A job that was to be steady was not, or did not stay so. */
import type { EngineWarning } from '../../../engine/index.js';
import { spanText } from '../../../reports/document/steady-record.js';
import { formatDuration } from '../../../reports/render/format.js';
import type { JobOutcome } from '../job/job-run.js';
import { doubt } from './doubt.js';

export function steadyDoubts({ steady }: Pick<JobOutcome, 'steady'>): EngineWarning[] {
  if (steady === undefined) return [];
  const { of, values, roundMs, reached, left } = steady;
  if (reached === undefined) {
    const message = `${of} was not steady in any of ${values.length} rounds of ${formatDuration(roundMs * 1e6)}`;
    return [
      doubt('not-steady', message, 'lengthen runtime, or write the drive full before: see steadystate'),
    ];
  }
  if (left === undefined) return [];
  const message = `${of} was steady ${spanText(reached)}, and no more ${spanText(left)}`;
  return [
    doubt(
      'left-steady-state',
      message,
      'look at its temperature and at the intervals; rest it, and run again',
    ),
  ];
}
