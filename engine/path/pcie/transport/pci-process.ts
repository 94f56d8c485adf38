/** What all ways of attaching PCI functions share within one process, and how a function is attached by one of them. */
import { EngineError, type EngineWarning } from '../../../errors.js';
import { type IovaSubject, ProcessIovaMode } from '../../../pci/iova-mode.js';
import { DriverRegistry, type PciDriver } from '../../../pci/registry.js';
import type { PciFunction } from '../../../pci/scan.js';
import type { ProbeStep } from '../../../pci/steps.js';
import type { Sharing } from './sharing.js';
import type { TransportDevice } from './transport.js';
import { ContainerPool } from './vfio/container-pool.js';
import { filled, type VfioDeviceState } from './vfio/device-steps.js';
import { IommufdPool } from './vfio/iommufd-pool.js';
import { kernel, type VfioSystem } from './vfio/system.js';
import { VfioTransportDevice } from './vfio/transport-device.js';

export interface PciProcess {
  readonly system: VfioSystem;
  /** Every function that this process holds, by whatever way. */
  readonly registry: DriverRegistry<VfioDeviceState>;
  readonly containers: ContainerPool;
  readonly iommufd: IommufdPool;
  readonly iovaModes: ProcessIovaMode;
}

export function createPciProcess(system: VfioSystem = kernel): PciProcess {
  return {
    system,
    registry: new DriverRegistry<VfioDeviceState>(),
    containers: new ContainerPool(system),
    iommufd: new IommufdPool(system),
    iovaModes: new ProcessIovaMode(),
  };
}

/** The first step of every way: the function takes the process's IOVA mode, or decides it. */
export function iovaModeStep(
  { iovaModes }: PciProcess,
  entry: IovaSubject,
  together: readonly IovaSubject[],
): ProbeStep<VfioDeviceState> {
  return {
    name: 'agree on the IOVA mode',
    do(state) {
      state.iovaMode = iovaModes.claim(entry, together);
    },
    undo(state) {
      iovaModes.release();
      state.iovaMode = undefined;
    },
  };
}

/** How the steps of a way present themselves once they are done. */
export interface PciWay<State extends VfioDeviceState> {
  /** For reports, for example `vfio-cdev`. */
  readonly kind: string;
  readonly driver: PciDriver<State>;
  readonly warnings: readonly EngineWarning[];
  /** Function-level reset where it is not VFIO's; false where the function has none. */
  reset?(state: State): boolean;
  /** For other processes; absent where the way cannot be shared. */
  sharing?(state: State): Sharing;
}

/** Runs the steps of a way. Where one fails, those before it are undone. Throws EngineError, SystemError. */
export async function attachFunction<State extends VfioDeviceState>(
  { registry }: PciProcess,
  entry: PciFunction,
  way: PciWay<State>,
): Promise<TransportDevice> {
  const { state } = await registry.probe(entry, way.driver);
  try {
    return new VfioTransportDevice(state, {
      kind: way.kind,
      numaNode: entry.numaNode,
      pciId: { vendorId: entry.vendorId, deviceId: entry.deviceId },
      dma: filled(state.dma, 'DMA', entry.address),
      warnings: [...entry.warnings, ...way.warnings],
      ...(way.sharing ? { sharing: way.sharing(state) } : {}),
      ...(way.reset ? { reset: () => way.reset?.(state) === true } : {}),
      async detach() {
        throwFirst(await registry.remove(entry.address), entry.address);
      },
    });
  } catch (error) {
    await registry.remove(entry.address);
    throw error;
  }
}

/** Every step has run by now; the first that failed is the one reported. */
function throwFirst(warnings: readonly EngineWarning[], address: string): void {
  if (warnings.length === 0) return;
  throw new EngineError({
    code: 'DETACH_INCOMPLETE',
    op: 'detach',
    target: address,
    reason: warnings.map((warning) => warning.message).join('; '),
    hint: warnings[0].advice,
  });
}
