/** What `--resume` makes of each of several runs, by the files that their results go to. */
import { printNotice } from '../console/stderr.js';
import { readResultFile } from '../files/result-file.js';
import { isThere } from '../run/resume/earlier.js';

/**
 * Whether a run is begun, gone on with, or done. A run by itself is gone on with, or refused where it cannot be; of several those
 * without a result are begun, and those that have all of it are passed over, with a notice. Throws EngineError RESULT_UNREADABLE.
 */
export function wayOf(
  resume: boolean,
  output: string | undefined,
  runs: number,
): 'begin' | 'resume' | 'done' {
  if (!resume) return 'begin';
  if (runs === 1 || output === undefined) return 'resume';
  if (!isThere(output)) return 'begin';
  if (!readResultFile(output).complete) return 'resume';
  printNotice(`${output} is complete: nothing of it is left to run`);
  return 'done';
}
