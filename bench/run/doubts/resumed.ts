/** A job whose drive was prepared before the run was ended and gone on with. */
import type { EngineWarning } from '../../../engine/index.js';
import { formatDuration } from '../../../reports/render/format.js';
import type { PlannedJob } from '../plan/plan.js';
import { doubt } from './doubt.js';

export function resumedDoubts({ spec, preparedBefore }: PlannedJob): EngineWarning[] {
  if (preparedBefore === undefined) return [];
  if (!preparedBefore.keeps) {
    const message =
      'what earlier jobs of the run had written is gone: such a device keeps nothing between two attempts';
    return [doubt('state-lost', message, 'run it all anew, without --resume')];
  }
  // Reads find the same blocks, however long they lay.
  if (spec.readPercent === 100) return [];
  const rested = formatDuration(preparedBefore.restedMs * 1e6);
  const message = `the drive rested for ${rested} after the run had prepared it: it may have put itself in order meanwhile`;
  return [doubt('rested-before', message, 'run it all anew where that state matters, or use steadystate')];
}
