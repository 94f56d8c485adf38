/** Verdicts that are not valid, for people. */
import { grouped } from '../document/grouped.js';
import type { JobRecord, VerdictRecord } from '../document/result.js';
import { plural } from './format.js';

export interface Spoilt {
  readonly verdict: VerdictRecord;
  readonly first: JobRecord;
  /** How many more jobs have it, as it follows the name of the first; '' where none has. */
  readonly more: string;
}

/** Each once, with its first job: those of a long sweep leave room for what comes after. */
export function spoiltOf(jobs: readonly JobRecord[]): Spoilt[] {
  const spoilt = jobs.flatMap((job) =>
    job.verdict === undefined || job.verdict.level === 'valid' ? [] : [{ job, verdict: job.verdict }],
  );
  return grouped(spoilt, ({ verdict }) => JSON.stringify(verdict)).map(([{ job, verdict }, ...others]) => ({
    verdict,
    first: job,
    more: others.length === 0 ? '' : ` and ${plural(others.length, 'job')} more`,
  }));
}
