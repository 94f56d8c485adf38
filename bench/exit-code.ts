import { EngineError } from '../engine/index.js';

/** What the program's exit codes mean; documented in docs/exit-codes.md. */
export const EXIT = {
  OK: 0,
  /** The run ended, but I/O failed on the way. */
  IO_ERRORS: 1,
  /** The request is wrong: configuration, arguments, a range that the device does not have. */
  INPUT: 2,
  /** The device, the host or the kernel is in the way. */
  ENVIRONMENT: 3,
  INTERRUPTED: 130,
  TERMINATED: 143,
} as const;

/** The exit code of a failure. */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof EngineError)) return EXIT.ENVIRONMENT;
  if (error.kind === 'input') return EXIT.INPUT;
  return error.kind === 'interrupted' ? EXIT.INTERRUPTED : EXIT.ENVIRONMENT;
}
