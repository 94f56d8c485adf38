import { openDrive } from '../../engine/index.js';
import type { ControllerFacts } from './nvme.js';

/** Opens a drive, asks it, and gives it back. Throws EngineError; nothing stays open then. */
export type Probe = (target: string, options: { allowUnsafeDma: boolean }) => Promise<ControllerFacts>;

/** No device that something else uses is touched: VFIO refuses it before its first register is read. */
export const probeController: Probe = async (target, options) => {
  const drive = await openDrive(target, options);
  try {
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
