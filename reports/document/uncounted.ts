/** Errors that nobody counted: a job of another tool that does not report them has a 0 that says nothing. */
import type { JobRecord } from './result.js';

/** Code of the warning that such a job has. */
export const WITHOUT_ERRORS = 'imported-without-errors';

export function countsErrors({ warnings }: Pick<JobRecord, 'warnings'>): boolean {
  return warnings.every(({ code }) => code !== WITHOUT_ERRORS);
}
