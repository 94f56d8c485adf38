import assert from 'node:assert/strict';
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
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
import { appendText, checkWritable, writeOrRescue, writeWhole } from '../../bench/output-file.js';
import { asRoot, foreignFolder, foreignLink } from '../engine/files/foreign.js';

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
      hint: /^the result is in .*nvbench-result-[0-9a-f]{16}\.json instead$/,
    });
    const [name] = readdirSync(process.env.TMPDIR);
    assert.equal(readFileSync(join(process.env.TMPDIR, name), 'utf8'), 'text');
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
});

test('a link planted where a temporary file could be foreseen is written neither through nor over', () => {
  const own = join(dir, 'planted');
  mkdirSync(own);
  writeFileSync(join(own, 'precious'), 'before');
  const path = join(own, 'a.json');
  symlinkSync('precious', `${path}.${process.pid}.tmp`);
  writeWhole(path, 'text');
  assert.equal(readFileSync(join(own, 'precious'), 'utf8'), 'before');
  assert.equal(readFileSync(path, 'utf8'), 'text');
});

test(
  'the link of another user in a folder like /tmp is refused before the run and at its end',
  asRoot,
  () => {
    const shared = join(dir, 'shared');
    mkdirSync(shared);
    chmodSync(shared, 0o1777);
    writeFileSync(join(dir, 'roots'), 'before');
    const link = foreignLink(join(dir, 'roots'), join(shared, 'a.json'));
    const refused = { code: 'OUTPUT_UNWRITABLE', reason: /link of user 12345/, hint: /without that link/ };
    assert.throws(() => checkWritable(link), refused);
    assert.throws(() => writeWhole(link, 'after'), refused);
    assert.equal(readFileSync(join(dir, 'roots'), 'utf8'), 'before');
  },
);

test('root writes into the folder of another user, as sudo in a home does', asRoot, () => {
  const home = foreignFolder(join(dir, 'home'));
  checkWritable(join(home, 'a.json'));
  writeWhole(join(home, 'a.json'), 'text');
  assert.equal(readFileSync(join(home, 'a.json'), 'utf8'), 'text');
});

test('what a killed run has left half written is gone once the next is about to write there', () => {
  const own = join(dir, 'swept');
  mkdirSync(own);
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8);
  writeFileSync(join(own, `.nvbench-999999999-1-${boot}-0123456789abcdef.tmp`), 'half');
  checkWritable(join(own, 'a.json'));
  assert.deepEqual(readdirSync(own), []);
});

test('a link that a name of a descriptor is leads to its file', () => {
  const path = join(dir, 'by-descriptor');
  writeFileSync(path, 'before');
  const fd = openSync(path, 'r');
  try {
    checkWritable(`/dev/fd/${fd}`);
    writeWhole(`/dev/fd/${fd}`, 'after');
  } finally {
    closeSync(fd);
  }
  assert.equal(readFileSync(path, 'utf8'), 'after');
});

test('what is appended goes through no planted link', () => {
  writeFileSync(join(dir, 'summary'), 'one ');
  appendText(join(dir, 'summary'), 'two');
  assert.equal(readFileSync(join(dir, 'summary'), 'utf8'), 'one two');
  appendText(join(dir, 'new-summary'), 'one');
  assert.equal(readFileSync(join(dir, 'new-summary'), 'utf8'), 'one');
});
