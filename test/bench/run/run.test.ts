/** Runs as a program asks for them, on software controllers in this process. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { ConfigData } from '../../../bench/config/config-data.js';
import { ConfigError } from '../../../bench/config/config-error.js';
import { checkConfig, loadConfig } from '../../../bench/config/load.js';
import type { RunEvent } from '../../../bench/run/events.js';
import { plan, run } from '../../../bench/run/run.js';
import { type BenchResult, formatJson, parseResultText } from '../../../reports/index.js';

const folder = mkdtempSync(join(tmpdir(), 'nvbench-run-'));
after(() => rmSync(folder, { recursive: true }));
// Nothing that another test, or a run on this machine, has left behind is touched.
process.env.NVBENCH_STATE_DIR = join(folder, 'state');

const READS = { name: 'reads', rw: 'randread', bs: '4k', iodepth: 4, number_ios: 100 } as const;
const SIM = 'sim:?size=64MiB&latency=none';
const config = (job: object = {}, keys: object = {}): ConfigData => ({
  device: SIM,
  hugepages: 'never',
  ...keys,
  jobs: [{ ...READS, ...job }],
});
const ENDLESS = { number_ios: undefined, runtime: '100s' };

const documentIn = (path: string): BenchResult => parseResultText(readFileSync(path, 'utf8'));
const iosOf = ({ jobs }: BenchResult) => jobs.map(({ directions }) => directions.read?.ios);

/** Threads that were started: an attached software controller has one. */
let threads = 0;
const onWorker = (): number => threads++;
process.on('worker', onWorker);
after(() => process.off('worker', onWorker));

test('a configuration object is run, and its result says what was asked', async () => {
  const { result, failure } = await run(config());
  assert.equal(failure, undefined);
  assert.deepEqual([result.complete, iosOf(result)], [true, [100]]);
  assert.deepEqual(result.config, checkConfig(config()).source);
});

test('a wrong configuration is refused before anything is attached', async () => {
  threads = 0;
  await assert.rejects(run(config({ iodepth: 0 })), ConfigError);
  await assert.rejects(run({ ...checkConfig(config()), allowWrites: true } as never), ConfigError);
  assert.equal(threads, 0);
});

test('a file that is no log is not written over, by whatever number, and nothing is attached before', async () => {
  writeFileSync(join(folder, 'ios-2.log'), 'precious');
  threads = 0;
  const again = config({ repeat: 2, log: join(folder, 'ios.log') });
  await assert.rejects(run(again), { code: 'LOG_UNWRITABLE', kind: 'input' });
  assert.equal(threads, 0);
  assert.equal(existsSync(join(folder, 'ios-1.log')), false);
});

test('events tell the plan, then of each job how it goes and how it ended', async () => {
  const events: RunEvent[] = [];
  const { result } = await run(config({ number_ios: undefined, runtime: '700ms', repeat: 2 }), {
    onEvent: (event) => events.push(event),
  });
  const kinds = events.map(({ kind }) => kind);
  assert.equal(kinds[0], 'planned');
  assert.deepEqual(new Set(kinds), new Set(['planned', 'progress', 'job']));
  const jobs = events.flatMap((event) => (event.kind === 'job' ? event.records : []));
  assert.deepEqual(jobs, result.jobs);
  const progress = events.filter((event) => event.kind === 'progress');
  assert.deepEqual(new Set(progress.map(({ repeat }) => repeat.index)), new Set([0, 1]));
  assert.ok(progress.some(({ ramping, ios, done }) => !ramping && ios > 0 && done > 0));
});

test('the signal ends a run in order: what was measured is kept, and the result says why', async () => {
  const stop = new AbortController();
  const { result, failure } = await run(config(ENDLESS), {
    signal: stop.signal,
    onEvent: (event) => {
      if (event.kind === 'progress' && event.ios > 0) stop.abort('enough');
    },
  });
  assert.equal(failure, undefined);
  assert.deepEqual([result.complete, result.interrupted], [false, { reason: 'enough' }]);
  assert.equal(result.jobs[0].stopReason, 'interrupted');
  assert.ok((iosOf(result)[0] ?? 0) > 0);
});

test('a drive that refuses its SMART log is said to', async () => {
  const device = 'sim:?size=1MiB&latency=none&faults=refuse(2,9,sct=0,sc=1,crd=0)';
  const { result } = await run({
    device,
    hugepages: 'never',
    jobs: [{ name: 'a', rw: 'read', bs: '4k', number_ios: 8 }],
  });
  const told = result.warnings.filter(({ code }) => code === 'health-unknown');
  assert.equal(told.length, 1);
  assert.match(told[0].message, /does not tell its health \(SMART\): Invalid Command Opcode/);
});

test('a deadline is a signal like any other', async () => {
  const { result } = await run(config(ENDLESS), { signal: AbortSignal.timeout(500) });
  assert.equal(result.complete, false);
  assert.match(result.interrupted?.reason ?? '', /timeout/);
});

