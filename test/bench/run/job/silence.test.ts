/** Commands of no job that a controller does not answer, and queues that it refuses: the jobs that can be done are done. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { openDevice } from '../../../../bench/run/devices.js';
import { planPurges, purgeBefore } from '../../../../bench/run/purge.js';
import { run } from '../../../../bench/run/run.js';
import { type Drive, EngineError } from '../../../../engine/index.js';
import type { JobRecord, RecoveryStep } from '../../../../reports/index.js';
import { planned } from '../../planned.js';

const folder = mkdtempSync(join(tmpdir(), 'nvbench-silence-'));
after(() => rmSync(folder, { recursive: true }));
process.env.NVBENCH_STATE_DIR = join(folder, 'state');

const SIM = 'sim:?size=64MiB&latency=none';
const JOB = { rw: 'randread', bs: '4k', number_ios: 400 } as const;

function runOn(faults: string, keys: object = {}, job: object = {}) {
  return run({
    device: `${SIM}&faults=${faults}`,
    hugepages: 'never',
    allow_writes: true,
    ...keys,
    jobs: [
      { name: 'first', ...JOB, ...job },
      { name: 'second', ...JOB },
    ],
  });
}

const steps = ({ recovery = [] }: { recovery?: readonly RecoveryStep[] }) =>
  recovery.map(({ action, done }) => [action, done]);
const done = ({ name, directions, ...job }: JobRecord) => [name, directions.read?.ios, ...steps(job)];
const RESET = ['reset', true];
const SECOND = ['second', 400];

function lateCommand(op: string): EngineError {
  const reason = 'no completion within 1800000 ms';
  return new EngineError({ code: 'COMMAND_TIMEOUT', op, target: 'sim', reason, hint: 'look at it' });
}

describe('silence between jobs', { concurrency: 8 }, () => {
  // 02h: Get Log Page
  test('a SMART log that does not come has the controller reset, and every job is done', async () => {
    const { result } = await runOn('mute(2,1)');
    assert.deepEqual(result.jobs.map(done), [['first', 400, ['command', false], RESET], SECOND]);
    assert.match(result.jobs[0].recovery?.[0].reason ?? '', /Get Log Page SMART: no completion within/);
    assert.equal(result.complete, true);
  });

  test('with on_timeout: stop it ends the run, and says of what', async () => {
    const { result, failure } = await runOn('mute(2,1)', {}, { on_timeout: 'stop' });
    assert.match(failure?.message ?? '', /^begin job first .*Get Log Page SMART: no completion within/);
    assert.deepEqual(result.jobs, []);
    assert.equal(result.complete, false);
  });

  // 0Ah, 09h: Get and Set Features. The first two Set Features are Number of Queues and the events.
  for (const fault of ['mute(10,1)', 'mute(10,2)'])
    test(`settings that are not answered are set after a reset, once (${fault})`, async () => {
      const keys = { volatile_write_cache: 'off', arbitration_burst: 4 };
      if (fault === 'mute(10,2)') {
        await assert.rejects(runOn(fault, keys), { code: 'COMMAND_TIMEOUT' });
        return;
      }
      const { result } = await runOn(fault, keys);
      assert.deepEqual(result.jobs.map(done), [['first', 400, ['command', false], RESET], SECOND]);
      assert.deepEqual(
        result.devices[0].settings?.map(({ before, during, after }) => [before, during, after]),
        [
          ['on', 'off', 'on'],
          ['no limit', '4', 'no limit'],
        ],
      );
    });

  // 05h: Create I/O Completion Queue
  test('a purge whose queues do not come is done after a reset', async () => {
    const { result } = await runOn('mute(5,1)', { purge: 'deallocate' });
    assert.deepEqual(result.jobs.map(done), [['first', 400], SECOND]);
    assert.deepEqual(result.purges?.map(steps), [[['create-queues', false], RESET]]);
  });

  test('one that is not done the second time either ends the run', async () => {
    const { result, failure } = await runOn('mute(5,2)', { purge: 'deallocate' });
    assert.match(failure?.message ?? '', /did not answer in time, nor once more/);
    assert.deepEqual(result.jobs, []);
  });

  test('queues that are refused cost their job alone', async () => {
    const { result, failure } = await runOn('refuse(5,1,sct=1,sc=8,crd=0)');
    assert.equal(failure, undefined);
    assert.deepEqual(result.jobs.map(done), [['first', undefined, ['command', false]], SECOND]);
    const [{ recovery, verdict }] = result.jobs;
    assert.equal(recovery?.[0].what, 'Create I/O Completion Queue 1');
    assert.match(recovery[0].reason ?? '', /^Invalid Interrupt Vector/);
    assert.ok(verdict?.reasons.includes('never-ran'));
    assert.deepEqual([result.complete, result.devices[0].smartAfter !== undefined], [false, true]);
  });

  test('a namespace that vanished while the controller hung is found before the next job', async () => {
    const { result, failure } = await runOn('detach(49);hang(52)', {}, { iodepth: 1, io_timeout: '2s' });
    assert.match(failure?.message ?? '', /namespace 1 is not there any more/);
    assert.deepEqual(
      result.jobs.map(({ name }) => name),
      ['first'],
    );
  });

  for (const onTimeout of ['abort', 'stop'] as const)
    test(`a format that is not answered, on_timeout: ${onTimeout}`, async () => {
      const device = await openDevice(SIM, { hugepages: 'never' });
      let formats = 0;
      const admin = {
        ...device.drive.admin,
        formatNamespace: async () => {
          if (formats++ === 0) throw lateCommand('Format NVM');
        },
      };
      const drive = { ...device.drive, admin } as Drive;
      try {
        const text = `  - { name: a, rw: randread, bs: 4k, number_ios: 1, purge: format, on_timeout: ${onTimeout} }`;
        const head = 'device: sim\nallow_writes: true';
        const jobs = planned(text, head, [{ ...device, target: 'sim:', drive }]);
        const purges = planPurges({ allowWrites: true } as Parameters<typeof planPurges>[0], jobs);
        const { signal } = new AbortController();
        const purged = purgeBefore(jobs[0], purges, { signal, abandonSignal: signal, onTick() {} });
        if (onTimeout === 'stop') await assert.rejects(purged, { code: 'COMMAND_TIMEOUT' });
        else assert.deepEqual((await purged).map(steps), [[['purge', false], RESET]]);
        assert.equal(formats, onTimeout === 'stop' ? 1 : 2);
      } finally {
        await device.drive.close();
      }
    });
});
