/** Gives device nodes to a user, so that attaching needs no root, and back. */
import { execFileSync } from 'node:child_process';
import { lstatSync } from 'node:fs';
import { EngineError, type EngineWarning } from '../errors.js';
import type { BindHost } from '../pci/bind-host.js';
import { ownNodes, userNodes } from '../pci/device-nodes.js';
import type { JournalEntry, Maker } from './journal.js';
import type { Setup } from './setup.js';

/** The id of a user by name or number. Throws EngineError NO_SUCH_USER of kind `input`. */
export function userId(name: string): number {
  if (/^\d{1,9}$/.test(name)) return Number(name);
  try {
    // id(1) and not /etc/passwd: users may come from a directory service.
    const text = execFileSync('id', ['-u', '--', name], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return Number(text);
  } catch (cause) {
    throw new EngineError({
      code: 'NO_SUCH_USER',
      op: 'look up user',
      target: name,
      reason: 'this machine does not know that user',
      hint: 'give a name or number that `id` knows',
      kind: 'input',
      cause,
    });
  }
}

/**
 * Gives the group or character device of a function to a user, and `/dev/iommu` where that is nobody else's yet.
 * Each is in the journal before, and in `entries`. Throws EngineError CHOWN_FAILED.
 */
export function giveNodes(
  { host, journal }: Setup,
  address: string,
  uid: number,
  maker: Maker,
  entries: JournalEntry[],
): EngineWarning[] {
  const nodes = userNodes(host, address);
  const warnings: EngineWarning[] = [];
  const give = (path: string): void => {
    // A node that is this user's through another binding is entered too: the last of them gives it back.
    const shared = journal
      .entries()
      .find(({ change }) => change.kind === 'owner' && change.path === path && change.uid === uid);
    const sharedUid = shared?.change.kind === 'owner' ? shared.change.formerUid : undefined;
    const formerUid = sharedUid ?? lstatSync(path).uid;
    if (formerUid === uid) return;
    const entry = journal.begin({ kind: 'owner', path, uid, formerUid }, address, maker);
    entries.push(entry);
    chown(host, path, uid);
    journal.made(entry);
  };
  for (const path of ownNodes(nodes)) give(path);
  if (nodes.iommufd !== undefined) {
    const holder = lstatSync(nodes.iommufd).uid;
    if (holder === 0 || holder === uid) give(nodes.iommufd);
    else warnings.push(iommufdTaken(nodes.iommufd, holder, uid));
  }
  return warnings;
}

function iommufdTaken(path: string, holder: number, uid: number): EngineWarning {
  return {
    code: 'iommufd-taken',
    message: `${path} belongs to user ${holder} and stays so; user ${uid} cannot attach by character device`,
    advice: 'attach through the group, or unbind what the other user has first',
  };
}

function chown(host: BindHost, path: string, uid: number): void {
  try {
    host.giveNode(path, uid);
  } catch (cause) {
    throw new EngineError({
      code: 'CHOWN_FAILED',
      op: `give to user ${uid}`,
      target: path,
      reason: cause instanceof Error ? cause.message : String(cause),
      hint: 'run as root',
      cause,
    });
  }
}

/** Gives a node back, unless it is gone, another's by now, or another entry still needs it. */
export function takeNodeBack({ host, journal }: Setup, entry: JournalEntry): 'restored' | 'already' | 'left' {
  const { change } = entry;
  if (change.kind !== 'owner') return 'already';
  const now = lstatSync(change.path, { throwIfNoEntry: false })?.uid;
  if (now === undefined || now === change.formerUid) return 'already';
  if (now !== change.uid) return 'left';
  const needed = journal.entries().some(({ sequence, change: other }) => {
    return (
      sequence !== entry.sequence &&
      other.kind === 'owner' &&
      other.path === change.path &&
      other.uid === change.uid
    );
  });
  if (!needed) chown(host, change.path, change.formerUid);
  return needed ? 'left' : 'restored';
}