test('what a listener throws ends the run with what was measured, as its failure', async () => {
  const oops = new Error('oops');
  const output = join(folder, 'thrown.json');
  const { result, failure } = await run(config(ENDLESS), {
    output,
    onEvent: (event) => {
      if (event.kind === 'progress' && event.ios > 0) throw oops;
    },
  });
  assert.equal(failure, oops);
  assert.deepEqual([result.complete, result.interrupted], [false, { reason: 'oops' }]);
  assert.ok((iosOf(documentIn(output))[0] ?? 0) > 0);
});

test('a device that is lost is the failure, and what was measured stands', async () => {
  const { result, failure } = await run(config(ENDLESS, { device: `${SIM}&faults=die(500)` }));
  assert.equal((failure as { code?: string }).code, 'DEVICE_LOST');
  assert.equal(result.complete, false);
  assert.ok((iosOf(result)[0] ?? 0) > 0);
});

test('the document so far is right whenever it is made: between two intervals, and when its job has ended', async () => {
  let build: (() => BenchResult) | undefined;
  const made: BenchResult[] = [];
  await run(config({ number_ios: undefined, runtime: '2500ms' }), {
    onDocument: (next) => {
      build = next;
    },
    onEvent: () => {
      if (build !== undefined) made.push(build());
    },
  });
  assert.deepEqual(new Set(made.map(({ jobs }) => jobs.length)), new Set([0, 1]));
  const seen = made.flatMap(({ jobs }) =>
    jobs.map(({ directions, elapsedNs }) => ({ ios: directions.read?.ios ?? 0, elapsedNs })),
  );
  const grew = seen.slice(1).filter(({ ios }, i) => ios > seen[i].ios);
  assert.ok(grew.length > 0);
  // What a worker had counted last is added once it has ended; its time was known before.
  const isOver = ({ elapsedNs }: { elapsedNs: number }): boolean => elapsedNs >= 2.5e9;
  for (const each of grew)
    assert.ok(
      seen.every((other) => other.ios >= each.ios || other.elapsedNs < each.elapsedNs || isOver(each)),
      JSON.stringify(seen),
    );
});

test('the output is current while the run goes on, and whole at its end', async () => {
  const output = join(folder, 'current.json');
  const seen: BenchResult[] = [];
  const { result } = await run(config({ repeat: 3 }), {
    output,
    onEvent: ({ kind }) => {
      if (kind === 'job') seen.push(documentIn(output));
    },
  });
  // How soon it is written again depends on how long that takes.
  assert.equal(seen.length, 3);
  assert.deepEqual([seen[0].complete, seen[0].jobs.length], [false, 0]);
  for (const [i, { complete, jobs }] of seen.entries()) assert.ok(!complete && jobs.length <= i);
  assert.equal(readFileSync(output, 'utf8'), formatJson(result));
});

test('an output that cannot be written is refused before anything is attached', async () => {
  threads = 0;
  const output = join(folder, 'none', 'x.json');
  for (const attempt of [run, plan])
    await assert.rejects(attempt(config(), { output }), { code: 'OUTPUT_UNWRITABLE', kind: 'input' });
  assert.equal(threads, 0);
});

test('the file of the configuration is not written over', async () => {
  const path = join(folder, 'own.yaml');
  writeFileSync(path, JSON.stringify(config()));
  await assert.rejects(run(loadConfig(path), { output: path }), { code: 'OUTPUT_UNWRITABLE' });
  assert.deepEqual(JSON.parse(readFileSync(path, 'utf8')), JSON.parse(JSON.stringify(config())));
});

test('options that contradict each other or the configuration are refused', async () => {
  const coalescing = config({}, { interrupt_coalescing: { threshold: 4, time: '100us' } });
  const pci = config({}, { device: 'pci:0000:01:00.0' });
  const refused = { kind: 'input' };
  await assert.rejects(run(config(), { bind: true, shared: true }), { code: 'BAD_ARGUMENTS', ...refused });
  await assert.rejects(run(coalescing, { shared: true }), { code: 'BAD_ARGUMENTS', ...refused });
  await assert.rejects(run(pci, { pciBlocked: ['pci:0000:01:00.0'] }), refused);
  await assert.rejects(run(pci, { pciAllowed: ['nonsense'] }), { code: 'BAD_PCI_ADDRESS', ...refused });
});

test('a plan does no I/O, and leaves an output as it is', async () => {
  const output = join(folder, 'planned.json');
  const { devices, jobs } = await plan(config({ rw: 'randwrite' }, { allow_writes: true }), { output });
  assert.deepEqual([devices.length, devices[0].software], [1, true]);
  assert.deepEqual(
    jobs.map(({ name, writeBytes }) => [name, writeBytes]),
    [['reads', 409_600]],
  );
  assert.equal(existsSync(output), false);
});

test('what does not fit the device is refused by plan and run alike', async () => {
  for (const attempt of [run, plan])
    await assert.rejects(attempt(config({ bs: '2M' })), { name: 'EngineError', kind: 'input' });
});

test('runs of one program go on side by side', async () => {
  const outcomes = await Promise.all([run(config()), run(config({ number_ios: 200 }))]);
  assert.deepEqual(
    outcomes.map(({ result }) => iosOf(result)),
    [[100], [200]],
  );
});

test('nothing is written where no output is named', async () => {
  const before = readdirSync('.');
  await run(config());
  assert.deepEqual(readdirSync('.'), before);
});
