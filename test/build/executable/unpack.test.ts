import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { unpack } from '../../../build/executable/unpack.js';

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'nvbench-unpack-'));
});
afterEach(() => rmSync(cache, { recursive: true, force: true }));

const held = { hash: 'abc', files: ['start.cjs', 'dist/bundle/a.js'] };
const read = (file: string): Uint8Array => Buffer.from(`of ${file}`);

test('all files are in a folder of their hash, each in its place', () => {
  const folder = unpack(held, cache, read);
  assert.equal(folder, join(cache, 'program-abc'));
  for (const file of held.files) assert.equal(readFileSync(join(folder, file), 'utf8'), `of ${file}`);
});

test('the next start finds them there, and another program does not', () => {
  const folder = unpack(held, cache, read);
  writeFileSync(join(folder, 'kept'), '');
  assert.equal(
    unpack(held, cache, () => assert.fail('it is read again')),
    folder,
  );
  assert.ok(readdirSync(folder).includes('kept'));
  assert.notEqual(unpack({ ...held, hash: 'def' }, cache, read), folder);
});

test('what cannot be written whole is not there', () => {
  const full = (file: string): Uint8Array => {
    if (file === held.files[1]) throw new Error('no space');
    return read(file);
  };
  assert.throws(() => unpack(held, cache, full), /no space/);
  assert.deepEqual(readdirSync(cache), []);
});

test('another that was faster is taken', () => {
  let other = '';
  const slow = (file: string): Uint8Array => {
    if (other === '') {
      other = 'begun';
      other = unpack(held, cache, read);
    }
    return read(file);
  };
  assert.equal(unpack(held, cache, slow), other);
  assert.deepEqual(readdirSync(cache), ['program-abc']);
});

test('without a cache they are in a folder of this process alone', () => {
  const [first, second] = [unpack(held, undefined, read), unpack(held, undefined, read)];
  assert.notEqual(first, second);
  assert.equal(readFileSync(join(first, 'start.cjs'), 'utf8'), 'of start.cjs');
});
