import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { makeStateDir, openStateDir, stateDir } from '../../../engine/machine/state-dir.js';
import { asRoot, foreignFolder } from '../files/foreign.js';

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

test('a user without a home has it below /run/user', () => {
  const noHome = (): string => {
    throw new Error('uv_os_homedir returned ENOENT');
  };
  assert.equal(stateDir({ env: {}, uid: 1000 }, noHome), '/run/user/1000/nvbench');
  assert.equal(stateDir({ env: { XDG_STATE_HOME: '/y' }, uid: 1000 }, noHome), '/y/nvbench');
});

test('a missing folder is made with its parents', () => {
  const path = join(dir, 'a/b');
  assert.equal(openStateDir(path, uid), undefined);
  makeStateDir(path, uid).close();
  assert.ok(existsSync(path));
  openStateDir(path, uid)?.close();
});

const refused = (reason: RegExp) => ({
  code: 'STATE_DIR_UNUSABLE',
  reason,
  hint: /NVBENCH_STATE_DIR.*below folders that only you and root/,
});

test('a folder others may write to is refused', () => {
  chmodSync(dir, 0o777);
  assert.throws(() => makeStateDir(dir, uid), refused(/other users may write/));
  assert.throws(() => openStateDir(dir, uid), refused(/other users may write/));
});

test('a folder of another user is refused', asRoot, () => {
  const theirs = foreignFolder(join(dir, 'theirs'));
  assert.throws(() => openStateDir(theirs, uid), refused(/belongs to user 12345/));
});

test('a link in its place is refused', () => {
  const link = join(dir, 'link');
  symlinkSync(tmpdir(), link);
  assert.throws(() => makeStateDir(link, uid), refused(/not a folder/));
});

test('a folder of this user in that of another is refused, and the error names that one', asRoot, () => {
  const theirs = foreignFolder(join(dir, 'theirs'));
  mkdirSync(join(theirs, 'state'));
  for (const use of [makeStateDir, openStateDir])
    assert.throws(
      () => use(join(theirs, 'state'), uid),
      refused(new RegExp(`^${theirs}: it belongs to user 12345`)),
    );
});
