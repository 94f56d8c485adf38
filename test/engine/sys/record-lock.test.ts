import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, existsSync, linkSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openLocked } from '../../../engine/sys/record-lock.js';

const module = fileURLToPath(new URL('../../../engine/sys/record-lock.js', import.meta.url));
const SCRIPT = `const { openLocked } = await import(process.argv[1]);
try { openLocked(process.argv[2], { op: 'lock' }); console.log('had it'); } catch (error) { console.log(error.code); }`;
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'nvbench-record-lock-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** What another process says that tries to have the lock. */
function tryElsewhere(path: string): string {
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', SCRIPT, module, path], {
    encoding: 'utf8',
  });
  return run.stdout.trim() || run.stderr;
}

test('a lock keeps another process out until it is closed', () => {
  const path = join(dir, 'lock');
  const fd = openLocked(path, { op: 'lock' }) ?? assert.fail('not made');
  assert.equal(tryElsewhere(path), 'EAGAIN');
  closeSync(fd);
  assert.equal(tryElsewhere(path), 'had it');
});

test('a file that cannot be made is no lock', () => {
  assert.equal(openLocked(join(dir, 'missing/lock'), { op: 'lock' }), undefined);
  assert.equal(existsSync(join(dir, 'missing')), false);
});

test('a link that somebody has put there is not followed', () => {
  writeFileSync(join(dir, 'precious'), 'text');
  symlinkSync(join(dir, 'precious'), join(dir, 'lock'));
  assert.equal(openLocked(join(dir, 'lock'), { op: 'lock' }), undefined);
});

test('another name of a file, and a pipe, are not taken for a lock file and written to', () => {
  const path = join(dir, 'lock');
  writeFileSync(join(dir, 'precious'), 'text');
  linkSync(join(dir, 'precious'), path);
  assert.throws(() => openLocked(path, { op: 'lock' }), { code: 'LOCK_FILE_PLANTED', target: path });
  rmSync(path);
  execFileSync('mkfifo', [path]);
  assert.throws(() => openLocked(path, { op: 'lock' }), { code: 'LOCK_FILE_PLANTED' });
});
