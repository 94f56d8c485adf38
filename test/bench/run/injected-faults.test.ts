/** What runs find of the faults of a served drive, against what the drive says that it did wrong. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { askServed, serveVfioUser } from '../../../engine/index.js';
import { runText } from './run-text.js';

const folder = mkdtempSync(join(tmpdir(), 'nvbench-injected-'));
after(() => rmSync(folder, { recursive: true }));

/** A drive and what may be done with it. */
async function served(t: TestContext, name: string, device: string) {
  const socketDir = join(folder, name);
  const server = await serveVfioUser({ socketDir, device });
  t.after(() => server.close());
  return {
    run: async (job: string) => {
      const { result } = await runText(
        `device: ${server.target}`,
        'allow_writes: true',
        'serial_number: SIM00000000000000001',
        `jobs: [{ name: a, ${job} }]`,
      );
      return { job: result.jobs[0], device: result.devices[0] };
    },
    order: (command: 'add' | 'remove', argument: string) => askServed(socketDir, { command, argument }),
    injected: async (kind: string) => {
      const { injections = [] } = await askServed(socketDir, { command: 'log' });
      return injections.filter((each) => each.kind === kind);
    },
  };
}

const WRITES = 'rw: write, bs: 4k, size: 1MiB';

test('older data, and writes that a loss of power took, are found by verification as they were injected', async (t) => {
  const drive = await served(t, 'data', 'sim:?size=4MiB&latency=none');
  await drive.run(`${WRITES}, verify: crc32c, do_verify: false`);
  await drive.order('add', 'stale(lba=0-2047,times=5)');
  const stale = await drive.run(`${WRITES}, verify: crc32c, randseed: 2`);
  const reads = await drive.injected('stale');
  assert.equal(reads.length, 5);
  assert.equal(stale.job.verification?.badBlocks.stale, 8 * reads.length);

  await drive.order('remove', 'all');
  await drive.order('add', 'powercut(129,cache=64KiB)');
  const cut = await drive.run(`${WRITES}, verify: crc32c, randseed: 3`);
  assert.equal(cut.job.stopReason, 'device-lost');
  const lost = await drive.injected('powercut');
  const found = await drive.run(`${WRITES}, verify: crc32c, verify_only: true, randseed: 3`);
  const bad = found.job.verification?.badBlocks;
  const neverWritten = 256 - 128;
  assert.equal(lost.length, 16);
  assert.equal((bad?.stale ?? 0) + (bad?.unwritten ?? 0), 8 * (neverWritten + lost.length));
});

test('reads of a die that is gone fail as they were injected, and SMART says that the drive is not reliable', async (t) => {
  const drive = await served(t, 'die', 'sim:?size=512MiB&flash=tlc(op=28%,start=full)');
  await drive.order('add', 'deaddie(1,1)');
  const { job, device } = await drive.run(
    'rw: randread, bs: 4k, number_ios: 400, iodepth: 8, max_errors: 1000',
  );
  const reads = (await drive.injected('deaddie')).filter(({ opcode }) => opcode === 2);
  assert.ok(reads.length > 0);
  assert.equal(job.errors.total, reads.length);
  assert.match(job.errors.byStatus[0].status, /Unrecovered Read Error/);
  assert.equal(device.smartAfter?.criticalWarning, 4);
});

test('a stuck queue is a time-out of its job; after the reset the drive goes on, slow and hot as it is told', async (t) => {
  const drive = await served(t, 'stuck', 'sim:?size=4MiB&latency=200us');
  await drive.order('add', 'stuck(3)');
  const stuck = await drive.run('rw: randread, bs: 4k, number_ios: 10, io_timeout: 300ms, on_timeout: reset');
  assert.equal(stuck.job.stopReason, 'timeout');
  assert.equal((await drive.injected('stuck')).length, 1);
  await drive.order('add', 'throttle(after=0s,for=1000s,factor=20)');
  const { job, device } = await drive.run('rw: randread, bs: 4k, number_ios: 50');
  assert.equal(job.stopReason, 'number_ios');
  assert.ok(job.directions.read!.latencyNs!.min! >= 20 * 200_000);
  assert.equal(device.smartAfter?.temperatureKelvin, 353);
  assert.equal((await drive.injected('throttle')).length, 1);
});
