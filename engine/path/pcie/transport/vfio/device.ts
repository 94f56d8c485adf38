/** One device's descriptor: its regions, configuration space and interrupts (vfio.h, "IOCTLs for DEVICE"). */
import { EngineError } from '../../../../errors.js';
import type { ConfigSpace } from '../../../../pci/config-space.js';
import {
  VFIO_DEVICE_FLAGS_PCI,
  VFIO_DEVICE_FLAGS_RESET,
  VFIO_DEVICE_GET_INFO,
  VFIO_DEVICE_GET_IRQ_INFO,
  VFIO_DEVICE_GET_REGION_INFO,
  VFIO_DEVICE_RESET,
  VFIO_DEVICE_SET_IRQS,
} from '../../../../sys/vfio-abi.js';
import { queryInfo } from './info.js';
import {
  DEVICE_INFO_BYTES,
  type DeviceInfo,
  decodeDeviceInfo,
  decodeIrqInfo,
  decodeRegionInfo,
  encodeIrqDisable,
  encodeIrqEventFds,
  IRQ_INFO_BYTES,
  type IrqInfo,
  REGION_INFO_BYTES,
  type RegionInfo,
} from './structs.js';
import type { VfioSystem } from './system.js';

/** An open device. */
export interface VfioHandle {
  readonly system: VfioSystem;
  readonly fd: number;
  /** PCI address, for messages. */
  readonly address: string;
}

/** Throws SystemError, or EngineError `NOT_VFIO_PCI` where another VFIO bus driver answers. */
export function readDeviceInfo({ system, fd, address }: VfioHandle): DeviceInfo {
  const op = 'VFIO_DEVICE_GET_INFO';
  const info = decodeDeviceInfo(
    queryInfo(DEVICE_INFO_BYTES, (bytes) => {
      system.ioctl(fd, VFIO_DEVICE_GET_INFO, bytes, { op, target: address });
    }),
  );
  if ((info.flags & VFIO_DEVICE_FLAGS_PCI) !== 0) return info;
  throw new EngineError({
    code: 'NOT_VFIO_PCI',
    op,
    target: address,
    reason: `the device is not a PCI device of VFIO (flags ${info.flags.toString(16)}h)`,
    hint: 'bind the function to vfio-pci',
  });
}

/** Throws SystemError, EngineError `VFIO_INFO_BROKEN`. */
export function readRegionInfo({ system, fd, address }: VfioHandle, index: number): RegionInfo {
  const call = { op: `VFIO_DEVICE_GET_REGION_INFO ${index}`, target: address };
  return decodeRegionInfo(
    queryInfo(
      REGION_INFO_BYTES,
      (info) => {
        system.ioctl(fd, VFIO_DEVICE_GET_REGION_INFO, info, call);
      },
      (view) => view.setUint32(8, index, true),
    ),
  );
}

/** Throws SystemError (EINVAL: the kernel has no such index). */
export function readIrqInfo({ system, fd, address }: VfioHandle, index: number): IrqInfo {
  const bytes = new Uint8Array(IRQ_INFO_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, IRQ_INFO_BYTES, true);
  view.setUint32(8, index, true);
  system.ioctl(fd, VFIO_DEVICE_GET_IRQ_INFO, bytes, {
    op: `VFIO_DEVICE_GET_IRQ_INFO ${index}`,
    target: address,
  });
  return decodeIrqInfo(bytes);
}

/**
 * Signals interrupts `start` and on of an index through eventfds; enables the index. Throws SystemError, EngineError
 * `TOO_FEW_HOST_VECTORS`.
 */
export function setIrqEventFds(
  { system, fd, address }: VfioHandle,
  index: number,
  start: number,
  eventFds: readonly number[],
): void {
  const op = `VFIO_DEVICE_SET_IRQS of ${eventFds.length} interrupts of index ${index}`;
  const hint = 'use fewer queues with interrupts';
  const available = system.ioctl(fd, VFIO_DEVICE_SET_IRQS, encodeIrqEventFds(index, start, eventFds), {
    op,
    target: address,
    hints: { ENOSPC: `the host has too few interrupt vectors: ${hint}` },
  });
  // The kernel enables none of them then, and says how many it could have had.
  if (available === 0) return;
  const reason = `the host gives ${available} interrupt vectors`;
  throw new EngineError({ code: 'TOO_FEW_HOST_VECTORS', op, target: address, reason, hint });
}

/** Disables all interrupts of an index. Throws SystemError. */
export function disableIrqs({ system, fd, address }: VfioHandle, index: number): void {
  system.ioctl(fd, VFIO_DEVICE_SET_IRQS, encodeIrqDisable(index), {
    op: `VFIO_DEVICE_SET_IRQS off for index ${index}`,
    target: address,
  });
}

/** Function-level reset; false where the device has none. Throws SystemError. */
export function resetDevice({ system, fd, address }: VfioHandle, info: DeviceInfo): boolean {
  if ((info.flags & VFIO_DEVICE_FLAGS_RESET) === 0) return false;
  system.ioctlNumber(fd, VFIO_DEVICE_RESET, 0, {
    op: 'VFIO_DEVICE_RESET',
    target: address,
    hints: {
      EAGAIN: 'the kernel is busy with the function: try again',
      ENOTTY: 'the function did not come back from its reset: power cycle the drive',
    },
  });
  return true;
}

/** The configuration space, which starts at an offset of the descriptor. Throws EngineError `CONFIG_ACCESS_FAILED`. */
export function openConfigSpace(
  { system, fd, address }: VfioHandle,
  region: Pick<RegionInfo, 'fdOffset'>,
): ConfigSpace {
  const base = Number(region.fdOffset);
  const access = (op: string, offset: number, bytes: number, run: () => number): void => {
    let reason: string;
    let cause: unknown;
    try {
      const done = run();
      if (done === bytes) return;
      reason = `${done} of ${bytes} bytes`;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      cause = error;
      reason = 'code' in error ? String(error.code) : error.message;
    }
    throw new EngineError({
      code: 'CONFIG_ACCESS_FAILED',
      op: `${op} configuration space at ${offset.toString(16)}h`,
      target: address,
      reason,
      hint: 'the function may have been removed; scan again',
      cause,
    });
  };
  return {
    read(offset, bytes) {
      const buffer = new Uint8Array(4);
      access('read', offset, bytes, () => system.readAt(fd, buffer.subarray(0, bytes), base + offset));
      return new DataView(buffer.buffer).getUint32(0, true);
    },
    write(offset, bytes, value) {
      const buffer = new Uint8Array(4);
      new DataView(buffer.buffer).setUint32(0, value, true);
      access('write', offset, bytes, () => system.writeAt(fd, buffer.subarray(0, bytes), base + offset));
    },
  };
}
