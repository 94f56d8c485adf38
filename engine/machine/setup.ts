/** Changes to the machine that are written down before they are made: drivers, owners of nodes, hugepages. */
import { existsSync } from 'node:fs';
import { release } from 'node:os';
import { EngineError } from '../errors.js';
import { type BindHost, kernelHost } from '../pci/bind-host.js';
import { Journal } from './journal.js';
import { withStateLock } from './lock.js';
import { ROOT_STATE_DIR, stateDir } from './state-dir.js';

/** The machine and what is remembered of the changes to it. */
export interface Setup {
  readonly host: BindHost;
  readonly journal: Journal;
}

/** This machine, with the journal of this user: see `stateDir`. Touches nothing. */
export function machineSetup(env: Readonly<Record<string, string | undefined>>): Setup {
  const host = kernelHost(release());
  return { host, journal: new Journal(stateDir({ env, uid: host.effectiveUid() })) };
}

/**
 * As `machineSetup`, for looking only: an ordinary user whose own journal is not there sees that of root, who makes
 * the changes.
 */
export function visibleSetup(env: Readonly<Record<string, string | undefined>>): Setup {
  const own = machineSetup(env);
  if (hasState(own) || env.NVBENCH_STATE_DIR) return own;
  return { host: own.host, journal: new Journal(ROOT_STATE_DIR) };
}

/**
 * Does `body` alone, with the state folder made. Throws EngineError STATE_DIR_UNUSABLE, STATE_LOCKED after `deadlineMs`
 * where that is given, else after half a minute.
 */
export async function alone<T>(setup: Setup, body: () => Promise<T>, deadlineMs?: number): Promise<T> {
  const locked = async (): Promise<T> => {
    setup.journal.tidy();
    return body();
  };
  return withStateLock(setup.journal.dir, locked, deadlineMs);
}

/** Whether anything can have been written down at all. */
export function hasState(setup: Setup): boolean {
  return existsSync(setup.journal.dir);
}

/** Throws EngineError NEED_ROOT where this user is not root. */
export function requireRoot(host: BindHost, op: string, target: string, hint: string): void {
  const uid = host.effectiveUid();
  if (uid === 0) return;
  throw new EngineError({ code: 'NEED_ROOT', op, target, reason: `only root may, not user ${uid}`, hint });
}
