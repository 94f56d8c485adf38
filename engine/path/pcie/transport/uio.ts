/**
 * Attaching through uio_pci_generic or igb_uio: BAR0 and the configuration space are files of sysfs, and the device
 * takes physical addresses. The uio node is held open, because closing it, also by the death of the process, is what
 * makes the kernel turn bus mastering off.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError } from '../../../errors.js';
import { COMMAND_INTX_DISABLE, COMMAND_MEMORY, readMsix, updateCommand } from '../../../pci/config-space.js';
import { NVME_CLASS_CODE } from '../../../pci/ids.js';
import type { IovaSubject } from '../../../pci/iova-mode.js';
import type { PciDriver } from '../../../pci/registry.js';
import type { PciFunction } from '../../../pci/scan.js';
import type { ProbeStep } from '../../../pci/steps.js';
import { VFIO_REGION_INFO_FLAG_MMAP } from '../../../sys/vfio-abi.js';
import { MmioRegisters } from './mmio-registers.js';
import { attachFunction, iovaModeStep, type PciProcess } from './pci-process.js';
import { PhysicalDmaMapper } from './physical-dma.js';
import type { TransportDevice } from './transport.js';
import { claimFromSpdk, claimNode } from './uio-claim.js';
import { unsafeDmaWarning } from './unsafe-dma.js';
import { mapBar } from './vfio/bar.js';
import type { OpenRegion } from './vfio/bar-windows.js';
import { openConfigSpace } from './vfio/device.js';
import {
  busMasterStep,
  filled,
  restoreCommand,
  retireRegisters,
  type VfioDeviceState,
} from './vfio/device-steps.js';

interface UioState extends VfioDeviceState {
  readonly entry: PciFunction;
  nodeFd?: number;
  configFd?: number;
  spdkLockFd?: number;
}

export interface UioOptions {
  readonly process: PciProcess;
  /** Functions that the process attaches as well; see `ProcessIovaMode.claim`. */
  readonly together?: readonly IovaSubject[];
}

const LOCKED_DOWN =
  'run as root; where the kernel is locked down (Secure Boot), user space gets no access to the device: use vfio-pci';

const openNodeStep: ProbeStep<UioState> = {
  name: 'open uio node',
  do(state) {
    const { address, system, entry } = state;
    const path = uioNode(entry);
    const fd = system.openDevice(path, {
      op: `open uio device ${address}`,
      hints: { EACCES: 'run as root', ENOENT: `bind ${address} to uio_pci_generic again` },
    });
    try {
      claimNode(system, fd, path, address);
    } catch (error) {
      system.closeFd(fd);
      throw error;
    }
    state.nodeFd = fd;
  },
  undo(state) {
    state.system.closeFd(filled(state.nodeFd, 'uio node', state.address));
    state.nodeFd = undefined;
  },
};

const claimFromSpdkStep: ProbeStep<UioState> = {
  name: 'keep SPDK away',
  do(state) {
    state.spdkLockFd = claimFromSpdk(state.system, state.address);
  },
  undo(state) {
    if (state.spdkLockFd !== undefined) state.system.closeFd(state.spdkLockFd);
    state.spdkLockFd = undefined;
  },
};

function uioNode({ address, sysfsPath, driver }: PciFunction): string {
  const folder = join(sysfsPath, 'uio');
  const name = existsSync(folder) ? readdirSync(folder).find((each) => /^uio\d+$/.test(each)) : undefined;
  if (name !== undefined) return join('/dev', name);
  throw new EngineError({
    code: 'UIO_NODE_MISSING',
    op: 'find uio node',
    target: address,
    reason: `${folder} names none`,
    hint: `bind ${address} to ${driver.name} again; look for uio lines in dmesg`,
  });
}

