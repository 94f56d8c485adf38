/** Reset, enable and shut down by CC and CSTS, each wait with the controller's own deadline (CAP.TO). */
import { EngineError } from '../../errors.js';
import {
  ACQ,
  AQA,
  ASQ,
  CAP,
  type Capabilities,
  CC,
  CC_AMS_MASK,
  CC_AMS_WEIGHTED,
  CC_CSS_ALL,
  CC_CSS_NVM,
  CC_CSS_SHIFT,
  CC_EN,
  CC_IOCQES_SHIFT,
  CC_IOSQES_SHIFT,
  CC_MPS_SHIFT,
  CC_SHN_MASK,
  CC_SHN_NORMAL,
  CQ_ENTRY_SHIFT,
  CRTO,
  CSTS,
  CSTS_CFS,
  CSTS_NSSRO,
  CSTS_RDY,
  CSTS_SHST_COMPLETE,
  CSTS_SHST_MASK,
  decodeCapabilities,
  lastDoorbellPair,
  SQ_ENTRY_SHIFT,
} from '../../spec/index.js';
import type { TransportDevice } from './transport/transport.js';
import { rest, waitUntil } from './wait.js';

const ALL_ONES = 0xffff_ffff;
/** Some controllers give a CAP.TO below what they need after a power-up. */
const MIN_READY_TIMEOUT_MS = 2000;
const SHUTDOWN_TIMEOUT_MS = { least: 10_000, most: 60_000 };
const CSS_NVM_BIT = 1;
const CSS_IOCS_BIT = 1 << 6;

/** Reads CAP. Throws EngineError DEVICE_LOST, UNSUPPORTED_CONTROLLER. */
export function readCapabilities(device: TransportDevice): Capabilities {
  const raw = device.registers.read64(CAP);
  if (raw === 0xffff_ffff_ffff_ffffn || raw === 0n) {
    throw new EngineError({
      code: 'DEVICE_LOST',
      op: 'read CAP',
      target: device.target,
      reason: `the registers read as 0x${raw.toString(16)}: the device does not answer`,
      hint: 'check that it is powered (D0) and present: `nvbench list`',
    });
  }
  const capabilities = decodeCapabilities(raw);
  const { commandSets } = capabilities;
  // Before 1.0 nobody filled it in: there was the NVM command set alone.
  if (commandSets !== 0 && (commandSets & (CSS_NVM_BIT | CSS_IOCS_BIT)) === 0) {
    const reason = `CAP.CSS 0x${commandSets.toString(16)} has no NVM command set`;
    throw unsupported(device, reason, 'nvbench drives controllers with the NVM command set');
  }
  if (capabilities.minPageBytes > 2 ** 21) {
    const reason = `CAP.MPSMIN asks for pages of ${capabilities.minPageBytes} bytes`;
    throw unsupported(device, reason, 'nvbench drives controllers with pages of up to 2 MiB');
  }
  const { doorbellStrideBytes } = capabilities;
  const { lengthBytes } = device.doorbells;
  if (lastDoorbellPair(lengthBytes, doorbellStrideBytes) < 0) {
    const stride = `CAP.DSTRD puts doorbells ${doorbellStrideBytes} bytes apart`;
    const reason = `${stride}, and ${lengthBytes} bytes of them can be reached`;
    throw unsupported(device, reason, 'use the drive through the kernel (uring:/dev/nvme0n1)');
  }
  return { ...capabilities, readyTimeoutMs: readyTimeout(device, capabilities) };
}

/** CAP.TO, which ends at 127.5 s, or what CRTO says (3.1.3.22). */
function readyTimeout({ registers }: TransportDevice, capabilities: Capabilities): number {
  const { readyTimeoutMs, readyWithMedia } = capabilities;
  const withMediaMs = readyWithMedia ? (registers.read32(CRTO) & 0xffff) * 500 : 0;
  return Math.max(readyTimeoutMs, withMediaMs, MIN_READY_TIMEOUT_MS);
}

