/**
 * From a device's descriptor to a device that can be driven, in steps that can be taken back. How the descriptor
 * was had (group or cdev) makes no difference here.
 */
import { EngineError } from '../../../../errors.js';
import type { DmaMapper } from '../../../../memory/dma-mapper.js';
import {
  COMMAND_BUS_MASTER,
  COMMAND_INTX_DISABLE,
  COMMAND_MEMORY,
  type ConfigSpace,
  readMsix,
  updateCommand,
} from '../../../../pci/config-space.js';
import type { IovaMode } from '../../../../pci/iova-mode.js';
import type { ProbeStep } from '../../../../pci/steps.js';
import { VFIO_PCI_BAR0_REGION_INDEX, VFIO_PCI_CONFIG_REGION_INDEX } from '../../../../sys/vfio-abi.js';
import { MmioRegisters } from '../mmio-registers.js';
import { type MappedBar, mapBar } from './bar.js';
import type { OpenRegion } from './bar-windows.js';
import { openConfigSpace, readDeviceInfo, readRegionInfo, type VfioHandle } from './device.js';
import { RemovalRequest } from './removal-request.js';
import type { DeviceInfo } from './structs.js';
import type { VfioSystem } from './system.js';

/** What the steps fill; a field is there from its step's `do` to its `undo`. */
export interface VfioDeviceState {
  readonly system: VfioSystem;
  readonly address: string;
  device?: VfioHandle;
  info?: DeviceInfo;
  config?: ConfigSpace;
  /** The command register as it was found. */
  formerCommand?: number;
  bar?: MappedBar;
  /** Any BAR, for what is mapped of it later. */
  openBar?: (bar: number) => OpenRegion;
  registers?: MmioRegisters;
  removal?: RemovalRequest;
  iovaMode?: IovaMode;
  dma?: DeviceDma;
}

/** DMA of one device; `close` takes back what is still mapped for it. */
export type DeviceDma = DmaMapper & { close(): void };

/** A field that an earlier step has filled. */
export function filled<Value>(value: Value | undefined, what: string, address: string): Value {
  if (value !== undefined) return value;
  throw new EngineError({
    code: 'STEP_ORDER',
    op: `use ${what}`,
    target: address,
    reason: 'the device is not attached',
    hint: 'attach it first',
  });
}

const deviceOf = (state: VfioDeviceState): VfioHandle => filled(state.device, 'device', state.address);
/** Runs a step back that needs the device's answer; one that is gone has nothing left to restore. */
function unlessGone(restore: () => void): void {
  try {
    restore();
  } catch (error) {
    if (!(error instanceof EngineError && error.code === 'DEVICE_GONE')) throw error;
  }
}

const configOf = (state: VfioDeviceState): ConfigSpace =>
  filled(state.config, 'configuration space', state.address);

/** Puts the command register back to what it was found as. */
export function restoreCommand(state: VfioDeviceState): void {
  const former = filled(state.formerCommand, 'command register', state.address);
  unlessGone(() => updateCommand(configOf(state), former, ~former & 0xffff));
  state.formerCommand = undefined;
  state.config = undefined;
}

/** Afterwards the BAR reads as all ones, as a missing function does, and views of it stay harmless. */
export function retireRegisters(state: VfioDeviceState): void {
  const { mapping } = filled(state.bar, 'BAR0', state.address);
  state.system.retire(mapping, 0xff);
  state.bar = undefined;
  state.openBar = undefined;
}

/** Memory decoding on before the BAR is touched: VFIO ends a process that touches it before. */
const enableMemory: ProbeStep<VfioDeviceState> = {
  name: 'enable memory decoding',
  do(state) {
    const device = deviceOf(state);
    state.info = readDeviceInfo(device);
    state.config = openConfigSpace(device, readRegionInfo(device, VFIO_PCI_CONFIG_REGION_INDEX));
    state.formerCommand = updateCommand(state.config, COMMAND_MEMORY | COMMAND_INTX_DISABLE);
  },
  undo: restoreCommand,
};

const mapRegisters: ProbeStep<VfioDeviceState> = {
  name: 'map BAR0',
  do(state) {
    const device = deviceOf(state);
    const region = readRegionInfo(device, VFIO_PCI_BAR0_REGION_INDEX);
    state.bar = mapBar(device, region, readMsix(configOf(state)));
    state.registers = new MmioRegisters(state.bar.mapping);
    state.openBar = (bar) => ({ fd: device.fd, region: readRegionInfo(device, bar), close() {} });
  },
  undo: retireRegisters,
};

const watchRemoval: ProbeStep<VfioDeviceState> = {
  name: 'register for removal requests',
  do(state) {
    state.removal = RemovalRequest.register(deviceOf(state));
  },
  undo(state) {
    state.removal?.close();
    state.removal = undefined;
  },
};

/** Last on, first off: with it off the device reaches no memory, whatever else is still mapped. */
const enableBusMaster: ProbeStep<VfioDeviceState> = {
  name: 'enable bus mastering',
  do(state) {
    updateCommand(configOf(state), COMMAND_BUS_MASTER);
  },
  undo(state) {
    unlessGone(() => updateCommand(configOf(state), 0, COMMAND_BUS_MASTER));
  },
};

/** Needs `device`; run in order, undone in the reverse order. */
export const deviceSteps: readonly ProbeStep<VfioDeviceState>[] = [enableMemory, mapRegisters, watchRemoval];

/** The last step of all. */
export const busMasterStep: ProbeStep<VfioDeviceState> = enableBusMaster;
