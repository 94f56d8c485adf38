/** Jobs that search on a software controller: what is counted at what was found, and what ends it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from '../../../bench/config/load.js';
import { runConfig } from '../../../bench/run/attached-run.js';
import { openDevice } from '../../../bench/run/devices.js';
import { jobRecord } from '../../../bench/run/job-record.js';
import { planRun } from '../../../bench/run/plan/plan.js';
import { runSearch } from '../../../bench/run/search-run.js';
import { formatJson, parseResultText, type SearchRecord } from '../../../reports/document/index.js';

const never = new AbortController().signal;
const hooks = { signal: never, abandonSignal: never, onTick: () => undefined };

function config(search: string, more = '', latency = 'none') {
  const job = `{ name: a, rw: randread, search: ${search}${more} }`;
  return parseConfig(
    `device: "sim:?size=64MiB&latency=${latency}"\nhugepages: never\njobs: [${job}]\n`,
    'test.yaml',
  );
}

test('the record is of what was measured at what was found, with the probes that found it', async () => {
  // What never holds beyond a depth of 3, whatever the machine does meanwhile.
  const { result, failure } = await runConfig(
    config("{ max: iodepth, while: 'kept_depth <= 3.5', for: 200ms, to: 16 }"),
    hooks,
  );
  assert.equal(failure, undefined);
  const [job] = parseResultText(formatJson(result)).jobs;
  const { search } = job as { search: SearchRecord };
  assert.equal(result.jobs.length, 1);
  assert.equal(search.ending, 'found');
  assert.equal(job.iodepth, search.found);
  assert.deepEqual([search.low, search.high], [search.found, search.found + 1]);
  assert.ok(search.probes.some(({ value, holds }) => value === search.found && holds));
  assert.ok(search.probes.some(({ value, holds }) => value === search.found + 1 && !holds));
  assert.ok((job.directions.read?.ios ?? 0) > 0);
  assert.deepEqual([job.stopReason, result.complete], ['runtime', true]);
});

// At so low a rate only the first I/O is due before a probe ends.
test('a rate that the device keeps up to the end of the range is that end', async () => {
  const { result } = await runConfig(
    config("{ max: rate_iops, while: 'errors == 0', for: 300ms, from: 1, to: 2 }", ', iodepth: 64'),
    hooks,
  );
  const [{ search, figures }] = result.jobs;
  assert.deepEqual([search?.ending, search?.found, figures?.rateAskedIops], ['all', 2, 2]);
});

test('no bound holds where the rate was not kept', async () => {
  const { result } = await runConfig(
    config("{ max: iodepth, while: 'errors == 0', for: 200ms, to: 2 }", ', rate_iops: 5000', '5ms'),
    hooks,
  );
  const [{ search, figures }] = result.jobs;
  assert.deepEqual([search?.ending, search?.probes.length], ['none', 1]);
  assert.ok((figures?.unsentIos ?? 0) > 0);
});

test('a bound that nothing keeps is said, with the last that was measured', async () => {
  const { result } = await runConfig(
    config("{ max: iodepth, while: 'p50 <= 1ns', for: 100ms, from: 8 }"),
    hooks,
  );
  const [{ search, iodepth, directions }] = result.jobs;
  assert.deepEqual([search?.ending, search?.found, iodepth], ['none', 0, 1]);
  assert.ok((directions.read?.ios ?? 0) > 0);
});

test('a signal ends the search, and what was measured until then is kept', async () => {
  const controller = new AbortController();
  const { result } = await runConfig(config("{ max: iodepth, while: 'p50 <= 10s', for: 100s }"), {
    ...hooks,
    signal: controller.signal,
    onTick: ({ jobs: [{ completed }] }) => {
      if (completed > 0) controller.abort(new Error('enough'));
    },
  });
  const [{ search, stopReason, directions }] = result.jobs;
  assert.deepEqual([search?.ending, stopReason, result.complete], ['stopped', 'interrupted', false]);
  assert.ok((directions.read?.ios ?? 0) > 0);
});

test('a probe that cannot begin ends the search, and the probes before it are kept', async () => {
  const device = await openDevice('sim:?size=64MiB&latency=none', { hugepages: 'never' });
  let left = 2;
  const openQueues: typeof device.drive.openQueues = async (shape) => {
    if (left-- === 0) throw new Error('no queues');
    return device.drive.openQueues(shape);
  };
  const drive = Object.create(device.drive, { openQueues: { value: openQueues } });
  const searching = config("{ max: iodepth, while: 'p50 <= 10s', for: 100ms }");
  const jobs = planRun(searching, [{ ...device, drive }]);
  const { search: asked } = jobs[0].config;
  const run = await runSearch(jobs, asked ?? assert.fail(), hooks);
  assert.match(String(run.failure), /no queues/);
  assert.deepEqual([run.search.ending, run.search.probes.map(({ value }) => value)], ['stopped', [1, 4]]);
  assert.equal(jobRecord(run.outcomes[0]).iodepth, 4);
  // The first one that cannot begin has nothing to keep.
  left = 0;
  await assert.rejects(runSearch(jobs, asked ?? assert.fail(), hooks), /no queues/);
  await device.drive.close();
});

test('a reset between two probes is told, though another probe is the one that is recorded', async () => {
  // 04h: Delete I/O Completion Queue
  const refused = parseConfig(
    `device: "sim:?size=64MiB&latency=none&faults=refuse(4,1,sct=1,sc=1,crd=0)"
hugepages: never
jobs: [{ name: a, rw: read, search: { max: iodepth, while: 'p50 <= 10s', for: 50ms, to: 4 } }]`,
    'test.yaml',
  );
  const { result } = await runConfig(refused, hooks);
  const [{ search, recovery = [], verdict }] = result.jobs;
  assert.equal(search?.ending, 'all');
  assert.deepEqual(
    recovery.map(({ action, done }) => [action, done]),
    [
      ['delete-queues', false],
      ['reset', true],
    ],
  );
  assert.ok(verdict?.reasons.includes('recovered'));
});

test('a bound of all operations together is that of all I/Os', async () => {
  const mixed = parseConfig(
    `device: "sim:?size=64MiB&latency=none"
hugepages: never
allow_writes: true
jobs: [{ name: a, rw: randrw, search: { max: iodepth, while: 'total.p50 <= 100s', for: 200ms, to: 4 } }]`,
    'test.yaml',
  );
  const { result } = await runConfig(mixed, hooks);
  const [{ search, iodepth, directions }] = result.jobs;
  assert.deepEqual([search?.ending, search?.found, iodepth], ['all', 4, 4]);
  assert.ok((directions.read?.ios ?? 0) > 0 && (directions.write?.ios ?? 0) > 0);
  // Without a figure of both, no probe would have held.
  assert.ok(search?.probes.every(({ holds, excess }) => holds && excess !== undefined && excess < 0));
});
