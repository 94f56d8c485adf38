/** What is written on disks and their partitions, as reasons against having them. */
import { join } from 'node:path';
import type { BindHost } from '../pci/bind-host.js';
import { fsErrorCode } from '../pci/sysfs-read.js';
import type { BlockNode } from './block-stack.js';
import { type Use, use } from './reason.js';
import { readSignatures } from './signatures.js';

export const unreadable = (path: string, reason: string): Use =>
  use('unreadable', `${path} cannot be read (${reason}), so what is on it is not known`, 'run as root');

/** Of disks and partitions themselves, not of what is stacked on them. */
export function signatureUses(host: BindHost, nodes: readonly BlockNode[]): Use[] {
  return nodes
    .filter(({ isHolder }) => !isHolder)
    .flatMap(({ name, sizeBytes }) => {
      const path = join(host.devRoot, name);
      try {
        return readSignatures(path, sizeBytes).map((found) =>
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