function unsupported(device: TransportDevice, reason: string, hint: string): EngineError {
  return new EngineError({
    code: 'UNSUPPORTED_CONTROLLER',
    op: 'read CAP',
    target: device.target,
    reason,
    hint,
  });
}

export interface DisableOptions {
  /** The most that each wait takes. */
  readonly mostMs?: number | undefined;
  /** How long CSTS is let alone after CC.EN was cleared. */
  readonly restMs?: number;
}

/** Controller level reset: CC.EN to 0, and CSTS.RDY follows (3.7.2). Falls back to the transport's reset. */
export async function disable(
  device: TransportDevice,
  capabilities: Capabilities,
  { mostMs = Number.POSITIVE_INFINITY, restMs = 0 }: DisableOptions = {},
): Promise<void> {
  const { registers } = device;
  const cc = registers.read32(CC);
  const csts = registers.read32(CSTS);
  if (cc === ALL_ONES || csts === ALL_ONES || device.lost() !== undefined) return;
  const timeoutMs = Math.min(capabilities.readyTimeoutMs, mostMs);
  if ((cc & CC_EN) !== 0) {
    // EN may not be cleared before RDY has answered it (3.1.3.5), unless the controller has failed.
    await waitUntil(() => (registers.read32(CSTS) & (CSTS_RDY | CSTS_CFS)) !== 0, timeoutMs);
    registers.write32(CC, cc & ~CC_EN);
    await rest(restMs);
  }
  if (await waitUntil(() => (registers.read32(CSTS) & CSTS_RDY) === 0, timeoutMs)) return;
  if ((await device.reset()) && (await waitUntil(() => (registers.read32(CSTS) & CSTS_RDY) === 0, timeoutMs)))
    return;
  throw notReady(device, 'disable the controller', 'CSTS.RDY stayed 1', timeoutMs);
}

/** Whether an enabled controller goes by weighted round robin (CC.AMS), whoever has enabled it. */
export const isWeighted = ({ registers }: TransportDevice): boolean =>
  (registers.read32(CC) & CC_AMS_MASK) === CC_AMS_WEIGHTED;

/** Whether the controller answers and is disabled, so that it does no DMA (3.5.1). */
export function isDisabled({ registers }: TransportDevice): boolean {
  const cap = registers.read32(CAP);
  const cc = registers.read32(CC);
  const csts = registers.read32(CSTS);
  if (cap === 0 || cap === ALL_ONES || cc === ALL_ONES || csts === ALL_ONES) return false;
  return (cc & CC_EN) === 0 && (csts & CSTS_RDY) === 0;
}

/** Why a controller that has been enabled does no I/O any more as CSTS tells; undefined where it does. */
export function failedByRegisters(device: TransportDevice): string | undefined {
  const csts = device.registers.read32(CSTS);
  if (csts === ALL_ONES) return 'the device reads as all ones: it is gone';
  if ((csts & CSTS_CFS) === 0) return (csts & CSTS_RDY) === 0 ? resetBeside(csts) : undefined;
  const reason = device.fatalReason?.();
  return `the controller reports a fatal status (CSTS.CFS)${reason === undefined ? '' : `: ${reason}`}`;
}

/** Nobody here has disabled it. NSSRO (3.1.3.6): the NVM subsystem was reset. */
function resetBeside(csts: number): string {
  const by = (csts & CSTS_NSSRO) === 0 ? 'by itself, or by another process' : 'with its whole NVM subsystem';
  return `the controller was reset ${by} (CSTS 0x${csts.toString(16)})`;
}

export interface AdminQueueSetup {
  readonly entries: number;
  readonly sqIova: bigint;
  readonly cqIova: bigint;
  readonly pageBytes: number;
  /** Weighted round robin, where the controller has it. */
  readonly weighted?: boolean | undefined;
  /** Aborted: it is not waited for any more. */
  readonly abandonSignal?: AbortSignal | undefined;
}

