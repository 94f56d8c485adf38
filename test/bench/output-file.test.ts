import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { checkWritable, writeOrRescue, writeWhole } from '../../bench/output-file.js';

const dir = mkdtempSync(join(tmpdir(), 'nvbench-output-'));
after(() => rmSync(dir, { recursive: true }));

const refused: readonly [name: string, path: string, reason: RegExp][] = [
  ['a directory that is not there', join(dir, 'no', 'x.json'), /directory does not exist/],
  ['a directory', dir, /is a directory/],
  ['a path through a file', join(dir, 'file', 'x.json'), /not a directory/],
  ['an empty name', '', /empty/],
];

writeFileSync(join(dir, 'file'), 'text');

for (const [name, path, reason] of refused) {
  test(`${name} is refused as input before the run`, () => {
    assert.throws(() => checkWritable(path), { code: 'OUTPUT_UNWRITABLE', reason, kind: 'input' });
  });
}

test('checking a path that can be written makes no file', () => {
  checkWritable(join(dir, 'new.json'));
  assert.ok(!readdirSync(dir).includes('new.json'));
});

test('a file is replaced as a whole, and nothing else is left in its directory', () => {
  const own = join(dir, 'own');
  mkdirSync(own);
  writeWhole(join(own, 'a.json'), 'first');
  writeWhole(join(own, 'a.json'), 'second');
  assert.equal(readFileSync(join(own, 'a.json'), 'utf8'), 'second');
  assert.deepEqual(readdirSync(own), ['a.json']);
});

test('a symbolic link stays one, and its target is written', () => {
  const target = join(dir, 'target.json');
  const link = join(dir, 'link.json');
  writeFileSync(target, 'before');
  symlinkSync(target, link);
  checkWritable(link);
  writeWhole(link, 'after');
  assert.equal(readFileSync(target, 'utf8'), 'after');
});

test('a device file is written to and not replaced', () => {
  checkWritable('/dev/null');
  writeWhole('/dev/null', 'text');
  assert.ok(statSync('/dev/null').isCharacterDevice());
});

test('a directory that vanished during the run is an error of the environment', () => {
  assert.throws(() => writeWhole(join(dir, 'gone', 'a.json'), 'text'), {
    code: 'OUTPUT_UNWRITABLE',
    kind: 'environment',
  });
});

test('a result that cannot be written where it should is kept elsewhere, and the error says where', () => {
  const before = process.env.TMPDIR;
  process.env.TMPDIR = join(dir, 'tmp');
  mkdirSync(process.env.TMPDIR);
  try {
    assert.throws(() => writeOrRescue(join(dir, 'gone', 'a.json'), 'text'), {
      code: 'OUTPUT_UNWRITABLE',
      hint: /^the result is in .*nvbench-result-\d+\.json instead$/,
    });
    const [name] = readdirSync(process.env.TMPDIR);
    assert.equal(readFileSync(join(process.env.TMPDIR, name), 'utf8'), 'text');
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
});
