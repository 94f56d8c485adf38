/** The file by which the guest's script answers the host: `result.json` in the out folder. */

export const RESULT_FILE = 'result.json';
export const PARAMS_FILE = 'params.json';

export interface StepReport {
  name: string;
  elapsedMs: number;
  /** The message and stack of what it threw; undefined when it passed. */
  error?: string;
}

export interface GuestReport {
  outcome: 'finished' | 'skipped' | 'failed';
  /** What the script returned, when `finished`. */
  result?: unknown;
  /** Why, when `skipped` or `failed`. */
  reason?: string;
  steps: StepReport[];
}
