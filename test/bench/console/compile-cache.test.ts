import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { compileCacheFolder } from '../../../bench/console/compile-cache.js';

function homeOf(t: TestContext): string {
  const home = mkdtempSync(join(tmpdir(), 'nvbench-home-'));
  t.after(() => rmSync(home, { recursive: true }));
  return home;
}

test('the folder is made in the home, for its user alone', (t) => {
  const home = homeOf(t);
  const folder = compileCacheFolder(() => home);
  assert.equal(folder, join(home, '.cache/nvbench'));
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  assert.equal(
    compileCacheFolder(() => home),
    folder,
    'and taken again',
  );
});

test('a folder on the way that others may write is not used', (t) => {
  for (const open of ['', '.cache', '.cache/nvbench']) {
    const home = homeOf(t);
    mkdirSync(join(home, '.cache/nvbench'), { recursive: true });
    chmodSync(join(home, open), 0o777);
    assert.equal(
      compileCacheFolder(() => home),
      undefined,
      open,
    );
  }
});

test('a link is not followed: where it leads may be another’s', (t) => {
  const [home, elsewhere] = [homeOf(t), homeOf(t)];
  symlinkSync(elsewhere, join(home, '.cache'));
  assert.equal(
    compileCacheFolder(() => home),
    undefined,
  );
});

test('a user without a home, or whom nobody knows, has no cache', () => {
  assert.equal(
    compileCacheFolder(() => '/nonexistent'),
    undefined,
  );
  assert.equal(existsSync('/nonexistent'), false);
  const unknown = (): string => {
    throw new Error('no such user');
  };
  assert.equal(compileCacheFolder(unknown), undefined);
});

const skip = process.geteuid?.() === 0 ? false : 'SKIPPED: only root can give a folder away';
test('a home of another user is not used', { skip }, (t) => {
  const home = homeOf(t);
  chownSync(home, 12345, 12345);
  assert.equal(
    compileCacheFolder(() => home),
    undefined,
  );
});
