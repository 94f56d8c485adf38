/** Files that are whole, the former one or the new: written beside under a name nobody can foresee, then put in place. */
import { randomBytes } from 'node:crypto';
import { closeSync, constants, fsyncSync, writeFileSync } from 'node:fs';
import { isRunning, ownIdentity } from '../sys/process-identity.js';
import type { Folder } from './folder.js';

const { O_CREAT, O_EXCL, O_WRONLY } = constants;
/** Process id, start, boot and a random part: enough to tell whether the writer still runs. */
const TEMPORARY = /^\.nvbench-(\d+)-(\d+)-([0-9a-f]{8})-[0-9a-f]{16}\.tmp$/;
const BOOT_DIGITS = 8;
const RANDOM_BYTES = 8;
/** A file of another boot may be one of another machine, on a file system that both have. */
const FOREIGN_STALE_MS = 3_600_000;

function temporaryName(): string {
  const { pid, startTicks, bootId } = ownIdentity();
  return `.nvbench-${pid}-${startTicks}-${bootId.slice(0, BOOT_DIGITS)}-${randomBytes(RANDOM_BYTES).toString('hex')}.tmp`;
}

export interface ReplaceOptions {
  /** Permissions of the new file, less the umask; 0666 by default. */
  readonly mode?: number;
  /** On return it survives a crash of the machine. */
  readonly durable?: boolean;
}

/** Puts a file of this text at a name, in place of what is there. Throws errors of node:fs. */
export function replaceFile(folder: Folder, name: string, text: string, options: ReplaceOptions = {}): void {
  const temporary = temporaryName();
  try {
    write(folder, temporary, text, options);
    folder.rename(temporary, name);
  } catch (error) {
    folder.remove(temporary);
    throw error;
  }
  if (options.durable) folder.sync();
}

function write(folder: Folder, name: string, text: string, { mode, durable }: ReplaceOptions): void {
  const fd = folder.open(name, O_WRONLY | O_CREAT | O_EXCL, mode);
  try {
    writeFileSync(fd, text);
    if (durable) fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Whether nobody will put the temporary file in place any more. */
function isStale(folder: Folder, name: string, bootId: string): boolean {
  const [, pid, startTicks, boot] = TEMPORARY.exec(name) ?? [];
  if (boot === undefined) return false;
  const stats = folder.stat(name);
  if (!stats?.isFile() || stats.uid !== process.geteuid?.()) return false;
  if (!bootId.startsWith(boot)) return Date.now() - stats.mtimeMs > FOREIGN_STALE_MS;
  return !isRunning({ pid: Number(pid), startTicks, bootId });
}

/** Removes what killed processes of this user left when they wrote in the folder. Throws errors of node:fs. */
export function sweepTemporaries(folder: Folder): void {
  const { bootId } = ownIdentity();
  for (const name of folder.names()) if (isStale(folder, name, bootId)) folder.remove(name);
}
