import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { type Change, Journal } from '../../../engine/machine/journal.js';
import { currentBootId } from '../../../engine/sys/process-identity.js';
import { asRoot, foreignFolder } from '../files/foreign.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'nvbench-state-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const CHANGE: Change = {
  kind: 'driver',
  address: '0000:01:00.0',
  driver: 'vfio-pci',
  formerDriver: 'nvme',
  formerOverride: '',
};

/** Edits the file of the only entry, as another process or boot would have written it. */
function edit(change: (entry: Record<string, unknown> & { process: Record<string, unknown> }) => void): void {
  const path = join(dir, readdirSync(dir)[0]);
  const entry = JSON.parse(readFileSync(path, 'utf8'));
  change(entry);
  writeFileSync(path, JSON.stringify(entry));
}

test('a folder that is not there is an empty journal', () => {
  assert.deepEqual(new Journal(join(dir, 'missing')).entries(), []);
});

test('an entry is on the disk, not made, before the change, and made after it', () => {
  const journal = new Journal(dir);
  const entry = journal.begin(CHANGE, '0000:01:00.0', 'bind');
  assert.deepEqual(
    new Journal(dir).entries().map(({ made, change }) => [made, change]),
    [[false, CHANGE]],
  );
  journal.made(entry);
  assert.equal(new Journal(dir).entries()[0].made, true);
  journal.remove(entry);
  assert.deepEqual(readdirSync(dir), []);
});

test('entries come oldest first, and numbers rise past those that are gone', () => {
  const journal = new Journal(dir);
  const first = journal.begin(CHANGE, 'a', 'bind');
  const second = journal.begin(CHANGE, 'b', 'bind');
  journal.remove(first);
  const third = journal.begin(CHANGE, 'c', 'bind');
  assert.deepEqual(
    journal.entries().map(({ sequence }) => sequence),
    [second.sequence, third.sequence],
  );
  assert.ok(third.sequence > second.sequence);
});

test('what a running process has made is no leftover', () => {
  const journal = new Journal(dir);
  journal.made(journal.begin(CHANGE, 'a', 'run'));
  assert.deepEqual(journal.leftovers(), []);
});

test('a run whose process is gone leaves a leftover; a finished bind does not; an unfinished one does', () => {
  const gone = spawnSync(process.execPath, ['-e', '']).pid;
  for (const [maker, made, expected] of [
    ['run', true, 1],
    ['run', false, 1],
    ['bind', true, 0],
    ['bind', false, 1],
  ] as const) {
    const journal = new Journal(dir);
    const entry = journal.begin(CHANGE, 'a', maker);
    if (made) journal.made(entry);
    edit((file) => {
      file.process.pid = gone;
    });
    assert.equal(journal.leftovers().length, expected, `${maker}, made: ${made}`);
    journal.remove(entry);
  }
});

test('a process id that another process has by now is not taken for the one that made it', () => {
  const journal = new Journal(dir);
  journal.made(journal.begin(CHANGE, 'a', 'run'));
  edit((file) => {
    file.process.startTicks = '1';
  });
  assert.equal(journal.leftovers().length, 1);
});

test('entries of a former boot are not seen, and forgotten when asked', () => {
  const journal = new Journal(dir);
  journal.begin(CHANGE, 'a', 'bind');
  edit((file) => {
    file.process.bootId = '00000000-0000-0000-0000-000000000000';
  });
  assert.deepEqual([journal.entries(), journal.leftovers()], [[], []]);
  assert.equal(readdirSync(dir).length, 1);
  journal.tidy();
  assert.deepEqual(readdirSync(dir), []);
});

for (const [what, text] of [
  ['half a file', '{"version": 1'],
  ['another version', '{"version": 2}'],
  [
    'a change of no known kind',
    JSON.stringify({
      version: 1,
      sequence: 1,
      target: 'a',
      maker: 'run',
      made: true,
      process: { pid: 1, startTicks: '1', bootId: 'x' },
      change: { kind: 'toString' },
    }),
  ],
]) {
  test(`${what} is an error that names the file, not an empty journal`, () => {
    writeFileSync(join(dir, '00000001.json'), text);
    assert.throws(() => new Journal(dir).entries(), /00000001\.json.*then delete it/s);
  });
}

test('a file that a crash left half written beside is passed over, and swept', () => {
  const half = `.nvbench-999999999-1-${currentBootId().slice(0, 8)}-0123456789abcdef.tmp`;
  writeFileSync(join(dir, half), '{');
  writeFileSync(join(dir, 'lock'), '');
  const journal = new Journal(dir);
  assert.deepEqual(journal.entries(), []);
  journal.tidy();
  assert.deepEqual(readdirSync(dir), ['lock']);
});

test('an entry that is a link, a pipe or too large is damaged, and nothing waits for it', () => {
  const path = join(dir, '00000001.json');
  const plant: (() => void)[] = [
    () => symlinkSync('/dev/zero', path),
    () => execFileSync('mkfifo', [path]),
    () => writeFileSync(path, ' '.repeat(70_000)),
  ];
  for (const each of plant) {
    each();
    assert.throws(() => new Journal(dir).entries(), { code: 'JOURNAL_DAMAGED', target: path });
    rmSync(path);
  }
});

test(
  'what is in a folder that another user can swap is not read, nor is anything written there',
  asRoot,
  () => {
    const theirs = foreignFolder(join(dir, 'theirs'));
    const journal = new Journal(join(theirs, 'state'));
    mkdirSync(journal.dir);
    assert.throws(() => journal.entries(), { code: 'STATE_DIR_UNUSABLE' });
    assert.throws(() => journal.begin(CHANGE, 'a', 'bind'), { code: 'STATE_DIR_UNUSABLE' });
    assert.deepEqual(readdirSync(journal.dir), []);
  },
);
