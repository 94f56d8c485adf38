/** Runs that were ended before their end and are gone on with, on software controllers and on plain memory. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { ConfigData } from '../../../bench/config/config-data.js';
import { type RunOptions, run } from '../../../bench/run/run.js';
import { type BenchResult, formatJson, parseResultText } from '../../../reports/index.js';

const folder = mkdtempSync(join(tmpdir(), 'nvbench-resume-'));
after(() => rmSync(folder, { recursive: true }));
process.env.NVBENCH_STATE_DIR = join(folder, 'state');
const output = join(folder, 'r.json');
const documentIn = (path: string): BenchResult => parseResultText(readFileSync(path, 'utf8'));
const place = ({ name, repeat }: BenchResult['jobs'][number]): string => `${name} ${repeat?.index ?? 0}`;

const fill = { name: 'fill', rw: 'write', bs: '64k', size: '4MiB', purge: 'deallocate' } as const;
const reads = { name: 'reads', rw: 'randread', iodepth: 4, number_ios: 200, repeat: 2 } as const;
const writes = { name: 'writes', rw: 'randwrite', iodepth: 4, number_ios: 100 } as const;
const config = (keys: Partial<ConfigData> = {}): ConfigData => ({
  device: 'sim:?size=64MiB&latency=none',
  hugepages: 'never',
  allow_writes: true,
  jobs: [fill, reads, writes],
  ...keys,
});

/** Runs until the record of a job is there, and ends it as a signal does; answers with the document that is left. */
async function endedAfter(data: ConfigData, last: string, options: RunOptions = {}): Promise<BenchResult> {
  const stop = new AbortController();
  await run(data, {
    output,
    signal: stop.signal,
    onEvent: (event) => {
      if (event.kind === 'job' && event.records.some((record) => place(record) === last))
        stop.abort('SIGTERM');
    },
    ...options,
  });
  return documentIn(output);
}

test('what has run is kept as it is, the rest is run with the seeds that it would have had', async () => {
  const whole = await run(config());
  const before = await endedAfter(config(), 'reads 0');
  const { result, failure } = await run(config(), { output, resume: true });
  assert.equal(failure, undefined);
  assert.deepEqual(result.jobs.map(place), ['fill 0', 'reads 0', 'reads 1', 'writes 0']);
  for (const [i, { verdict: _, ...record }] of before.jobs.entries()) {
    const { verdict, ...kept } = result.jobs[i];
    assert.deepEqual(kept, record);
    assert.ok(verdict !== undefined);
  }
  const drawn = ({ jobs }: BenchResult) =>
    jobs.map(({ seed, operationsHash }) => [seed, operationsHash?.value]);
  assert.deepEqual(drawn(result), drawn(whole.result));
  assert.equal(result.complete, true);
  assert.equal(result.interrupted, undefined);
  assert.equal(result.purges?.length, 1);
  assert.deepEqual(documentIn(output), JSON.parse(formatJson(result)));
  assert.equal(result.startedAt, before.startedAt);
  const [attempt] = result.attempts ?? [];
  assert.deepEqual(
    [attempt.startedAt, attempt.endedAt, attempt.reason, attempt.jobs, attempt.cutShort],
    [before.startedAt, before.endedAt, 'SIGTERM', 2, []],
  );
  assert.ok((result.resumedAt ?? '') >= before.endedAt);
  // A software controller keeps nothing, and says so of what ran on what it had lost.
  const lost = result.jobs.map(({ verdict }) => verdict?.reasons.includes('state-lost'));
  assert.deepEqual(lost, [false, false, true, true]);
});

test('a step that was cut short runs again whole, though the run was killed in it', async () => {
  const slow = { ...reads, number_ios: 60_000, repeat: 1 };
  const data = config({ device: 'null:?size=64MiB', jobs: [fill, { ...slow, rate_iops: 40_000 }] });
  const texts: string[] = [];
  const stop = new AbortController();
  await run(data, {
    signal: stop.signal,
    onDocument: (build) => {
      const document = build();
      if (!document.jobs.some(({ partial }) => partial)) return;
      texts.push(formatJson(document));
      stop.abort('killed');
    },
  });
  writeFileSync(output, texts[0]);
  const { result } = await run(data, { output, resume: true });
  const [first, second] = result.jobs;
  assert.equal(result.jobs.length, 2);
  assert.equal(first.startedAt, documentIn(output).jobs[0].startedAt);
  assert.deepEqual([second.partial, second.directions.read?.ios], [undefined, 60_000]);
  const [{ cutShort, jobs }] = result.attempts ?? [];
  assert.deepEqual(
    [jobs, cutShort.map(({ name, mostWrittenBytes }) => [name, mostWrittenBytes])],
    [1, [['reads', 0]]],
  );
  assert.ok(
    result.warnings.some(
      ({ code, message }) => code === 'resumed' && message.includes('reads was cut short'),
    ),
  );
});

