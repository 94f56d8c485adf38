/** Whether a job with a rate began what was due. */
import type { JobRecord } from '../../reports/document/index.js';

/** Share of what was due that may be left at the end: beyond it, the figures are of a lower rate. */
const MOST_UNSENT = 0.005;

/** I/Os that were due in the measured time, how many of them never began, and whether that is still the rate asked for. */
export function keptRate({ figures = {}, elapsedNs }: Pick<JobRecord, 'figures' | 'elapsedNs'>) {
  const { rateAskedIops = 0, unsentIos = 0 } = figures;
  const dueIos = (rateAskedIops * elapsedNs) / 1e9;
  return { dueIos, unsentIos, kept: unsentIos <= MOST_UNSENT * dueIos };
}
