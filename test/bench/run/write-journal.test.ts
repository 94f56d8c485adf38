/** What a job keeps of its writes, and what one finds with it after the drive has lost its power. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { serveVfioUser } from '../../../engine/index.js';
import type { JobRecord } from '../../../reports/document/index.js';
import { runText } from './run-text.js';

const folder = mkdtempSync(join(tmpdir(), 'nvbench-journal-'));
after(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'journal.json');

const KEYS = `rw: randwrite, bs: 4k, iodepth: 8, size: 100%, verify: crc32c, verify_journal: ${path}`;
const VERIFIES = `${KEYS}, verify_only: true`;
const NONE = { corrupt: 0, stale: 0, torn: 0, misdirected: 0, unwritten: 0 };

const jobsOn = async (target: string, ...jobs: string[]): Promise<JobRecord[]> => {
  const { result, failure } = await runText(
    `device: "${target}"`,
    'allow_writes: true',
    'serial_number: SIM00000000000000001',
    'jobs:',
    ...jobs.map((job, i) => `  - { name: job${i}, randseed: 7, io_timeout: 5s, on_timeout: reset, ${job} }`),
  );
  if (failure !== undefined && result.jobs.length === 0) throw failure;
  return result.jobs;
};

/** Writes to a drive that loses its power with its 1200th I/O, then verifies what is there. */
async function afterPowerCut(keys: string, change: (journal: Journal) => Journal = (journal) => journal) {
  const server = await serveVfioUser({
    socketDir: mkdtempSync(join(folder, 's')),
    device: 'sim:?size=8MiB&latency=20us&write_latency=20us&faults=powercut(1200,cache=512KiB)',
  });
  try {
    const [written] = await jobsOn(server.target, `${KEYS}, number_ios: 1500, do_verify: false, ${keys}`);
    const journal = JSON.parse(readFileSync(path, 'utf8')) as Journal;
    writeFileSync(path, JSON.stringify(change(journal)));
    const [{ verification }] = await jobsOn(server.target, VERIFIES);
    return { written, journal, verification };
  } finally {
    await server.close();
  }
}

interface Journal {
  readonly forced: boolean;
  readonly workers: readonly {
    readonly sent: number;
    readonly open: readonly number[];
    readonly flushed: { readonly sent: number; readonly open: readonly number[] };
  }[];
}

const LBAS = 4096 / 512;

test('what a flush covered is there after a loss of power, and what was acknowledged later is told as lost', async () => {
  const { journal, verification } = await afterPowerCut('fsync: 100');
  const [{ sent, open, flushed }] = journal.workers;
  assert.ok(sent > 1150 && sent < 1200 && open.length > 0 && open.length <= 8, JSON.stringify(journal));
  assert.equal(flushed.sent, 1100);
  // Lost is all that no flush covered: its cache holds it all.
  const kept = flushed.sent - flushed.open.length;
  const { goodBlocks = 0, unknownBlocks = 0, unflushedBlocks = 0, badBlocks } = verification ?? {};
  assert.deepEqual(badBlocks, NONE);
  assert.equal(goodBlocks + unknownBlocks + unflushedBlocks, sent * LBAS);
  assert.ok(goodBlocks >= kept * LBAS, `${goodBlocks} of ${kept}`);
  assert.ok(unflushedBlocks >= (sent - flushed.sent - 8) * LBAS, `${unflushedBlocks} lost`);
  assert.ok(unknownBlocks <= open.length * LBAS);
});

test('what was acknowledged is lost where the drive had promised to keep it: bad blocks', async () => {
  // As of a drive that says it has no volatile cache, and has one.
  const { journal, verification } = await afterPowerCut('', (kept) => ({ ...kept, forced: true }));
  const [{ sent, open }] = journal.workers;
  const { badBlocks = NONE, unknownBlocks = 0, unflushedBlocks } = verification ?? {};
  assert.equal(unflushedBlocks, 0);
  // As many as its cache holds: 512 KiB.
  assert.deepEqual({ ...badBlocks, unwritten: 0 }, NONE);
  assert.ok(badBlocks.unwritten > 100 * LBAS && badBlocks.unwritten <= 128 * LBAS, `${badBlocks.unwritten}`);
  assert.ok(unknownBlocks <= open.length * LBAS && sent > 1150);
});

test('with FUA all that was acknowledged is there', async () => {
  const { journal, verification } = await afterPowerCut('writefua: true');
  assert.equal(journal.forced, true);
  assert.deepEqual([verification?.badBlocks, verification?.unflushedBlocks], [NONE, 0]);
});

test('a journal of another job or drive is refused', async () => {
  await assert.rejects(jobsOn('sim:?size=8MiB', `${VERIFIES}, numjobs: 2`), {
    code: 'BAD_JOURNAL',
  });
  writeFileSync(path, '{"format": "nvbench write journal"}');
  await assert.rejects(jobsOn('sim:?size=8MiB', VERIFIES), { code: 'BAD_JOURNAL' });
});

test('a journal is of one job on one device', async () => {
  const job = `${KEYS}, number_ios: 10`;
  await assert.rejects(jobsOn('sim:?size=8MiB', job, job), { code: 'JOURNAL_TWICE' });
});
