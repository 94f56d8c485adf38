/** What a drive tells of itself before and after a run. */
import { EngineError, type EngineWarning, type FlashLog, type SmartLog } from '../../engine/index.js';
import { doubt } from './doubts/doubt.js';
import type { OpenDevice } from './plan/plan.js';

function unknownHealth(target: string, error: unknown): EngineWarning {
  const reason = error instanceof EngineError ? error.reason : String(error);
  const message = `${target} does not tell its health (SMART): ${reason}`;
  return doubt('health-unknown', message, 'whether it was hot, or wears out, nobody says');
}

/** SMART is optional context: a drive that has or tells none does not stop a run. That it is refused is one more of the `warnings`. */
export async function smartOf(
  { drive, target }: Pick<OpenDevice, 'drive' | 'target'>,
  warnings: EngineWarning[] = [],
): Promise<SmartLog | undefined> {
  if (drive.dead() !== undefined) return undefined;
  return drive.smart?.().catch((error: unknown) => {
    warnings.push(unknownHealth(target, error));
    return undefined;
  });
}

/** As `smartOf`, of a software drive of flash. */
export async function flashOf({ drive }: Pick<OpenDevice, 'drive'>): Promise<FlashLog | undefined> {
  if (drive.dead() !== undefined) return undefined;
  return drive.flash?.().catch(() => undefined);
}
