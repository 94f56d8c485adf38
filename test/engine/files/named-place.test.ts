import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { makeNamedFolder, openNamedPlace } from '../../../engine/files/named-place.js';
import { withPlace } from '../../../engine/files/walk.js';
import { asRoot, foreignFolder, foreignLink } from './foreign.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'nvbench-place-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

/** Where a path leads, below the test's folder. */
const leadsTo = (path: string): string =>
  withPlace(openNamedPlace(path), ({ folder, name }) => join(folder.path, name).slice(dir.length + 1));
const refused = (reason: RegExp) => ({ code: 'LINK_NOT_FOLLOWED', reason });

test('links of this user lead where they say', () => {
  mkdirSync(join(dir, 'a'));
  symlinkSync('a', join(dir, 'b'));
  symlinkSync('b/file', join(dir, 'link'));
  assert.equal(leadsTo(join(dir, 'link')), 'a/file');
});

test('a pipe that a descriptor leads to has no other name', () => {
  withPlace(openNamedPlace('/proc/self/fd/0'), ({ name, stats }) => {
    assert.ok(name === '0' ? stats?.isSymbolicLink() : !stats?.isSymbolicLink());
  });
});

test('the link of another in a folder like /tmp is not followed', asRoot, () => {
  chmodSync(dir, 0o1777);
  writeFileSync(join(dir, 'roots'), 'before');
  const link = foreignLink(join(dir, 'roots'), join(dir, 'link'));
  assert.throws(() => leadsTo(link), refused(/link is a link of user 12345, in a folder that everybody/));
});

test(
  'in the folder of another user root follows that user’s links to folders of that user alone',
  asRoot,
  () => {
    const home = foreignFolder(join(dir, 'home'));
    foreignFolder(join(home, 'results'));
    foreignFolder(join(dir, 'data'), 777);
    mkdirSync(join(dir, 'etc'));
    foreignLink('results/1.json', join(home, 'latest'));
    foreignLink(join(dir, 'etc/passwd'), join(home, 'planted'));
    foreignLink(join(dir, 'etc'), join(home, 'folder'));
    foreignLink(join(dir, 'data'), join(home, 'stranger'));
    assert.equal(leadsTo(join(home, 'latest')), 'home/results/1.json');
    assert.equal(leadsTo(join(home, 'new.json')), 'home/new.json');
    for (const path of ['planted', 'folder/passwd', 'stranger/x'])
      assert.throws(
        () => leadsTo(join(home, path)),
        refused(/of user 12345, and leads to .*not that user's/),
      );
    assert.throws(() => makeNamedFolder(join(home, 'folder/a/b'), 0o755), refused(/not that user's/));
  },
);

test('no folder is made past the link of another', asRoot, () => {
  const home = foreignFolder(join(dir, 'home'));
  mkdirSync(join(dir, 'etc'));
  foreignLink(join(dir, 'etc'), join(home, 'folder'));
  assert.throws(() => makeNamedFolder(join(home, 'folder/a'), 0o755), refused(/not that user's/));
  assert.equal(existsSync(join(dir, 'etc/a')), false);
});
