import assert from 'node:assert/strict';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { openOwnFolder } from '../../../engine/files/own-folder.js';
import { asRoot, foreignFolder, foreignLink, STRANGER } from './foreign.js';

const uid = process.geteuid?.() ?? 0;
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'nvbench-own-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const open = (path: string, makeMode?: number): void => openOwnFolder(path, uid, makeMode).close();
const refused = (where: string, reason: RegExp) => ({ code: 'FOLDER_NOT_OWN', target: where, reason });

test('a folder below /tmp, sticky and of root, is made with its parents', () => {
  open(join(dir, 'a/b'), 0o755);
  assert.ok(existsSync(join(dir, 'a/b')));
});

test('a folder that others may write to and so put any name into is no way to one of this user', () => {
  mkdirSync(join(dir, 'open/own'), { recursive: true });
  chmodSync(join(dir, 'open'), 0o777);
  assert.throws(() => open(join(dir, 'open/own')), refused(join(dir, 'open'), /other users may write to it/));
  chmodSync(join(dir, 'open'), 0o1777);
  open(join(dir, 'open/own'));
});

test('a link of this user is a way, but not the folder itself', () => {
  mkdirSync(join(dir, 'a/b'), { recursive: true });
  symlinkSync(join(dir, 'a'), join(dir, 'link'));
  open(join(dir, 'link/b'));
  assert.throws(() => open(join(dir, 'link')), refused(join(dir, 'link'), /not a folder/));
});

test('only what is to be read may be of root instead', { skip: uid === 0 && 'root owns it' }, () => {
  open('/usr');
  assert.throws(() => open('/usr', 0o755), refused('/usr', /belongs to user 0/));
});

test('a folder in that of another user is refused, whoever owns it', asRoot, () => {
  const theirs = foreignFolder(join(dir, 'theirs'));
  mkdirSync(join(theirs, 'own'));
  for (const makeMode of [undefined, 0o755])
    assert.throws(
      () => open(join(theirs, 'own'), makeMode),
      refused(theirs, /user 12345, who can put another/),
    );
  assert.throws(() => open(join(theirs, 'new'), 0o755), refused(theirs, /user 12345/));
  assert.equal(existsSync(join(theirs, 'new')), false);
});

test('a link of another user is no way, not even to a folder of this one', asRoot, () => {
  chmodSync(dir, 0o1777);
  mkdirSync(join(dir, 'own'));
  const link = foreignLink(dir, join(dir, 'link'));
  assert.throws(() => open(join(link, 'own')), refused(link, /link of user 12345/));
});

test('a group of their own may write to the folders of an ordinary user, and to none of root', asRoot, () => {
  mkdirSync(join(dir, 'group/own'), { recursive: true });
  chmodSync(join(dir, 'group'), 0o775);
  assert.throws(() => open(join(dir, 'group/own')), refused(join(dir, 'group'), /other users may write/));
  chownSync(join(dir, 'group'), STRANGER, process.getegid?.() ?? 0);
  chownSync(join(dir, 'group/own'), STRANGER, STRANGER);
  openOwnFolder(join(dir, 'group/own'), STRANGER).close();
});
