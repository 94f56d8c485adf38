import { type Drive, EngineError, openDrive } from '../../engine/index.js';
import type { ControllerFacts } from './nvme.js';

/** Opens a drive, asks it, and gives it back. Throws EngineError; nothing stays open then. */
export type Probe = (target: string, options: { allowUnsafeDma: boolean }) => Promise<ControllerFacts>;

/** Some paths find out only then whether they can do I/O at all. What they refuse of a job itself a run will say. */
async function planOneRead(drive: Drive): Promise<void> {
  const namespace = await drive.namespace();
  const shape = {
    operations: ['read' as const],
    iodepth: 1,
    queues: 1,
    split: true,
    completion: 'poll' as const,
  };
  try {
    drive.planQueues({ namespace, bsBytes: namespace.lbaBytes, ...shape });
  } catch (error) {
    if (error instanceof EngineError && error.kind === 'environment') throw error;
  }
}

/** No device that something else uses is touched: VFIO refuses it before its first register is read. */
export const probeController: Probe = async (target, options) => {
  const drive = await openDrive(target, options);
  try {
    await planOneRead(drive);
    const { admin, identity, kind, nvmeVersion, software } = drive;
    return {
      kind,
      software,
      version: nvmeVersion,
      identity,
      smart: await drive.smart?.().catch(() => undefined),
      firmware: await admin?.firmwareSlots().catch(() => undefined),
      power: await admin?.powerManagement().catch(() => undefined),
    };
  } finally {
    await drive.close();
  }
};
