/** Files that are whole or not there after a crash. */
import { closeSync, fsyncSync, openSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

function syncFolder(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Writes a file beside, syncs it, puts it in place and syncs the folder: on return it survives a crash. */
export function writeDurably(path: string, text: string): void {
  const partial = `${path}.partial`;
  const fd = openSync(partial, 'w', 0o644);
  try {
    writeFileSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(partial, path);
  syncFolder(dirname(path));
}

/** Removes a file; on return it stays removed after a crash. */
export function removeDurably(path: string): void {
  unlinkSync(path);
  syncFolder(dirname(path));
}
