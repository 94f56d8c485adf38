/** What went wrong with the I/Os of a job, for people. */
import type { JobRecord, StatusRecord } from '../document/result.js';
import { formatCount, formatDuration, plural } from './format.js';

function statusText({ count, status, firstSlba, firstNs }: StatusRecord): string {
  const when = firstNs === undefined ? '' : ` after ${formatDuration(firstNs)}`;
  return `${formatCount(count)} × ${status}, first at LBA ${formatCount(firstSlba)}${when}`;
}

/** A clause for each status, for I/Os without a completion, and for completions without an I/O. Not sanitized. */
export function errorTexts({ errors }: Pick<JobRecord, 'errors'>): string[] {
  const { byStatus, timeouts, unexpectedCompletions } = errors;
  return [
    ...byStatus.map(statusText),
    ...(timeouts > 0 ? [`${formatCount(timeouts)} without a completion`] : []),
    ...(unexpectedCompletions > 0
      ? [`${plural(unexpectedCompletions, 'completion')} of no outstanding command`]
      : []),
  ];
}
