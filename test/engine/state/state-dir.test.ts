import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { prepareStateDir, stateDir } from '../../../engine/state/state-dir.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'nvbench-dir-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const uid = process.geteuid?.() ?? 0;

test('the variable wins, then root has /run, then XDG, then the home folder', () => {
  assert.equal(stateDir({ env: { NVBENCH_STATE_DIR: '/x', XDG_STATE_HOME: '/y' }, uid: 0 }), '/x');
  assert.equal(stateDir({ env: { NVBENCH_STATE_DIR: '', XDG_STATE_HOME: '/y' }, uid: 0 }), '/run/nvbench');
  assert.equal(stateDir({ env: { XDG_STATE_HOME: '/y' }, uid: 1000 }), '/y/nvbench');
  assert.equal(stateDir({ env: {}, uid: 1000 }), join(homedir(), '.local/state/nvbench'));
});

test('a missing folder is made with its parents', () => {
  const path = join(dir, 'a/b');
  prepareStateDir(path, uid);
  assert.ok(existsSync(path));
});

test('a folder others may write to is refused', () => {
  chmodSync(dir, 0o777);
  assert.throws(() => prepareStateDir(dir, uid), /other users may write/);
});

test('a folder of another user is refused', () => {
  assert.throws(() => prepareStateDir(dir, uid + 1), /belongs to user/);
});

test('a link in its place is refused', () => {
  const link = join(dir, 'link');
  symlinkSync(tmpdir(), link);
  assert.throws(() => prepareStateDir(link, uid), /not a folder/);
});
