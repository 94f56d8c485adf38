import { attachTransport, Controller } from '../../engine/index.js';
import type { ControllerFacts } from './nvme.js';

/** Attaches a controller, asks it, and gives it back. Throws EngineError; nothing stays attached then. */
export type Probe = (target: string, options: { allowUnsafeDma: boolean }) => Promise<ControllerFacts>;

/** No device that something else uses is touched: VFIO refuses it before its first register is read. */
export const probeController: Probe = async (target, options) => {
  const controller = await Controller.start(await attachTransport(target, options));
  try {
    const { admin, device, identity, version } = controller;
    return {
      kind: device.kind,
      software: device.software,
      version,
      identity,
      smart: await admin.smart().catch(() => undefined),
      firmware: await admin.firmwareSlots().catch(() => undefined),
      power: await admin.powerManagement().catch(() => undefined),
    };
  } finally {
    await controller.close();
  }
};
