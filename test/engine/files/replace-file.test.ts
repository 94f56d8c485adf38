import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Folder, withFolder } from '../../../engine/files/folder.js';
import { replaceFile, sweepTemporaries } from '../../../engine/files/replace-file.js';
import { ownIdentity } from '../../../engine/sys/process-identity.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'nvbench-replace-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const sweep = (): void => withFolder(Folder.at(dir), sweepTemporaries);
const module = (name: string): string =>
  fileURLToPath(new URL(`../../../engine/files/${name}.js`, import.meta.url));
/** Writes a file and is killed before it is put in place. */
const KILLED = `import fs from 'node:fs'; import { syncBuiltinESMExports } from 'node:module';
fs.renameSync = () => process.kill(process.pid, 'SIGKILL'); syncBuiltinESMExports();
const { Folder } = await import(process.argv[1]); const { replaceFile } = await import(process.argv[2]);
replaceFile(Folder.at(process.argv[3]), 'file', 'text');`;

test('what a killed process has left half written is swept, nothing else', () => {
  const args = ['--input-type=module', '-e', KILLED, module('folder'), module('replace-file'), dir];
  assert.equal(spawnSync(process.execPath, args).signal, 'SIGKILL');
  const [left] = readdirSync(dir);
  assert.match(left, /^\.nvbench-.*\.tmp$/);
  const { pid, startTicks, bootId } = ownIdentity();
  const boot = bootId.slice(0, 8);
  const mine = `.nvbench-${pid}-${startTicks}-${boot}-0123456789abcdef.tmp`;
  const others = [mine, '.nvbench-x.tmp', 'result.json.1.tmp', `.nvbench-1-1-ffffffff-0123456789abcdef.tmp`];
  for (const name of others) writeFileSync(join(dir, name), '');
  sweep();
  assert.deepEqual(readdirSync(dir).sort(), others.sort());
});

test('a half written file of another boot or machine is swept once it is old', () => {
  const name = join(dir, '.nvbench-1-1-ffffffff-0123456789abcdef.tmp');
  writeFileSync(name, '');
  const hoursAgo = Date.now() / 1000 - 2 * 3600;
  utimesSync(name, hoursAgo, hoursAgo);
  sweep();
  assert.deepEqual(readdirSync(dir), []);
});

test('a link that has the name of a temporary file stays, and so does where it leads', () => {
  writeFileSync(join(dir, 'precious'), 'text');
  symlinkSync(
    'precious',
    join(dir, `.nvbench-999999999-1-${ownIdentity().bootId.slice(0, 8)}-0123456789abcdef.tmp`),
  );
  sweep();
  assert.equal(readdirSync(dir).length, 2);
});

test('a write that fails leaves no temporary file', () => {
  withFolder(Folder.at(dir), (folder) => {
    folder.makeFolder('taken', 0o755);
    assert.throws(() => replaceFile(folder, 'taken', 'text'), { code: 'EISDIR' });
  });
  assert.deepEqual(readdirSync(dir), ['taken']);
});

test('the new file has the permissions asked for, less the umask', () => {
  const umask = process.umask(0o027);
  try {
    withFolder(Folder.at(dir), (folder) => replaceFile(folder, 'file', 'text', { durable: true }));
  } finally {
    process.umask(umask);
  }
  assert.equal(statSync(join(dir, 'file')).mode & 0o777, 0o640);
  assert.equal(readFileSync(join(dir, 'file'), 'utf8'), 'text');
});
