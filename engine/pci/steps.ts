/** Work done in named steps that can be taken back. */
import type { EngineWarning } from '../errors.js';

export interface ProbeStep<State> {
  /** For messages, for example `open group`. */
  readonly name: string;
  /** Does all of the step or throws with nothing of it left: a step that failed is not undone. */
  do(state: State): void | Promise<void>;
  undo(state: State): void | Promise<void>;
}

/** Says in the error what could not be undone after its step: whoever shows the one shows the other. */
function tellNotUndone(error: unknown, warnings: readonly EngineWarning[]): void {
  if (!(error instanceof Error) || warnings.length === 0) return;
  const parts = [error.message, ...warnings.map(({ message }) => message), warnings[0].advice];
  error.message = parts.join('; ');
}

/** Undoes steps, last first, to the end even where one fails. A warning for each that failed. */
export async function undoSteps<State>(
  steps: readonly ProbeStep<State>[],
  state: State,
  target: string,
): Promise<EngineWarning[]> {
  const warnings: EngineWarning[] = [];
  for (const step of steps.toReversed()) {
    try {
      await step.undo(state);
    } catch (error) {
      warnings.push({
        code: 'undo-failed',
        message: `${target}: could not undo "${step.name}": ${error instanceof Error ? error.message : String(error)}`,
        advice: 'end the process: the kernel takes back what it still holds',
      });
    }
  }
  return warnings;
}

/**
 * Does steps in order; where one throws, undoes those before it and throws the same error, whose message then names
 * what could not be undone.
 */
export async function runSteps<State>(
  steps: readonly ProbeStep<State>[],
  state: State,
  target: string,
): Promise<void> {
  let done = 0;
  try {
    for (const step of steps) {
      await step.do(state);
      done++;
    }
  } catch (error) {
    const warnings = await undoSteps(steps.slice(0, done), state, target);
    tellNotUndone(error, warnings);
    throw error;
  }
}
