/** The document of a run that is to be gone on with: read, and refused where there is nothing to go on with. */
import { statSync } from 'node:fs';
import { EngineError } from '../../../engine/index.js';
import type { BenchResult } from '../../../reports/document/index.js';
import { readResultFile } from '../../files/result-file.js';
import { STDIO } from '../../files/stdio.js';

/** Throws EngineError RESUME_IMPOSSIBLE of kind `input`. */
export function cannotResume(target: string, reason: string, hint: string): EngineError {
  return new EngineError({
    code: 'RESUME_IMPOSSIBLE',
    op: 'go on with the run',
    target,
    reason,
    hint,
    kind: 'input',
  });
}

/** Whether there is a file that a run may have left. */
export const isThere = (output: string): boolean => statSync(output, { throwIfNoEntry: false }) !== undefined;

/** What the run has left in its output. Throws EngineError RESUME_IMPOSSIBLE, RESULT_UNREADABLE of kind `input`. */
export function readEarlier(output: string | undefined): BenchResult {
  const refuse = (reason: string, hint: string): EngineError =>
    cannotResume(output ?? 'arguments', reason, hint);
  if (output === undefined || output === STDIO)
    throw refuse('its result has no file', 'name with --output the file that the run has left');
  if (!isThere(output))
    throw refuse(
      'there is no such file',
      'name the file that the run has left, or leave --resume out to begin',
    );
  if (!statSync(output).isFile())
    throw refuse('it is no regular file', 'name the file that the run has left');
  const earlier = readResultFile(output);
  if (earlier.complete)
    throw refuse('it is complete: nothing is left to run', 'leave --resume out to run it all anew');
  if (earlier.imported !== undefined || earlier.hosts !== undefined)
    throw refuse(
      `it is ${earlier.imported === undefined ? 'merged of several' : `of ${earlier.imported.tool}`}, and not what one run has left`,
      'name the file that nvbench run --output has left',
    );
  return earlier;
}
