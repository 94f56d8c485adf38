import { mkdtempSync, openSync, rmdirSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new file beside other temporary ones, to write and to read, without a name: it is gone once it is closed. Throws errors of node:fs. */
export function openUnnamed(prefix: string): number {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  const path = join(folder, 'spool');
  try {
    const fd = openSync(path, 'wx+', 0o600);
    unlinkSync(path);
    return fd;
  } finally {
    rmdirSync(folder);
  }
}
