/** What is opened is what was looked at, whatever has come to its path since. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  linkSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { makeFile, openToRead, openToWrite } from '../../../../engine/path/uring/open-file.js';
import { lookedAt } from './looked-at.js';

// Not in /tmp, which may be memory: tmpfs has no direct I/O before Linux 6.6.
const folder = mkdtempSync('/var/tmp/nvbench-open-');
after(() => rmSync(folder, { recursive: true }));

const BYTES = 8192;

function fileOf(name: string, byte: number): string {
  const path = join(folder, name);
  writeFileSync(path, Buffer.alloc(BYTES, byte));
  return path;
}

const CHANGED = { code: 'PLACE_CHANGED', kind: 'environment' };

test('a file that is still the one that was looked at is opened', () => {
  const place = lookedAt(fileOf('same', 1));
  closeSync(openToRead(place));
  openToWrite(place).close();
});

test('a file that has taken the place of another is opened neither to read nor to write', () => {
  const path = fileOf('exchanged', 1);
  const place = lookedAt(path);
  renameSync(fileOf('other', 2), path);
  assert.throws(() => openToRead(place), CHANGED);
  assert.throws(() => openToWrite(place), CHANGED);
  assert.deepEqual(readFileSync(path), Buffer.alloc(BYTES, 2));
});

test('nor is one in a folder that has taken the place of another', () => {
  const [one, other] = ['one', 'other'].map((name) => mkdtempSync(join(folder, name)));
  for (const each of [one, other]) writeFileSync(join(each, 'file'), Buffer.alloc(BYTES, 3));
  const place = lookedAt(join(one, 'file'));
  renameSync(one, `${one}-moved`);
  renameSync(other, one);
  assert.throws(() => openToWrite(place), CHANGED);
});

test('a symbolic link that has taken the place of a file is not followed, and said', () => {
  const path = fileOf('linked', 1);
  const place = lookedAt(path);
  renameSync(path, `${path}-moved`);
  symlinkSync(`${path}-moved`, path);
  for (const open of [openToRead, openToWrite])
    assert.throws(() => open(place), { ...CHANGED, reason: /symbolic link/ });
});

test('a device is told by its number', () => {
  const place = { ...lookedAt(fileOf('device', 1)), kind: 'command', path: '/dev/null' } as const;
  closeSync(openToRead({ ...place, mark: 'c1:3' }));
  for (const mark of ['c1:5', 'b1:3', undefined])
    assert.throws(() => openToRead({ ...place, mark }), { ...CHANGED, reason: /c1:3/ });
});

test('a file that was made is the one that is written to, and no other that has come to its path', async () => {
  const path = join(folder, 'made');
  const missing = lookedAt(path, BYTES);
  assert.deepEqual([missing.missing, missing.mark], [true, undefined]);
  const made = await makeFile(missing, () => undefined);
  openToWrite(made).close();
  renameSync(fileOf('other-made', 2), path);
  assert.throws(() => openToWrite(made), CHANGED);
});

/** Otherwise io_uring does them within the call that submits, one after the other, where a file system cannot be asked not to wait. */
test('reads of what was opened may wait', () => {
  const O_NONBLOCK = 0o4000;
  const fd = openToRead(lookedAt(fileOf('waits', 1)));
  const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1];
  closeSync(fd);
  assert.equal(Number.parseInt(flags ?? '', 8) & O_NONBLOCK, 0);
});

test('a file that another program has open by another of its names is not opened to write', () => {
  const path = fileOf('named', 1);
  linkSync(path, `${path}-too`);
  const fd = openSync(`${path}-too`, 'r');
  const holder = spawn('sleep', ['60'], { stdio: [fd, 'ignore', 'ignore'] });
  closeSync(fd);
  try {
    const place = lookedAt(path);
    assert.throws(() => openToWrite(place), { code: 'IN_USE', reason: new RegExp(`process ${holder.pid}`) });
  } finally {
    holder.kill();
  }
});

test('a file that cannot be made is taken away; one that has come to its path meanwhile stays', async () => {
  const path = join(folder, 'overtaken');
  const overtaken = makeFile(lookedAt(path, 2 ** 30), () => {
    renameSync(fileOf('newcomer', 4), path);
    return 'asked to end';
  });
  await assert.rejects(overtaken, { code: 'INTERRUPTED' });
  assert.deepEqual(readFileSync(path), Buffer.alloc(BYTES, 4));
});

/** As another user, whom access(2) asks about. Ends with 77 where that one may not read this program. */
const AS_NOBODY = `
const [, url, place] = process.argv;
const { refuseUsed } = await import(url).catch(() => process.exit(77));
try { refuseUsed(JSON.parse(place)); } catch ({ code, op, reason }) { console.log(code, op, reason); }`;

for (const [name, sizeBytes, op] of [
  ['closed', undefined, 'open to write'],
  ['never', BYTES, 'make'],
] as const)
  test(`who may not ${op} is told before anything is done`, (t) => {
    if (process.geteuid?.() !== 0) return t.skip('only root can become somebody else');
    chmodSync(folder, 0o755);
    const place = lookedAt(sizeBytes === undefined ? fileOf(name, 1) : join(folder, name), sizeBytes);
    const url = new URL('../../../../engine/path/uring/open-file.js', import.meta.url).href;
    const words = ['--input-type=module', '-e', AS_NOBODY, url, JSON.stringify(place)];
    const { status, stdout } = spawnSync(process.execPath, words, { uid: 65_534, encoding: 'utf8' });
    if (status === 77) return t.skip('another user may not read this program');
    assert.equal(stdout, `OPEN_FAILED ${op} EACCES\n`);
  });
