/** Takes a function from one kernel driver to another by driver_override, and back to what it was. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError } from '../errors.js';
import { type BindHost, waitUntil } from '../pci/bind-host.js';
import { readKernelDriver } from '../pci/kernel-driver.js';
import { readOptionalText } from '../pci/sysfs-read.js';

/** From what to what; enough to go back. */
export interface DriverChange {
  readonly address: string;
  readonly driver: string;
  /** Empty where no driver was bound. */
  readonly formerDriver: string;
  /** What driver_override held; empty where it held nothing. */
  readonly formerOverride: string;
}

/** One write to sysfs. */
export interface SysfsWrite {
  readonly path: string;
  readonly text: string;
}

/** `left`: another driver has taken it since, which is nobody's business here. `gone`: there is no such device. */
export type UndoOutcome = 'restored' | 'already' | 'left' | 'gone';

const LINK_DEADLINE_MS = 10_000;

const deviceDir = (host: BindHost, address: string): string =>
  join(host.sysfsRoot, 'bus/pci/devices', address);

/** driver_override of a device directory; the kernel writes (null) where there is none. */
function readOverride(dir: string): string {
  const text = readOptionalText(join(dir, 'driver_override')) ?? '';
  return text === '(null)' ? '' : text;
}

/** What would have to change, or undefined where the driver has the function already. */
export function planDriverChange(host: BindHost, address: string, driver: string): DriverChange | undefined {
  const dir = deviceDir(host, address);
  const formerDriver = readKernelDriver(dir).name;
  if (formerDriver === driver) return undefined;
  return { address, driver, formerDriver, formerOverride: readOverride(dir) };
}

interface Move {
  readonly address: string;
  readonly from: string;
  readonly to: string;
  /** undefined: leave driver_override alone. */
  readonly override: string | undefined;
}

/** The writes of a move, in their order: override first, so that no other driver can take the function between. */
function movesOf(host: BindHost, { address, from, to, override }: Move): SysfsWrite[] {
  const drivers = join(host.sysfsRoot, 'bus/pci/drivers');
  const writes: SysfsWrite[] = [];
  if (override !== undefined)
    writes.push({
      path: join(deviceDir(host, address), 'driver_override'),
      text: override === '' ? '\n' : override,
    });
  if (from !== to && from !== '') writes.push({ path: join(drivers, from, 'unbind'), text: address });
  // bind and not drivers_probe: only this one hands on why the driver refused.
  if (from !== to && to !== '') writes.push({ path: join(drivers, to, 'bind'), text: address });
  return writes;
}

/** What `applyDriverChange` writes. */
export function changeWrites(host: BindHost, change: DriverChange): SysfsWrite[] {
  const { address, driver, formerDriver } = change;
  return movesOf(host, { address, from: formerDriver, to: driver, override: driver });
}

function currentMove(host: BindHost, change: DriverChange): Move {
  const dir = deviceDir(host, change.address);
  const override = readOverride(dir) === change.formerOverride ? undefined : change.formerOverride;
  return { address: change.address, from: readKernelDriver(dir).name, to: change.formerDriver, override };
}

/** What `undoDriverChange` would write now; empty where nothing is to be done. */
export function undoWrites(host: BindHost, change: DriverChange): SysfsWrite[] {
  if (!existsSync(deviceDir(host, change.address))) return [];
  const move = currentMove(host, change);
  return isForeign(change, move.from) ? [] : movesOf(host, move);
}

function isForeign(change: DriverChange, now: string): boolean {
  return now !== '' && now !== change.driver && now !== change.formerDriver;
}

async function waitForDriver(host: BindHost, address: string, driver: string): Promise<void> {
  const dir = deviceDir(host, address);
  await waitUntil(
    {
      op: driver === '' ? 'wait for the driver to let go' : `wait for driver ${driver}`,
      target: address,
      hint: 'look at dmesg for why the driver refused',
      deadlineMs: LINK_DEADLINE_MS,
    },
    () => (readKernelDriver(dir).name === driver ? true : undefined),
  );
}

async function carryOut(host: BindHost, move: Move): Promise<void> {
  for (const { path, text } of movesOf(host, move)) await host.write(path, text);
  await waitForDriver(host, move.address, move.to);
}

/**
 * Gives the function to the new driver and waits until it has it. Where that fails, goes back to the former one
 * and throws; an error of going back is the `cause` of what is thrown then.
 * Throws EngineError SYSFS_WRITE_FAILED, SYSFS_WRITE_STUCK, WAIT_TIMED_OUT, BIND_NOT_UNDONE.
 */
export async function applyDriverChange(host: BindHost, change: DriverChange): Promise<void> {
  const { address, driver, formerDriver } = change;
  try {
    await carryOut(host, { address, from: formerDriver, to: driver, override: driver });
  } catch (error) {
    try {
      await undoDriverChange(host, change);
    } catch (cause) {
      throw notUndone(change, error, cause);
    }
    throw error;
  }
}

function notUndone(change: DriverChange, first: unknown, cause: unknown): EngineError {
  const why = (error: unknown): string => (error instanceof Error ? error.message : String(error));
  return new EngineError({
    code: 'BIND_NOT_UNDONE',
    op: `bind to ${change.driver}`,
    target: change.address,
    reason: `${why(first)}; going back to ${change.formerDriver || 'no driver'} failed too: ${why(cause)}`,
    hint: `nvbench unbind ${change.address} tries again`,
    cause,
  });
}

/**
 * Puts back driver and driver_override, from wherever an interrupted change left them. Safe to repeat.
 * Throws as `applyDriverChange`, and DRIVER_NOT_LOADED where the former driver is not there any more.
 */
export async function undoDriverChange(host: BindHost, change: DriverChange): Promise<UndoOutcome> {
  if (!existsSync(deviceDir(host, change.address))) return 'gone';
  const move = currentMove(host, change);
  if (isForeign(change, move.from)) return 'left';
  if (move.override === undefined && move.from === move.to) return 'already';
  const driverDir = join(host.sysfsRoot, 'bus/pci/drivers', move.to);
  if (move.to !== '' && move.from !== move.to && !existsSync(driverDir)) {
    throw new EngineError({
      code: 'DRIVER_NOT_LOADED',
      op: 'give back',
      target: change.address,
      reason: `its former driver ${move.to} is not loaded`,
      hint: `modprobe ${move.to}, then nvbench unbind ${change.address}`,
    });
  }
  await carryOut(host, move);
  return 'restored';
}
