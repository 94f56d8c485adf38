/** Files of a bundle and what V8 has compiled of them: each taken again only as what it is. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { BundleFiles } from '../../../build/start/bundle-files.js';
import { readPack } from '../../../build/start/code-pack.js';

// V8 remembers what this process has compiled, and takes that in place of what was kept.
setFlagsFromString('--no-compilation-cache');

/** Long enough to be seen among the code. */
const LONG = Array.from({ length: 200 }, (_, i) => `x += Math.sin(x * ${i});`).join(' ');

const FILES = {
  'main.js': `const other = require('./other.js'); exports.say = () => other.word; exports.sep = require('node:path').sep;`,
  'other.js': `exports.word = 'first'; exports.long = (x) => { ${LONG} return x; };`,
  'calls.js': `exports.y = require('./other.js').long(1);`,
  'circle.js': `exports.early = 1; exports.seen = require('./back.js').early;`,
  'back.js': `exports.early = require('./circle.js').early;`,
  'fails.js': `throw new Error(__filename + ' fails');`,
};

interface Folder {
  readonly folder: string;
  readonly pack: string;
  /** As a process of its own would. */
  start(...names: string[]): { files: BundleFiles; exports: Record<string, unknown>[] };
}

function folderFor(t: TestContext): Folder {
  const folder = mkdtempSync(join(tmpdir(), 'nvbench-files-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
  const pack = join(folder, 'all.code');
  const start: Folder['start'] = (...names) => {
    const files = new BundleFiles(folder, pack);
    return { files, exports: names.map((name) => files.load(name) as Record<string, unknown>) };
  };
  return { folder, pack, start };
}

const wordOf = ({ exports: [main] }: ReturnType<Folder['start']>): unknown => (main.say as () => unknown)();

test('files find each other, Node’s own modules, and each other in a circle', (t) => {
  const { start } = folderFor(t);
  const { exports } = start('main.js', 'circle.js');
  assert.deepEqual([exports[0].sep, exports[1].seen], ['/', 1]);
  assert.throws(() => start('fails.js'), /fails\.js fails$/);
  assert.throws(() => start('missing.js'), { code: 'ENOENT' });
});

test('a file is read as it is written, in ASCII or not', (t) => {
  const { folder, start } = folderFor(t);
  writeFileSync(join(folder, 'words.js'), `exports.words = 'µs \\u00b5s \u{1f4be}';`);
  assert.equal(start('words.js').exports[0].words, 'µs µs \u{1f4be}');
});

test('files that the bundle has no more are forgotten', (t) => {
  const { folder, pack, start } = folderFor(t);
  start('main.js', 'circle.js').files.save();
  for (const name of ['circle.js', 'back.js']) rmSync(join(folder, name));
  start('main.js', 'calls.js').files.save();
  assert.deepEqual([...readPack(pack).keys()], ['main.js', 'other.js', 'calls.js']);
});

test('what was compiled is taken by the next start, which has nothing to keep', (t) => {
  const { pack, start } = folderFor(t);
  start('main.js').files.save();
  const { ino } = statSync(pack);
  assert.deepEqual([...readPack(pack).keys()], ['main.js', 'other.js']);
  const again = start('main.js');
  again.files.save();
  assert.deepEqual([wordOf(again), statSync(pack).ino], ['first', ino]);
});

test('functions that were called are compiled in it', (t) => {
  const { pack, start } = folderFor(t);
  const codeBytes = (): number => readPack(pack).get('other.js')?.code.length ?? 0;
  start('main.js').files.save();
  const without = codeBytes();
  start('main.js', 'calls.js').files.save();
  assert.ok(codeBytes() > without + LONG.length / 4, `${without} and ${codeBytes()} bytes`);
});

test('a file that has changed since is compiled anew, though it be as long as before', (t) => {
  const { folder, start } = folderFor(t);
  start('main.js').files.save();
  const text = FILES['other.js'].replace('first', 'other');
  assert.equal(text.length, FILES['other.js'].length);
  writeFileSync(join(folder, 'other.js'), text);
  assert.equal(wordOf(start('main.js')), 'other');
});

test('flags that are set meanwhile cost nothing of it', (t) => {
  const { pack, start } = folderFor(t);
  start('main.js').files.save();
  const { ino } = statSync(pack);
  setFlagsFromString('--max-inlined-bytecode-size-cumulative=4000');
  try {
    const again = start('main.js');
    again.files.save();
    assert.deepEqual([wordOf(again), statSync(pack).ino], ['first', ino]);
  } finally {
    setFlagsFromString('--max-inlined-bytecode-size-cumulative=920');
  }
});

test('nor flags that are set between two files', (t) => {
  const { pack, start } = folderFor(t);
  start('main.js', 'circle.js').files.save();
  const { ino } = statSync(pack);
  const { files } = start('main.js');
  setFlagsFromString('--max-inlined-bytecode-size-cumulative=4000');
  try {
    files.load('circle.js');
    files.save();
    assert.equal(statSync(pack).ino, ino);
  } finally {
    setFlagsFromString('--max-inlined-bytecode-size-cumulative=920');
  }
});

test('one that is cut short or damaged, or no such file, is as none', (t) => {
  const { pack, start } = folderFor(t);
  start('main.js').files.save();
  const whole = readFileSync(pack);
  const cut = [0, 3, 60, whole.length - 100, whole.length - 1].map((bytes) => whole.subarray(0, bytes));
  const flipped = [0, 4, 30, 300, whole.length >> 1, whole.length - 9].map((at) => {
    const damaged = Buffer.from(whole);
    damaged[at] ^= 1;
    return damaged;
  });
  for (const [index, bytes] of [...cut, ...flipped].entries()) {
    writeFileSync(pack, bytes);
    assert.equal(readPack(pack).size, 0, `case ${index}`);
    assert.equal(wordOf(start('main.js')), 'first', `case ${index}`);
  }
});

test('nothing is kept where V8 has something else in the place of its flags', (t) => {
  const { folder, pack } = folderFor(t);
  const keeps = (flagsAt?: number): boolean => {
    const files = new BundleFiles(folder, pack, flagsAt);
    files.load('main.js');
    files.save();
    return existsSync(pack);
  };
  const SOURCE_AT = 8;
  assert.deepEqual([keeps(SOURCE_AT), keeps()], [false, true]);
});

test('where it cannot be kept nothing fails', (t) => {
  const { folder } = folderFor(t);
  const files = new BundleFiles(folder, join(folder, 'no-such-folder/all.code'));
  files.load('main.js');
  files.save();
  assert.equal(existsSync(join(folder, 'no-such-folder')), false);
});
