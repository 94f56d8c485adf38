import { EngineError } from '../../engine/errors.js';
import type { BenchResult, JobRecord } from '../../reports/index.js';

/** What the program's exit codes mean; documented in docs/exit-codes.md. */
export const EXIT = {
  OK: 0,
  /** The run ended, but I/O failed on the way. */
  IO_ERRORS: 1,
  /** The request is wrong: configuration, arguments, a range that the device does not have. */
  INPUT: 2,
  /** The device, the host or the kernel is in the way. */
  ENVIRONMENT: 3,
  /** The device was asked back, or stopped answering, during a run. */
  DEVICE_LOST: 4,
  /** `--fail-on worse` of `compare`, `ab` or `history` found something worse. */
  WORSE: 5,
  /** `convert` wrote a configuration, and something of the job file is not in it; with `--summary`, of some file. */
  NOT_CARRIED: 6,
  /** A device gave back other data than was written. */
  WRONG_DATA: 7,
  /** A gate does not hold. */
  GATE_FAILED: 10,
  /** No gate fails, but of one it cannot be told at the confidence asked for. */
  GATE_INCONCLUSIVE: 11,
  /** A gate cannot be judged at all: its metric, job or baseline is missing, or the run is incomplete. */
  GATE_INVALID: 12,
  INTERRUPTED: 130,
  TERMINATED: 143,
} as const;

/** Of verdicts of gates. */
export const GATE_EXIT = {
  pass: EXIT.OK,
  fail: EXIT.GATE_FAILED,
  inconclusive: EXIT.GATE_INCONCLUSIVE,
  invalid: EXIT.GATE_INVALID,
} as const;

/** The exit code of a failure. */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof EngineError)) return EXIT.ENVIRONMENT;
  if (error.kind === 'input') return EXIT.INPUT;
  return error.kind === 'interrupted' ? EXIT.INTERRUPTED : EXIT.ENVIRONMENT;
}

const LOST_CODES: readonly string[] = ['DEVICE_LOST', 'DEVICE_ASKED_BACK'];

/** Whether a failure says that the device is gone, or was asked back. */
export function isLost(error: unknown): boolean {
  return error instanceof EngineError && LOST_CODES.includes(error.code);
}

/** Looked at here, without the schemas of documents: every start loads this file. */
const readWrongData = ({ verification }: JobRecord): boolean =>
  Object.values(verification?.badBlocks ?? {}).some((blocks) => blocks > 0);

/** The exit code of a run that measured something; `failure` is what ended it early. */
export function runExitCode(result: BenchResult, failure?: unknown): number {
  const stoppedBy = (reason: string): boolean => result.jobs.some(({ stopReason }) => stopReason === reason);
  if (isLost(failure) || stoppedBy('device-lost')) return EXIT.DEVICE_LOST;
  if (result.jobs.some(readWrongData)) return EXIT.WRONG_DATA;
  if (failure !== undefined) return exitCodeOf(failure);
  const notReadBack = result.jobs.some(({ verification }) => verification?.readBack?.ended === 'timeout');
  if (stoppedBy('timeout') || stoppedBy('error') || notReadBack) return EXIT.ENVIRONMENT;
  const failed = result.jobs.some(
    ({ errors, verification }) =>
      errors.total + errors.timeouts + errors.unexpectedCompletions > 0 ||
      (verification?.readBack?.failedIos ?? 0) > 0,
  );
  return failed ? EXIT.IO_ERRORS : EXIT.OK;
}

/** The exit code of a run with gates: theirs, unless something worse than failed I/Os ended the run, or data was wrong. */
export function withGates(runCode: number, gatesCode: number): number {
  const judged = runCode === EXIT.OK || runCode === EXIT.IO_ERRORS;
  return judged && gatesCode !== EXIT.OK ? gatesCode : runCode;
}