/** Memory decoding on before the BAR is touched. */
const enableMemoryStep: ProbeStep<UioState> = {
  name: 'enable memory decoding',
  do(state) {
    const { address, system, entry } = state;
    const fd = system.openDevice(join(entry.sysfsPath, 'config'), {
      op: `open configuration space of ${address}`,
      hints: { EACCES: LOCKED_DOWN, EPERM: LOCKED_DOWN },
    });
    try {
      state.config = openConfigSpace({ system, fd, address }, { fdOffset: 0n });
      state.formerCommand = updateCommand(state.config, COMMAND_MEMORY | COMMAND_INTX_DISABLE);
    } catch (error) {
      system.closeFd(fd);
      throw error;
    }
    state.configFd = fd;
  },
  undo(state) {
    try {
      restoreCommand(state);
    } finally {
      state.system.closeFd(filled(state.configFd, 'configuration space', state.address));
      state.configFd = undefined;
    }
  },
};

const mapRegistersStep: ProbeStep<UioState> = {
  name: 'map BAR0',
  do(state) {
    const { address, system } = state;
    const { fd, region, close } = openBar(state, 0);
    try {
      state.bar = mapBar({ system, fd, address }, region, readMsix(filled(state.config, 'config', address)));
    } finally {
      close();
    }
    state.registers = new MmioRegisters(state.bar.mapping);
    state.openBar = (bar) => openBar(state, bar);
  },
  undo: retireRegisters,
};

/** A BAR as the steps of VFIO know it: all of it may be mapped. A mapping outlives the descriptor. Throws EngineError, SystemError. */
function openBar({ address, system, entry }: UioState, index: number): OpenRegion {
  const bar = entry.bars.find((each) => each.index === index && !each.io);
  if (bar === undefined) {
    throw new EngineError({
      code: 'BAR_NOT_MAPPABLE',
      op: `map BAR${index}`,
      target: address,
      reason: `the function has no memory at BAR${index}`,
      hint: `check with lspci -vv that region ${index} is memory; rescan the bus if it is not assigned`,
    });
  }
  const fd = system.openDevice(join(entry.sysfsPath, `resource${index}`), {
    op: `open BAR${index} of ${address}`,
    hints: { EACCES: LOCKED_DOWN, EPERM: LOCKED_DOWN },
  });
  const region = {
    index,
    flags: VFIO_REGION_INFO_FLAG_MMAP,
    lengthBytes: bar.lengthBytes,
    fdOffset: 0n,
    sparseAreas: undefined,
    msixMappable: true,
  };
  return { fd, region, close: () => system.closeFd(fd) };
}

const openDmaStep: ProbeStep<UioState> = {
  name: 'open DMA',
  do(state) {
    state.dma = new PhysicalDmaMapper();
  },
  undo: (state) => filled(state.dma, 'DMA', state.address).close(),
};

/** Function-level reset by the kernel, which keeps the configuration space. Throws SystemError. */
function reset({ system, entry, address }: UioState): boolean {
  const path = join(entry.sysfsPath, 'reset');
  if (!system.exists(path)) return false;
  const fd = system.openDevice(path, { op: `reset ${address}`, hints: { EACCES: 'run as root' } });
  try {
    system.writeAt(fd, Uint8Array.of(0x31), 0); // "1"
  } finally {
    system.closeFd(fd);
  }
  return true;
}

function uioDriver(entry: PciFunction, { process, together }: UioOptions): PciDriver<UioState> {
  return {
    name: 'uio',
    ids: [{ classCode: NVME_CLASS_CODE }],
    createState: ({ address }) => ({ system: process.system, address, entry }),
    steps: [
      iovaModeStep(process, entry, together ?? []),
      openNodeStep,
      claimFromSpdkStep,
      enableMemoryStep,
      mapRegistersStep,
      openDmaStep,
      busMasterStep,
    ],
  };
}

/**
 * Attaches an NVMe function bound to a uio driver; the caller has made sure that unsafe DMA is allowed. Where a
 * step fails, those before it are undone. Throws EngineError (`IOVA_MODE_MISMATCH`, `UIO_NODE_MISSING`, `UIO_DEVICE_OPEN`, ...) or
 * SystemError.
 */
export function attachUio(entry: PciFunction, options: UioOptions): Promise<TransportDevice> {
  return attachFunction(options.process, entry, {
    kind: 'uio',
    driver: uioDriver(entry, options),
    warnings: [unsafeDmaWarning(entry.address)],
    reset,
  });
}
