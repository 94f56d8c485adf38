/** Output that cannot be written, to a full disk or a closed terminal: it ends no run, the exit code tells of it. */
import { closeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { isatty } from 'node:tty';
import { EngineError } from '../../engine/errors.js';
import { EXIT } from './exit-code.js';

/**
 * Keeps errors of the streams from ending the process; answers with what became of `stdout`. A reader that goes away
 * early (head) is no failure: what it did not want is dropped. What `stderr` cannot say is dropped too.
 */
export function watchOutput(stdout: Writable, stderr: Writable): () => EngineError | undefined {
  let failure: EngineError | undefined;
  stderr.on('error', () => undefined);
  stdout.on('error', (cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EPIPE') failure ??= outputLost(cause);
  });
  return () => failure;
}

function outputLost(cause: NodeJS.ErrnoException): EngineError {
  return new EngineError({
    code: 'STDOUT_LOST',
    op: 'write the output',
    target: 'stdout',
    reason: cause.code === 'ENOSPC' ? 'no space is left' : cause.message,
    hint: 'what was printed is not whole; run again with stdout where it can be written',
    cause,
  });
}

/** The exit code of a command whose output is lost: 3, unless its own tells of something that is no less true now. */
export function withLostOutput(code: number): number {
  return code === EXIT.OK || code === EXIT.IO_ERRORS ? EXIT.ENVIRONMENT : code;
}

/** Those of stdin, stdout and stderr that are terminals. */
export function stdioTerminals(): number[] {
  return [0, 1, 2].filter((fd) => isatty(fd));
}

/** At its end Node 20 restores the modes of its terminals and aborts where one is gone; what is closed it skips. */
export function closeLostTerminals(terminals: readonly number[]): void {
  for (const fd of terminals) if (!isatty(fd)) closeSync(fd);
}
