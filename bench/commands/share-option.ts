import { EngineError } from '../../engine/errors.js';

/** Percent as given to an option, as a share. Throws EngineError BAD_ARGUMENTS outside `least` to `most` percent. */
export function shareOf(option: string, percent: number, least: number, most: number): number {
  if (percent >= least && percent <= most) return percent / 100;
  throw new EngineError({
    code: 'BAD_ARGUMENTS',
    op: `read --${option}`,
    target: String(percent),
    reason: 'it is out of range',
    hint: `give percent from ${least} to ${most}`,
    kind: 'input',
  });
}
