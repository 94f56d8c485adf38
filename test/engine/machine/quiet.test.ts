import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { untilQuiet } from '../../../engine/machine/quiet.js';
import { SysfsTree } from '../../fixtures/sysfs.js';
import { addDrive, addHolder, DRIVE, setupOn } from './machine.js';

let tree: SysfsTree;
beforeEach(() => {
  tree = new SysfsTree();
  addDrive(tree);
});
afterEach(() => tree.remove());

const never = new AbortController().signal;

/** A program that has the disk open, as udev does for a moment; how it ends. */
function lookAtDisk(): () => void {
  addHolder(tree, 4711, 'udev-worker', { 3: join(tree.root, 'dev/nvme0n1') });
  return () => rmSync(join(tree.root, 'proc/4711'), { recursive: true });
}

/** Well below what it waits at most. */
const AT_ONCE = { timeout: 5_000 };

test('a disk that nobody has open is quiet at once', AT_ONCE, async () => {
  await untilQuiet(setupOn(tree.root), DRIVE, never);
});

test('a program that looks at a new disk is waited for', async () => {
  const end = lookAtDisk();
  let ended = false;
  setTimeout(() => {
    ended = true;
    end();
  }, 120);
  await untilQuiet(setupOn(tree.root), DRIVE, never);
  assert.equal(ended, true);
});

test('a request to stop ends the wait', AT_ONCE, async () => {
  lookAtDisk();
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 60);
  await untilQuiet(setupOn(tree.root), DRIVE, stop.signal);
  assert.equal(stop.signal.aborted, true, 'it waits until then');
});