test('a drive that rested and kept its data makes the first write after the gap doubtful, and no read', async () => {
  const file = join(folder, 'disk');
  writeFileSync(file, Buffer.alloc(8 * 2 ** 20));
  const data = config({
    device: `uring:${file}`,
    serial_number: file,
    jobs: [{ ...fill, purge: undefined }, { ...reads, repeat: 1 }, writes, { ...writes, name: 'more' }],
  });
  await endedAfter(data, 'fill 0');
  const { result } = await run(data, { output, resume: true });
  const rested = result.jobs.filter(({ warnings }) => warnings.some(({ code }) => code === 'rested-before'));
  assert.deepEqual(rested.map(place), ['writes 0']);
});

test('rounds that were done count, and go on until they are steady', async () => {
  const rounds = { job: 'reads', of: 'p50', most: 8, window: 5, range: 1000, slope: 1000 };
  const data = config({ jobs: [{ rounds, jobs: [{ ...reads, repeat: undefined }] }] } as Partial<ConfigData>);
  const before = await endedAfter(data, 'reads 2');
  const { result } = await run(data, { output, resume: true });
  assert.equal(result.jobs.length, 5);
  assert.deepEqual(result.rounds?.[0].values.slice(0, 3), before.rounds?.[0].values);
  assert.deepEqual(result.rounds?.[0].reached?.toRound, 5);
});

test('a run of which nothing is left, or that is another, is not gone on with, and its document stays', async () => {
  const document = await endedAfter(config(), 'fill 0');
  const text = formatJson(document);
  const refused = async (left: string, data: ConfigData, reason: RegExp): Promise<void> => {
    writeFileSync(output, left);
    await assert.rejects(run(data, { output, resume: true }), {
      code: 'RESUME_IMPOSSIBLE',
      kind: 'input',
      reason,
    });
    assert.equal(readFileSync(output, 'utf8'), left);
  };
  const other = (change: object): string => formatJson({ ...document, ...change });
  const [device] = document.devices;
  await refused(
    text,
    config({ jobs: [fill, { ...reads, iodepth: 8 }, writes] }),
    /reads\.iodepth\): 4 in its/,
  );
  await refused(text, config({ jobs: [fill, { ...reads, randseed: 5 }, writes] }), /randseed/);
  await refused(other({ tool: { name: 'nvbench', version: '0.0.1' } }), config(), /tool: nvbench 0\.0\.1/);
  const firmware = [{ ...device, firmwareRevision: 'older' }];
  await refused(other({ devices: firmware }), config(), /device\.firmwareRevision .*: older in its document/);
  const seeds = document.jobs.map((job) => ({ ...job, seed: 77 }));
  await refused(other({ jobs: seeds }), config(), /job\.seed/);
  await refused(other({ complete: true }), config(), /complete/);
  await assert.rejects(run(config(), { output: join(folder, 'none.json'), resume: true }), { kind: 'input' });
  await assert.rejects(run(config(), { resume: true }), { code: 'RESUME_IMPOSSIBLE' });
});

test('what a job had written before it was cut short counts for the limit of the run', async () => {
  const jobs = [fill, writes];
  const bound = (bytes: number) => config({ jobs, max_bytes_written: bytes });
  const most = 4 * 2 ** 20 + 100 * 4096;
  const document = await endedAfter(bound(most), 'fill 0');
  const [done] = document.jobs;
  const cut = { ...done, name: 'writes', stopReason: 'interrupted' as const, bsBytes: 4096 };
  writeFileSync(output, formatJson({ ...document, jobs: [done, cut] }));
  await assert.rejects(run(bound(most), { output, resume: true }), {
    code: 'TOO_MANY_BYTES_WRITTEN',
    reason: /cut short/,
  });
});
