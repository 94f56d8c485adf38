import { EngineError } from '../errors.js';

/** What cannot be done where there is no process file system. */
export function procMissing(op: string, target: string, cause: unknown): EngineError {
  return new EngineError({
    code: 'PROC_MISSING',
    op,
    target,
    reason: '/proc is not mounted here, or empty',
    hint: 'mount it: mount -t proc proc /proc',
    cause,
  });
}
