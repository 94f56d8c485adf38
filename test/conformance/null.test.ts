/** Whole runs on the path that has no device: all but admin commands and data, which is what it leaves out. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { JobData } from '../../bench/config/config-data.js';
import { plan, run } from '../../bench/run/run.js';
import {
  type BenchResult,
  formatJson,
  formatView,
  parseResultText,
  VIEW_FORMATS,
} from '../../reports/index.js';

const folder = mkdtempSync(join(tmpdir(), 'nvbench-null-'));
after(() => rmSync(folder, { recursive: true }));
process.env.NVBENCH_STATE_DIR = join(folder, 'state');

const TARGET = 'null:?size=64MiB';
const READS = { name: 'a', rw: 'randread', bs: '4k', iodepth: 8, number_ios: 5000 } as const;

async function resultOf(job: Partial<JobData>, keys: object = {}): Promise<BenchResult> {
  const jobs = [{ ...READS, ...job }];
  const { result, failure } = await run({ device: TARGET, allow_writes: true, ...keys, jobs });
  assert.equal(failure, undefined);
  assert.equal(result.complete, true);
  return result;
}

/** Of a job without failures: its I/Os by direction. */
function iosOf({ jobs: [{ directions, errors }] }: BenchResult): (number | undefined)[] {
  assert.equal(errors.total + errors.timeouts + errors.unexpectedCompletions, 0);
  return [directions.read?.ios, directions.write?.ios];
}

for (const rw of ['read', 'randread'] as const)
  test(`${rw} does exactly the I/Os asked`, async () => {
    assert.deepEqual(iosOf(await resultOf({ rw })), [5000, undefined]);
  });

for (const rw of ['write', 'randwrite'] as const)
  test(`${rw} does exactly the I/Os asked, without a serial number`, async () => {
    assert.deepEqual(iosOf(await resultOf({ rw })), [undefined, 5000]);
  });

test('a mixed job reads and writes in about the share asked', async () => {
  const [reads = 0, writes = 0] = iosOf(
    await resultOf({ rw: 'randrw', rwmixread: 70, randseed: 1, number_ios: 20_000 }),
  );
  assert.equal(reads + writes, 20_000);
  assert.ok(Math.abs(reads / 20_000 - 0.7) < 0.02, `${reads} reads`);
});

test('a job without an end of its own covers its region once', async () => {
  assert.deepEqual(iosOf(await resultOf({ rw: 'read', number_ios: undefined, size: '50%' })), [
    (32 * 2 ** 20) / 4096,
    undefined,
  ]);
});

test('several workers with several queue pairs each do all of their I/Os', async () => {
  const result = await resultOf({ numjobs: 3, queue_pairs: 2, iodepth: 100, bs: '128k' });
  assert.deepEqual(iosOf(result), [15_000, undefined]);
  assert.equal(result.jobs[0].workers.length, 3);
});

test('a controller that takes 80 µs is no measurement of the tool, whose own latency is far below', async () => {
  const { jobs } = await resultOf({ iodepth: 1, number_ios: 1000 }, { device: 'sim:?latency=80us' });
  const [{ directions, verdict, workers }] = jobs;
  assert.ok(!verdict?.reasons.includes('tool-bound'));
  const { latencyNs = Number.NaN } = workers[0].calibration ?? {};
  assert.ok(latencyNs < 0.1 * (directions.read?.latencyNs.p50 ?? 0), `${latencyNs} ns are its own`);
});

test('a timed job ends by its time, with as many I/Os in its histogram as are counted', async () => {
  const result = await resultOf({ number_ios: undefined, runtime: '300ms', ramp_time: '100ms' });
  const [job] = result.jobs;
  const [reads = 0] = iosOf(result);
  assert.deepEqual([job.stopReason, job.elapsedNs], ['runtime', 300e6]);
  assert.ok(reads > 0);
  assert.ok(job.verdict?.reasons.includes('tool-bound'));
  assert.equal(
    job.intervals?.reduce((sum, { read }) => sum + (read?.ios ?? 0), 0),
    reads,
  );
});

test('repeats and two drives at once are as on any other', async () => {
  const second = 'null:?size=64MiB&lba=4096';
  const { jobs, devices } = await resultOf({ repeat: 2 }, { device: undefined, devices: [TARGET, second] });
  assert.equal(jobs.length, 4);
  assert.deepEqual(
    devices.map(({ lbaBytes }) => lbaBytes),
    [512, 4096],
  );
});

test('what it cannot do is refused in the plan', async () => {
  const refused = (job: Partial<JobData>, code: string, keys: object = {}): Promise<void> =>
    assert.rejects(plan({ device: TARGET, ...keys, jobs: [{ ...READS, ...job }] }), { code, kind: 'input' });
  await refused({ completion: 'interrupt' }, 'NO_INTERRUPTS');
  await refused({ queue_entries: 64 }, 'BAD_QUEUE_ENTRIES');
  await refused({}, 'NO_SETTINGS', { interrupt_coalescing: { threshold: 4, time: '100us' } });
});

for (const view of ['text', 'html', 'markdown'] as const)
  test(`${view} says that there was no device, before any figure`, async () => {
    const shown = formatView(view, [parseResultText(formatJson(await resultOf({})))], {
      text: { color: false, width: 80 },
      unit: 'us',
    });
    const [said, figure] = [shown.indexOf('NO DEVICE: '), shown.search(/IOPS/)];
    assert.ok(said >= 0 && (figure < 0 || said < figure), `said at ${said}, figures from ${figure}`);
  });

test('every view shows a result that names neither NVMe version nor queue entries', async () => {
  const result = parseResultText(formatJson(await resultOf({})));
  const [{ nvmeVersion, maxQueueEntries, hugepageBytes }] = result.devices;
  assert.deepEqual([nvmeVersion, maxQueueEntries, hugepageBytes], [undefined, undefined, undefined]);
  for (const view of VIEW_FORMATS) {
    const shown = formatView(view, [result], { text: { color: false, width: 80 }, unit: 'us' });
    assert.doesNotMatch(shown.replace(/<script[\s\S]*?<\/script>/g, ''), /\b(undefined|NaN)\b/, view);
  }
});
