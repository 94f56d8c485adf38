/** Sanitize (NVMe base 2.0, 5.24): all data of an NVM subsystem gone, wherever it lies. */
import { setTimeout as delay } from 'node:timers/promises';
import { EngineError } from '../../errors.js';
import {
  ADMIN,
  OACS,
  SANICAP,
  SANITIZE_ACTION,
  SANITIZE_STATE,
  type SanitizeStatus,
} from '../../spec/index.js';
import type { Controller } from './controller.js';
import { activeNamespaces } from './namespaces.js';

/** Between two looks at how far it is: short at first, for drives that only forget a key. */
const LOOKS_MS = [50, 100, 200, 500, 1000] as const;
/** One that does not come further for so long is stuck, or for as long as the drive says that all of it takes. */
const STUCK_MS = 15 * 60_000;
const MOST_STUCK_MS = 24 * 3600_000;
/** The command only begins it. */
const BEGIN_MS = 60_000;

const { BLOCK_ERASE, CRYPTO_ERASE } = SANITIZE_ACTION;
const { DONE, DONE_DEALLOCATED, IN_PROGRESS } = SANITIZE_STATE;

function refusal(code: string, target: string, reason: string, hint: string, kind?: 'input'): EngineError {
  return new EngineError({
    code,
    op: 'sanitize',
    target,
    reason,
    hint,
    ...(kind === undefined ? {} : { kind }),
  });
}

/** Blocks are erased where the controller can, or else the key is; overwriting wears a drive and is not done. */
function actionOf({ identity: { sanitize = 0 } }: Controller): number | undefined {
  if ((sanitize & SANICAP.BLOCK_ERASE) !== 0) return BLOCK_ERASE;
  return (sanitize & SANICAP.CRYPTO_ERASE) !== 0 ? CRYPTO_ERASE : undefined;
}

/** How long it may stand still, in ms. */
export function patienceMs(action: number, { blockEraseS = 0, cryptoEraseS = 0 }: SanitizeStatus): number {
  const estimatedS = action === BLOCK_ERASE ? blockEraseS : cryptoEraseS;
  return Math.min(MOST_STUCK_MS, Math.max(STUCK_MS, estimatedS * 1000));
}

/** All namespaces that there are, as far as the controller tells: those of others, or of none, too. */
async function allNamespaces(controller: Controller): Promise<number[]> {
  const active = await activeNamespaces(controller);
  if ((controller.identity.optionalAdminCommands & OACS.NAMESPACE_MANAGEMENT) === 0) return active;
  return [...new Set([...active, ...(await controller.admin.allocatedNamespaceList())])];
}

/** What it would be done by. Throws EngineError of kind `input`: SANITIZE_UNSUPPORTED, SANITIZES_ALL_NAMESPACES. */
export async function checkSanitize(controller: Controller, nsid: number): Promise<number> {
  const { target } = controller.device;
  const action = actionOf(controller);
  if (action === undefined) {
    const reason = 'the controller erases neither blocks nor keys by Sanitize (SANICAP)';
    throw refusal('SANITIZE_UNSUPPORTED', target, reason, 'use purge: format, or deallocate', 'input');
  }
  const others = (await allNamespaces(controller)).filter((each) => each !== nsid);
  if (others.length === 0) return action;
  const reason = `it destroys the data of all namespaces, also of ${others.join(', ')}`;
  throw refusal('SANITIZES_ALL_NAMESPACES', target, reason, 'use purge: format, or deallocate', 'input');
}

/**
 * Does it, and waits until it is over; a loss of power or a reset does not end it, and `signal` the waiting alone: false then. Throws
 * EngineError SANITIZE_FAILED, SANITIZE_STUCK; NvmeStatusError.
 */
export async function sanitize(
  controller: Controller,
  nsid: number,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<boolean> {
  const action = await checkSanitize(controller, nsid);
  const { admin, device } = controller;
  // One that goes on already leaves nothing either, and the drive takes no other.
  if ((await admin.sanitizeStatus()).state !== IN_PROGRESS)
    await admin.execute({ name: 'Sanitize', opcode: ADMIN.SANITIZE, cdw10: action }, BEGIN_MS);
  let status: SanitizeStatus | undefined;
  let movedMs = performance.now();
  for (let look = 0; ; look++) {
    await delay(LOOKS_MS[Math.min(look, LOOKS_MS.length - 1)], undefined, { signal }).catch(() => undefined);
    const before = status?.progress;
    status = await admin.sanitizeStatus();
    if (status.state !== IN_PROGRESS) break;
    if (signal.aborted) return false;
    if (status.progress !== before) movedMs = performance.now();
    onProgress(status.progress);
    const stoodMs = performance.now() - movedMs;
    if (stoodMs > patienceMs(action, status)) {
      const reason = `it stands at ${Math.floor(status.progress * 100)} % for ${Math.round(stoodMs / 60_000)} minutes (SPROG)`;
      throw refusal(
        'SANITIZE_STUCK',
        device.target,
        reason,
        'see nvme sanitize-log; the drive goes on by itself',
      );
    }
  }
  if (status.state === DONE || status.state === DONE_DEALLOCATED) return true;
  const reason = `the controller says that it failed (SSTAT ${status.state})`;
  throw refusal(
    'SANITIZE_FAILED',
    device.target,
    reason,
    'see nvme sanitize-log, and nvme sanitize --sanact 1',
  );
}
