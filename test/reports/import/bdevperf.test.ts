/** Tests of bdevperf.ts, and of the text that bdevperf-text.ts reads. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { importResult } from '../../../reports/import/index.js';
import { formatJson, parseResultText, ReportError } from '../../../reports/index.js';

const options = { toolVersion: '9.9.9', importedAt: new Date('2025-03-01T12:00:00.000Z') };
const imported = (text: string, more = {}) => importResult(text, { ...options, ...more });
const codes = (warnings: readonly { code: string }[]): string[] => warnings.map(({ code }) => code);

const command = (depth: number, pattern = 'randread') =>
  `# build/examples/bdevperf -c conf.json -q ${depth} -o 4096 -w ${pattern} -t 10 -m 0x3\n`;
const begin = 'Running I/O for 10 seconds...\n';

describe('the layout until SPDK 22.05', () => {
  const row = (iops: number, name = 'Nvme0n1', mask = 1) =>
    `\r Job: ${name}_thread (Core Mask 0x${mask})\n\t ${name.padEnd(20)}: ${iops}.00 IOPS ${(iops / 256).toFixed(2)} MiB/s\n`;
  const total =
    '\r =====================================================\n\r Total               :   1.00 IOPS   1.00 MiB/s\n';

  test('has rates and no latencies', () => {
    const { jobs, imported: from } = imported(command(32) + begin + row(100_000) + total);
    assert.equal(from?.tool, 'bdevperf');
    assert.deepEqual(
      jobs.map(({ name, target, bsBytes, iodepth, elapsedNs, directions: { read } }) => [
        ...[name, target, bsBytes, iodepth, elapsedNs, read?.iops, read?.ios, read?.latencyNs],
      ]),
      [['randread-4KiB-qd32', 'Nvme0n1', 4096, 32, 10e9, 100_000, 1_000_000, {}]],
    );
    assert.deepEqual(codes(jobs[0].warnings), ['imported-without-latency', 'imported-without-errors']);
  });

  test('warns of rows that its total counts and that it lacks', () => {
    const told = (text: string): boolean =>
      codes(imported(command(32) + begin + text).warnings).includes('imported-rows-missing');
    const own = total.replace('1.00 IOPS', '100000.00 IOPS');
    assert.deepEqual(
      [told(row(100_000) + own), told(row(90_000) + own), told(row(100_000))],
      [false, true, true],
    );
  });

  test('joins the cores of a bdev', () => {
    const [job] = imported(command(32) + begin + row(100_000) + row(50_000, 'Nvme0n1', 2) + total).jobs;
    assert.deepEqual([job.numjobs, job.directions.read?.iops], [2, 150_000]);
  });

  test('counts what failed', () => {
    const fails = '\t                     :       5.00 Fail/s     2.00 TO/s\n';
    const [job] = imported(command(32) + begin + row(100_000) + fails + total).jobs;
    assert.deepEqual([job.directions.read?.errors, job.errors.total, job.errors.timeouts], [50, 50, 20]);
  });

  test('asks for what it does not say', () => {
    const text = row(100_000) + total;
    assert.throws(() => imported(text), /whether it read or wrote/);
    assert.throws(() => imported(text, { rw: 'read' }), /how long it ran/);
    assert.throws(() => imported(text, { rw: 'read', runtimeMs: 1000 }), /the queue depth; .*--iodepth/);
    const [job] = imported(text, { rw: 'read', runtimeMs: 1000, iodepth: 4 }).jobs;
    assert.deepEqual([job.bsBytes, job.iodepth], [4096, 4]);
  });

  test('takes the last state of a run, and several runs for several', () => {
    const states = imported(command(32) + begin + row(90_000) + total + row(100_000) + total);
    assert.deepEqual(
      states.jobs.map(({ directions }) => directions.read?.iops),
      [100_000],
    );
    assert.ok(codes(states.jobs[0].warnings).includes('imported-states-left-out'));
    const cut = row(1) + row(2, 'Nvme1n1');
    assert.equal(
      imported(command(32) + begin + row(90_000) + total + cut).jobs[0].directions.read?.iops,
      90_000,
    );
    const runs = command(32) + begin + row(90_000) + total + command(64) + begin + row(100_000) + total;
    assert.deepEqual(
      imported(runs).jobs.map(({ name, run, directions }) => [name, run, directions.read?.iops]),
      [
        ['randread-4KiB-qd32', 0, 90_000],
        ['randread-4KiB-qd64', 1, 100_000],
      ],
    );
  });

  test('refuses tables of which it is open whether they are of one run', () => {
    assert.throws(() => imported(command(32) + row(90_000) + total + row(100_000) + total), /several tables/);
    assert.throws(() => imported(command(32) + begin + row(90_000) + row(100_000) + total), /several rows/);
  });
});

describe('the layout since then', () => {
  const head =
    ' Device Information          : runtime(s)       IOPS      MiB/s     Fail/s     TO/s    Average        min        max\n';
  const job = (name: string, mask: number, told = ', workload: randwrite, depth: 16, IO size: 4096') =>
    `Job: ${name} (Core Mask 0x${mask}${told})\n`;
  const row = (name: string, iops: number, mean = 160) =>
    `\t ${name.padEnd(20)}:      10.00 ${iops}.00 ${(iops / 256).toFixed(2)}       0.30     0.10 ${mean}.00      50.00    1000.00\n`;
  const total = ` ===\n Total                       :             1.00       1.00       0.00     0.00     1.00      1.00     1.00\n`;
  const section = (kind: string, ...bodies: string[]) =>
    ` Latency ${kind}\n${bodies.map((body, i) => ` =====\n Job: Malloc${i} (Core Mask 0x1)\n${body}\n`).join('')}`;

  test('says by itself what ran', () => {
    const text = head + job('Malloc0', 1) + row('Malloc0', 100_000) + total;
    const [found] = imported(text).jobs;
    const { write } = found.directions;
    assert.deepEqual(
      [found.name, found.target, found.rw, found.bsBytes, found.iodepth, found.elapsedNs, found.errors.total],
      ['randwrite-4KiB-qd16', 'Malloc0', 'randwrite', 4096, 16, 10e9, 3],
    );
    assert.deepEqual(
      [write?.iops, write?.ios, write?.latencyNs],
      [100_000, 1_000_000, { min: 50_000, mean: 160_000, max: 1_000_000 }],
    );
  });

  test('has percentiles and histogram of each job', () => {
    const text =
      head +
      job('Malloc0', 1) +
      row('Malloc0', 10, 100) +
      job('Malloc1', 1) +
      row('Malloc1', 20, 200) +
      total +
      section('summary', ' 50.00000% :   100.000us', ' 50.00000% :   200.000us') +
      section(
        'histogram',
        '  99.000 -   101.000: 100.0000%  (      100)',
        ' 199.000 -   201.000: 100.0000%  (      200)',
      );
    assert.deepEqual(
      imported(text).jobs.map(({ target, directions: { write } }) => [
        target,
        write?.ios,
        write?.latencyNs.p50,
      ]),
      [
        ['Malloc0', 100, 100_000],
        ['Malloc1', 200, 200_000],
      ],
    );
    const fewer = text.replace(/ =====\n Job: Malloc1[^=]*$/, '');
    const { jobs } = imported(fewer);
    assert.ok(jobs.every(({ warnings }) => codes(warnings).includes('imported-headings-ambiguous')));
    assert.ok(jobs.every(({ directions }) => directions.write?.histogram === undefined));
  });

  test('takes from the command line what SPDK 23 does not say beside the job', () => {
    const text = command(8, 'read') + begin + head + job('Malloc0', 1, '') + row('Malloc0', 10) + total;
    const [found] = imported(text).jobs;
    assert.deepEqual([found.rw, found.iodepth], ['read', 8]);
  });

  test('tells of a run that failed or was stopped', () => {
    const failing = `${head + job('Malloc0', 1)}Job: Malloc0 ended in about 3.00 seconds with error\n${row('Malloc0', 10)}`;
    const failed = imported(failing + total);
    assert.deepEqual([failed.jobs[0].stopReason, failed.complete], ['errors', false]);
    const stopped = imported(
      `Received shutdown signal, test time was about 2.0 seconds\n${head}${job('Malloc0', 1)}${row('Malloc0', 10)}${total}`,
    );
    assert.deepEqual([stopped.jobs[0].stopReason, stopped.complete], ['interrupted', false]);
  });

  test('refuses a mix, and what neither reads nor writes', () => {
    const of = (told: string) => head + job('Malloc0', 1, told) + row('Malloc0', 10) + total;
    assert.throws(() => imported(of(', workload: randrw, percentage: 70, depth: 1, IO size: 512')), /apart/);
    assert.throws(
      () => imported(of(', workload: flush, depth: 1, IO size: 512')),
      /neither of reads nor of writes/,
    );
    const all = imported(of(', workload: rw, percentage: 100, depth: 1, IO size: 512'));
    assert.deepEqual(Object.keys(all.jobs[0].directions), ['read']);
  });
});

describe('the answer of the RPC', () => {
  const result = (more: object = {}) => ({
    ...{
      job: 'Malloc0',
      core_mask: '0x1',
      workload: 'write',
      status: 'finished',
      queue_depth: 16,
      io_size: 4096,
    },
    ...{ runtime: 5, iops: 1000.5, mibps: 3.9, io_failed: 2, io_timeout: 1 },
    ...{ avg_latency_us: 13.25, min_latency_us: 11.5, max_latency_us: 222.5 },
    ...more,
  });

  test('is a job for each bdev, with its cores as workers', () => {
    const results = [
      result(),
      result({ core_mask: '0x2', runtime: 5.000024 }),
      result({ job: 'Malloc1', core_mask: '0x4', status: 'terminated' }),
    ];
    const whole = imported(JSON.stringify({ results, core_count: 3 }, null, 2));
    assert.deepEqual(
      whole.jobs.map(({ target, numjobs, iodepth, stopReason, errors, directions: { write } }) => [
        ...[target, numjobs, iodepth, stopReason, errors.total, errors.timeouts, write?.iops],
      ]),
      [
        ['Malloc0', 2, 16, 'runtime', 4, 2, 2001],
        ['Malloc1', 1, 16, 'interrupted', 2, 1, 1000.5],
      ],
    );
    assert.deepEqual(whole.jobs[0].directions.write?.latencyNs, { min: 11_500, mean: 13_250, max: 222_500 });
    assert.deepEqual(parseResultText(formatJson(whole)), whole);
    const message = { jsonrpc: '2.0', id: 1, result: { results, core_count: 3 } };
    assert.deepEqual(imported(JSON.stringify(message)), whole);
  });

  test('is refused where it is of a mix, or not whole', () => {
    const of = (more: object) => JSON.stringify({ results: [result(more)] });
    assert.throws(() => imported(of({ workload: 'randrw', percentage: 50 })), ReportError);
    assert.throws(() => imported(of({ iops: -1 })), ReportError);
    assert.throws(() => imported(of({}).slice(0, 60)), /truncated/);
  });
});