/** Sets the admin queues and CC, and waits for CSTS.RDY (3.5.1). Throws EngineError NOT_READY, CONTROLLER_FATAL. */
export async function enable(
  device: TransportDevice,
  capabilities: Capabilities,
  setup: AdminQueueSetup,
): Promise<void> {
  const { registers } = device;
  registers.write32(AQA, (setup.entries - 1) | ((setup.entries - 1) << 16));
  registers.write64(ASQ, setup.sqIova);
  registers.write64(ACQ, setup.cqIova);
  const css = (capabilities.commandSets & CSS_IOCS_BIT) !== 0 ? CC_CSS_ALL : CC_CSS_NVM;
  const mps = Math.log2(setup.pageBytes) - 12;
  const weighted = setup.weighted === true && capabilities.weightedRoundRobin;
  const cc =
    (weighted ? CC_AMS_WEIGHTED : 0) |
    (css << CC_CSS_SHIFT) |
    (mps << CC_MPS_SHIFT) |
    (SQ_ENTRY_SHIFT << CC_IOSQES_SHIFT) |
    (CQ_ENTRY_SHIFT << CC_IOCQES_SHIFT);
  // What is set from here on is of a reset that comes: it stays until 1 is written to it, as Linux does.
  if (capabilities.subsystemResetSupported && (registers.read32(CSTS) & CSTS_NSSRO) !== 0)
    registers.write32(CSTS, CSTS_NSSRO);
  registers.write32(CC, cc | CC_EN);
  const timeoutMs = capabilities.readyTimeoutMs;
  const isAsked = (): boolean => setup.abandonSignal?.aborted === true;
  const isUp = (): boolean => (registers.read32(CSTS) & (CSTS_RDY | CSTS_CFS)) !== 0;
  const answered = await waitUntil(() => isUp() || isAsked(), timeoutMs);
  const csts = registers.read32(CSTS);
  if (isAsked()) throw notReady(device, 'enable the controller', 'asked to end at once while CSTS.RDY was 0');
  if (!answered || csts === ALL_ONES)
    throw notReady(device, 'enable the controller', 'CSTS.RDY stayed 0', timeoutMs);
  if ((csts & CSTS_CFS) === 0) return;
  throw new EngineError({
    code: 'CONTROLLER_FATAL',
    op: 'enable the controller',
    target: device.target,
    reason: 'CSTS.CFS is set: the controller could not use its admin queues',
    hint: 'reset the device; a DMA fault in the kernel log (dmesg) means that the IOMMU refused its addresses',
  });
}

/** What a controller has for a normal shutdown that says it needs `latencyUs` (RTD3E): 10 s at least, 60 s at most. */
export function shutdownTimeoutMs(latencyUs: number): number {
  return Math.min(Math.max(SHUTDOWN_TIMEOUT_MS.least, latencyUs / 1000), SHUTDOWN_TIMEOUT_MS.most);
}

/** Normal shutdown by CC.SHN (3.6.1). Throws EngineError NOT_READY where CSTS.SHST does not become complete. */
export async function shutDown(device: TransportDevice, timeoutMs: number): Promise<void> {
  const { registers } = device;
  registers.write32(CC, (registers.read32(CC) & ~CC_SHN_MASK) | CC_SHN_NORMAL);
  const complete = (): boolean => (registers.read32(CSTS) & CSTS_SHST_MASK) === CSTS_SHST_COMPLETE;
  if (await waitUntil(complete, timeoutMs)) return;
  throw notReady(device, 'shut the controller down', 'CSTS.SHST did not become 2', timeoutMs);
}

function notReady(device: TransportDevice, op: string, reason: string, timeoutMs?: number): EngineError {
  return new EngineError({
    code: 'NOT_READY',
    op,
    target: device.target,
    reason: timeoutMs === undefined ? reason : `${reason} for ${timeoutMs} ms`,
    hint:
      timeoutMs === undefined
        ? 'attach it again'
        : 'power-cycle or reset the device, and look at the kernel log',
  });
}
