/** What the executable begins with: its files are put where Node finds them, then the program is started from there. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { getAsset, getRawAsset } from 'node:sea';
import { compileCacheFolder } from '../../bench/console/compile-cache.js';
import { type Held, unpack } from './unpack.js';

const ENVIRONMENT = 3; // of docs/exit-codes.md

function start(): void {
  const held = JSON.parse(getAsset('held.json', 'utf8')) as Held;
  const folder = unpack(
    held,
    compileCacheFolder(),
    (file) => new Uint8Array(getRawAsset(file) as ArrayBuffer),
  );
  // A module of the executable itself imports nothing from files; one that is required can.
  createRequire(join(folder, 'start.cjs'))('./start.cjs');
}

try {
  start();
} catch (error) {
  process.stderr.write(
    `nvbench: unpack the program: ${(error as Error).message}; make room in the home folder or in $TMPDIR\n`,
  );
  process.exitCode = ENVIRONMENT;
}
