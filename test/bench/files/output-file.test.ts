import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  constants,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { appendText, OutputFile, withOutput, writeWhole } from '../../../bench/files/output-file.js';
import { asRoot, foreignFolder, foreignLink } from '../../engine/files/foreign.js';

const dir = mkdtempSync(join(tmpdir(), 'nvbench-output-'));
after(() => rmSync(dir, { recursive: true }));

const check = (path: string): void => OutputFile.prepare(path).close();

const refused: readonly [name: string, path: string, reason: RegExp][] = [
  ['a directory that is not there', join(dir, 'no', 'x.json'), /directory does not exist/],
  ['a directory', dir, /is a directory/],
  ['a path through a file', join(dir, 'file', 'x.json'), /not a directory/],
  ['an empty name', '', /empty/],
  ['a pipe that nobody reads', join(dir, 'pipe'), /no process reads the pipe/],
  ['a socket', join(dir, 'socket'), /is a socket/],
];

writeFileSync(join(dir, 'file'), 'text');
execFileSync('mkfifo', [join(dir, 'pipe')]);
const server = createServer().listen(join(dir, 'socket'));
await once(server, 'listening');
after(() => server.close());

for (const [name, path, reason] of refused) {
  test(`${name} is refused as input before the run`, () => {
    assert.throws(() => check(path), { code: 'OUTPUT_UNWRITABLE', reason, kind: 'input' });
  });
}

test('checking a path that can be written makes no file', () => {
  check(join(dir, 'new.json'));
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

test('what cannot be written is told by the option that names it, before the run and at its end', async () => {
  const nowhere = { save: join(dir, 'no', 'x.yaml') };
  await assert.rejects(
    withOutput(nowhere, 'save', [], async () => undefined),
    { op: 'prepare --save' },
  );
  const gone = { metrics: join(mkdtempSync(join(dir, 'gone-')), 'x.prom') };
  const vanishing = withOutput(gone, 'metrics', [], async (output) => {
    rmSync(dirname(gone.metrics), { recursive: true });
    await output?.finish('text');
  });
  await assert.rejects(vanishing, { op: 'write --metrics' });
});

test('a symbolic link stays one, and its target is written', () => {
  const target = join(dir, 'target.json');
  const link = join(dir, 'link.json');
  writeFileSync(target, 'before');
  symlinkSync(target, link);
  check(link);
  writeWhole(link, 'after');
  assert.equal(readFileSync(target, 'utf8'), 'after');
});

test('a device file is written to and not replaced', async () => {
  const output = OutputFile.prepare('/dev/null');
  assert.equal(output.replaceable, false);
  await output.finish('text');
  output.close();
  assert.ok(statSync('/dev/null').isCharacterDevice());
});

test('a directory that vanished during the run is an error of the environment', () => {
  assert.throws(() => writeWhole(join(dir, 'gone', 'a.json'), 'text'), {
    code: 'OUTPUT_UNWRITABLE',
    kind: 'environment',
  });
});

test('a result that cannot be written where it should is kept elsewhere, and the error says where', async () => {
  const before = process.env.TMPDIR;
  process.env.TMPDIR = join(dir, 'tmp');
  for (const name of ['tmp', 'gone']) mkdirSync(join(dir, name));
  const output = OutputFile.prepare(join(dir, 'gone', 'a.json'));
  rmSync(join(dir, 'gone'), { recursive: true });
  try {
    await assert.rejects(output.finish('text', { rescue: true }), {
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
    assert.throws(() => check(link), refused);
    assert.throws(() => writeWhole(link, 'after'), refused);
    assert.equal(readFileSync(join(dir, 'roots'), 'utf8'), 'before');
  },
);

test('root writes into the folder of another user, as sudo in a home does', asRoot, () => {
  const home = foreignFolder(join(dir, 'home'));
  check(join(home, 'a.json'));
  writeWhole(join(home, 'a.json'), 'text');
  assert.equal(readFileSync(join(home, 'a.json'), 'utf8'), 'text');
});

test('what a killed run has left half written is gone once the next is about to write there', () => {
  const own = join(dir, 'swept');
  mkdirSync(own);
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8);
  writeFileSync(join(own, `.nvbench-999999999-1-${boot}-0123456789abcdef.tmp`), 'half');
  check(join(own, 'a.json'));
  assert.deepEqual(readdirSync(own), []);
});

test('a link that a name of a descriptor is leads to its file', () => {
  const path = join(dir, 'by-descriptor');
  writeFileSync(path, 'before');
  const fd = openSync(path, 'r');
  try {
    check(`/dev/fd/${fd}`);
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

/** A pipe with a reader that takes nothing until it is asked to. */
function readPipe(name: string): { path: string; fd: number } {
  const path = join(dir, name);
  execFileSync('mkfifo', [path]);
  return { path, fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK) };
}
const MORE_THAN_A_PIPE_HOLDS = 'x'.repeat(3 * 2 ** 20);

test('a pipe gets all of it at the pace of its reader', async () => {
  const { path, fd } = readPipe('slow');
  const output = OutputFile.prepare(path);
  const finished = output.finish(MORE_THAN_A_PIPE_HOLDS).then(() => output.close());
  const bytes = Buffer.alloc(MORE_THAN_A_PIPE_HOLDS.length);
  for (let done = 0; done < bytes.length; await delay(0)) {
    try {
      done += readSync(fd, bytes, { offset: done });
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, 'EAGAIN');
    }
  }
  await finished;
  assert.equal(bytes.toString(), MORE_THAN_A_PIPE_HOLDS);
  assert.equal(readSync(fd, bytes), 0, 'and then its end');
  closeSync(fd);
});

test('nobody waits for the reader of a pipe once asked to stop', async () => {
  const { path, fd } = readPipe('stalled');
  const output = OutputFile.prepare(path);
  const stop = new AbortController();
  const finished = output.finish(MORE_THAN_A_PIPE_HOLDS, { giveUp: stop.signal });
  stop.abort();
  await assert.rejects(finished, { code: 'OUTPUT_UNWRITABLE', reason: /reader of the pipe did not read/ });
  output.close();
  closeSync(fd);
});

test('a reader that has gone is an error of the environment', async () => {
  const { path, fd } = readPipe('left');
  const output = OutputFile.prepare(path);
  closeSync(fd);
  await assert.rejects(output.finish('text'), { reason: /reader of the pipe has gone/, kind: 'environment' });
  output.close();
});

test('a file that is read is not written over, by whatever name', () => {
  const own = join(dir, 'kept');
  mkdirSync(own);
  const config = join(own, 'run.yaml');
  writeFileSync(config, 'device: sim');
  symlinkSync('run.yaml', join(own, 'link.yaml'));
  linkSync(config, join(own, 'other-name.yaml'));
  const refused = { code: 'OUTPUT_UNWRITABLE', kind: 'input', reason: /run\.yaml, which this command reads/ };
  for (const name of ['run.yaml', '../kept/run.yaml', 'link.yaml', 'other-name.yaml'])
    assert.throws(() => OutputFile.prepare(join(own, name), { kept: [config] }), refused, name);
  const itself = { kept: [`${own}/./new`] };
  assert.throws(() => OutputFile.prepare(join(own, 'new'), itself), { reason: /new, which/ });
  OutputFile.prepare(join(own, 'new'), { kept: [config, join(own, 'newer'), join(dir, 'missing/new')] });
});
