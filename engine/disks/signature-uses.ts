/** What is written on disks and their partitions, as reasons against having them. */
import { join } from 'node:path';
import type { BindHost } from '../pci/bind-host.js';
import { fsErrorCode } from '../pci/sysfs-read.js';
import { blkidType } from '../sys/blkid.js';
import type { BlockNode } from './block-stack.js';
import { type Use, use } from './reason.js';
import { readSignatures } from './signatures.js';

export const unreadable = (path: string, reason: string): Use =>
  use('unreadable', `${path} cannot be read (${reason}), so what is on it is not known`, 'run as root');

/** What is known here goes before what libblkid calls it, where that is installed. */
function namesOf(path: string, sizeBytes: number): string[] {
  const known = readSignatures(path, sizeBytes);
  if (known.length > 0) return known;
  const type = blkidType(path);
  return type === undefined ? [] : [`${type} (by libblkid)`];
}

/** Of disks and partitions themselves, not of what is stacked on them. */
export function signatureUses(host: BindHost, nodes: readonly BlockNode[]): Use[] {
  return nodes
    .filter(({ isHolder }) => !isHolder)
    .flatMap(({ name, sizeBytes }) => {
      const path = join(host.devRoot, name);
      try {
        return namesOf(path, sizeBytes).map((found) =>
          use(
            'signature',
            `${name} holds a signature: ${found}`,
            `wipefs ${path} shows it, and with --all erases it`,
          ),
        );
      } catch (error) {
        return [unreadable(path, fsErrorCode((error as Error).cause))];
      }
    });
}
