/** What a drive tells of itself before and after a run. */
import type { FlashLog, SmartLog } from '../../engine/index.js';
import type { OpenDevice } from './plan/plan.js';

/** SMART is optional context: a drive that has or tells none does not stop a run. */
export async function smartOf({ drive }: OpenDevice): Promise<SmartLog | undefined> {
  if (drive.dead() !== undefined) return undefined;
  return drive.smart?.().catch(() => undefined);
}

/** As `smartOf`, of a software drive of flash. */
export async function flashOf({ drive }: OpenDevice): Promise<FlashLog | undefined> {
  if (drive.dead() !== undefined) return undefined;
  return drive.flash?.().catch(() => undefined);
}
