import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decodeCounts } from '../../../engine/stats/hdr-decode.js';
import { totalCountOf } from '../../../engine/stats/percentiles.js';
import { compareResults } from '../../../reports/compare/index.js';
import { evaluateGates, parseGate } from '../../../reports/gates/index.js';
import { importFioDocuments } from '../../../reports/import/fio-documents.js';
import { formatJson, parseResultText, ReportError } from '../../../reports/index.js';
import { fioBins } from '../../../reports/views/fio-bins.js';
import { formatFioJson } from '../../../reports/views/fio-json.js';
import { sampleResult } from '../sample.js';
import { fixtureText } from '../views/golden.js';
import { directionText, documentText, jobText, oldDirection } from './fio-text.js';

const importedAt = new Date('2025-03-01T12:00:00.000Z');
const importing = { toolVersion: '9.9.9', importedAt };

interface FioJobText {
  jobname: string;
  'job options': Record<string, string>;
  read: { total_ios: number; clat_ns: { bins: Record<string, number>; percentile: Record<string, number> } };
}

interface FioText {
  jobs: FioJobText[];
  [field: string]: unknown;
}

const jsonPlus = (): FioText => JSON.parse(fixtureText('imports/fio-jsonplus.json')) as FioText;
const plain = (): FioText => JSON.parse(fixtureText('imports/fio-plain.json')) as FioText;
const imported = (json: unknown) => importFioDocuments([json], importing);
const codes = (warnings: readonly { code: string }[]): string[] => warnings.map(({ code }) => code);

describe('importFioDocuments', () => {
  test('takes jobs with their settings', () => {
    const { jobs, imported: from } = imported(jsonPlus());
    assert.deepEqual(from, { tool: 'fio', version: '3.33' });
    assert.deepEqual(
      jobs.map(({ name, target, rw, rwmixread, bsBytes, iodepth, numjobs, stopReason }) => [
        ...[name, target, rw, rwmixread, bsBytes, iodepth, numjobs, stopReason],
      ]),
      [
        ['mixed', '/dev/nvme0n1', 'randrw', 70, 4096, 8, 1, 'runtime'],
        ['seq', '/dev/nvme0n1', 'read', undefined, 131_072, 2, 2, 'runtime'],
      ],
    );
  });

  test('takes figures, percentiles as printed and the histogram of json+', () => {
    const fio = jsonPlus().jobs[0].read;
    const { read } = imported(jsonPlus()).jobs[0].directions;
    assert.ok(read);
    assert.deepEqual([read.ios, read.latencyNs.p50], [fio.total_ios, fio.clat_ns.percentile['50.000000']]);
    const counts = decodeCounts(read?.histogram?.data ?? assert.fail());
    assert.equal(totalCountOf(counts), fio.total_ios);
    assert.deepEqual(Object.fromEntries(fioBins(counts)), fio.clat_ns.bins);
  });

  test('is a document that opens', () => {
    for (const json of [jsonPlus(), plain()])
      assert.deepEqual(parseResultText(formatJson(imported(json))), imported(json));
  });

  test('marks what the text lacks', () => {
    const whole = imported(jsonPlus());
    assert.deepEqual(codes(whole.warnings), ['imported-without-host', 'imported-without-device']);
    assert.deepEqual(codes(whole.jobs[0].warnings), ['imported-coarse-histogram']);
    const [job] = imported(plain()).jobs;
    assert.deepEqual(codes(job.warnings), ['imported-without-histogram']);
    assert.equal(job.directions.write?.histogram, undefined);
    assert.equal(job.directions.write?.latencyNs.p99_999, undefined);
    assert.ok(job.directions.write?.latencyNs.p99_99);
  });

  test('joins clones that fio reports one by one', () => {
    const json = jsonPlus();
    const [, clone] = json.jobs;
    const [one, both] = [[clone], [clone, clone]].map((jobs) => imported({ ...json, jobs }).jobs);
    assert.deepEqual([one.length, both.length, both[0].numjobs], [1, 1, 2]);
    assert.equal(both[0].directions.read?.ios, 2 * (one[0].directions.read?.ios ?? 0));
  });

  test('joins clones whose number stands among the options of all jobs', () => {
    const json = jsonPlus();
    const { numjobs: _own, ...options } = json.jobs[1]['job options'];
    const clone = { ...json.jobs[1], 'job options': options };
    const global = { ...(json['global options'] as object), numjobs: '2' };
    const { jobs } = imported({ ...json, 'global options': global, jobs: [clone, clone] });
    assert.deepEqual([jobs.length, jobs[0].numjobs], [1, 2]);
  });

  test('does not join jobs that merely share a name', () => {
    const json = jsonPlus();
    assert.equal(imported({ ...json, jobs: [json.jobs[0], json.jobs[0]] }).jobs.length, 2);
  });

  test('reads what this tool exports as json+, to the same bins', () => {
    const text = formatFioJson(sampleResult());
    const [fio] = (JSON.parse(text) as FioText).jobs;
    const [job] = imported(JSON.parse(text)).jobs;
    const counts = decodeCounts(job.directions.read?.histogram?.data ?? assert.fail());
    assert.deepEqual(Object.fromEntries(fioBins(counts)), fio.read.clat_ns.bins);
    assert.deepEqual([job.name, job.seed, job.iodepth], ['randread-qd32', 7, 32]);
  });

  test('reads fio 2, whose latencies are microseconds', () => {
    const clat = { min: 5, max: 90, mean: 10.5, stddev: 2, percentile: { '50.000000': 10, '99.000000': 80 } };
    const read = { io_bytes: 4_096_000, bw: 4000, iops: 1000, runtime: 1000, total_ios: 1000, clat };
    const job = { jobname: 'old', read };
    const { jobs } = imported({ 'fio version': 'fio-2.21', timestamp: 1_740_823_200, jobs: [job] });
    const { directions, rw, bsBytes } = jobs[0];
    assert.deepEqual([rw, bsBytes, directions.read?.bandwidthBytesPerSecond], ['read', 4096, 4_096_000]);
    assert.deepEqual(directions.read?.latencyNs, {
      min: 5000,
      max: 90_000,
      mean: 10_500,
      stddev: 2000,
      p50: 10_000,
      p99: 80_000,
    });
  });

  test('reads the clients of a server without their sum', () => {
    const { jobs: client_stats, ...json } = jsonPlus();
    const all = { ...client_stats[0], jobname: 'All clients' };
    const { jobs, host } = imported({
      ...json,
      client_stats: [{ ...client_stats[0], hostname: 'client1' }, all],
    });
    assert.deepEqual([jobs.length, host.hostname], [1, 'client1']);
  });

  test('has a client/server run as one run of its hosts, which keep their names', () => {
    const clients = (slower: number) =>
      Array.from({ length: 6 }, (_, i) =>
        jobText({
          hostname: `h${i}`,
          port: 8765,
          read: directionText({ ios: 1000 - slower + 3 * i }),
        }),
      );
    const document = (slower: number) => ({
      'fio version': 'fio-3.36',
      'global options': {},
      client_stats: [...clients(slower), jobText({ jobname: 'All clients' })],
    });
    const [a, b] = [imported(document(0)), imported(document(100))];
    assert.deepEqual(
      a.hosts?.map(({ hostname }) => hostname),
      ['h0', 'h1', 'h2', 'h3', 'h4', 'h5'],
    );
    assert.deepEqual(
      a.jobs.map(({ name, hostIndex }) => [name, hostIndex]),
      [0, 1, 2, 3, 4, 5].map((i) => ['j', i]),
    );
    assert.deepEqual(parseResultText(formatJson(a)), a);
    const { jobs } = compareResults([{ name: 'a', result: a }], [{ name: 'b', result: b }]);
    assert.deepEqual(
      jobs.map(({ role, basis, runs, observations }) => [role, basis, runs, observations]),
      [0, 1, 2, 3, 4, 5].map((i) => [i, 'single', [1, 1], [1, 1]]),
    );
  });

  test('tells servers on one host apart by their ports', () => {
    const client = (port: number) => jobText({ hostname: 'h', port });
    const { hosts } = imported(documentText([], { jobs: undefined, client_stats: [client(1), client(2)] }));
    assert.deepEqual(
      hosts?.map(({ hostname }) => hostname),
      ['h:1', 'h:2'],
    );
  });

  test('does not take clones or sections that nothing tells apart for repeats', () => {
    const bare = jobText({ 'job options': undefined });
    const result = imported(documentText([bare, bare, { ...bare, groupid: 1 }]));
    assert.deepEqual(
      result.jobs.map(({ name }) => name),
      ['j', 'j (2)', 'j (3)'],
    );
    assert.ok(codes(result.warnings).includes('imported-names-repeated'));
    const { jobs } = compareResults([{ name: 'a', result }], [{ name: 'b', result }]);
    assert.deepEqual(
      jobs.map(({ runs, observations }) => [runs, observations]),
      [0, 1, 2].map(() => [
        [1, 1],
        [1, 1],
      ]),
    );
  });

  test('joins no more clones than their section has', () => {
    const clone = jobText({ 'job options': { rw: 'randread', bs: '4k', numjobs: '2' } });
    const { jobs } = imported(documentText([clone, clone, clone, clone]));
    assert.deepEqual(
      jobs.map(({ name, numjobs, directions }) => [name, numjobs, directions.read?.ios]),
      [
        ['j', 2, 2000],
        ['j (2)', 2, 2000],
      ],
    );
    assert.ok(codes(jobs[0].warnings).includes('imported-without-percentiles'));
  });

  test('takes what unified_rw_reporting adds up for the direction that the pattern has', () => {
    const mixed = directionText();
    const job = (options: Record<string, string>) =>
      jobText({ read: undefined, mixed, 'job options': { bs: '4k', ...options } });
    const directions = (options: Record<string, string>, more = {}) =>
      Object.entries(
        importFioDocuments([documentText([job(options)])], { ...importing, ...more }).jobs[0].directions,
      ).map(([name, part]) => [name, part?.ios]);
    assert.deepEqual(directions({ rw: 'randread' }), [['read', 1000]]);
    assert.deepEqual(directions({ rw: 'write' }), [['write', 1000]]);
    assert.deepEqual(directions({ rw: 'randrw', rwmixread: '100' }), [['read', 1000]]);
    assert.deepEqual(directions({ rw: 'rw', rwmixwrite: '100' }), [['write', 1000]]);
    assert.deepEqual(directions({}, { rw: 'read' }), [['read', 1000]]);
    assert.throws(() => directions({ rw: 'randrw', rwmixread: '70' }), /reads and writes together/);
    assert.throws(() => directions({}), /does not say which/);
  });

  test('leaves the sum over both directions out where each has its own', () => {
    const both = {
      read: directionText({ ios: 700 }),
      write: directionText({ ios: 300 }),
      mixed: directionText(),
    };
    const [job] = imported(documentText([jobText(both)])).jobs;
    assert.deepEqual([job.directions.read?.ios, job.directions.write?.ios], [700, 300]);
  });

  test('has no latencies of a job that took none, so that no gate on them passes', () => {
    const none = { min: 0, max: 0, mean: 0, stddev: 0, N: 0 };
    const read = directionText({ more: { clat_ns: none, lat_ns: none } });
    const result = imported(documentText([jobText({ read })]));
    assert.deepEqual(result.jobs[0].directions.read?.latencyNs, {});
    assert.deepEqual(codes(result.jobs[0].warnings), ['imported-without-latency']);
    const baseline = { name: 'b', result: imported(documentText()) };
    const verdict = (gate: string) =>
      evaluateGates({ gates: [parseGate(gate)], result: { name: 'r', result }, baseline }).verdict;
    for (const gate of ['max <= 1us', 'p99 <= 1us', 'mean <= 1us', 'p50 <= 1s', 'max <= -1% vs baseline'])
      assert.equal(verdict(gate), 'invalid', gate);
    assert.equal(verdict('iops >= 1'), 'pass');
    assert.notEqual(verdict('iops >= -1% vs baseline'), 'invalid');
  });

  test('a job of which nothing completed took its measured time, without ramp, delay and jobs before it', () => {
    const none = directionText({ ios: 0, more: { runtime: 0 } });
    const seconds = (options: Readonly<Record<string, string>>, more: Readonly<Record<string, unknown>>) =>
      imported(documentText([jobText({ read: none, elapsed: 41, 'job options': options, ...more })])).jobs[0]
        .elapsedNs / 1e9;
    const ramped = { rw: 'randread', runtime: '20', time_based: '1', ramp_time: '15', startdelay: '5s' };
    const { time_based: _, ...sized } = ramped;
    assert.equal(seconds(ramped, { job_runtime: 20_102 }), 20.102);
    assert.equal(seconds({ ...ramped, numjobs: '4', group_reporting: '1' }, { job_runtime: 80_400 }), 20.1);
    assert.equal(seconds(ramped, {}), 20);
    assert.equal(seconds(sized, {}), 21);
  });

  test('warns of I/Os that it worked out, bins that it dropped, and syncs', () => {
    const warned = (job: Record<string, unknown>): string[] =>
      codes(imported(documentText([jobText(job)])).jobs[0].warnings);
    assert.ok(warned({ read: oldDirection({}) }).includes('imported-estimated-ios'));
    const clat_ns = { ...directionText().clat_ns, bins: { some: 1 } };
    assert.ok(warned({ read: directionText({ more: { clat_ns } }) }).includes('imported-bins-left-out'));
    assert.ok(warned({ sync: { total_ios: 3, lat_ns: {} } }).includes('imported-sync-left-out'));
    const { clat_ns: _clat, ...total } = directionText();
    assert.ok(warned({ read: total }).includes('imported-total-latency'));
  });

  test('says which settings it had to assume, unless they are given', () => {
    const { 'job options': _, ...silent } = jobText();
    const of = (more: object) => {
      const [job] = importFioDocuments([documentText([silent])], { ...importing, ...more }).jobs;
      return [job.rw, job.iodepth, codes(job.warnings).includes('imported-settings-assumed')];
    };
    assert.deepEqual(of({}), ['read', 1, true]);
    assert.deepEqual(of({ rw: 'randread' }), ['randread', 1, true]);
    assert.deepEqual(of({ rw: 'randread', iodepth: 4 }), ['randread', 4, false]);
  });

  test('says that a steady state was not reached', () => {
    const told = (more: Readonly<Record<string, unknown>>) =>
      codes(imported(documentText([jobText(more)])).jobs[0].warnings);
    const steady = { ss: 'iops:1%', duration: 9, attained: 1 };
    assert.ok(told({ steadystate: { ...steady, attained: 0 } }).includes('imported-not-steady'));
    for (const more of [{ steadystate: steady }, {}]) assert.ok(!told(more).includes('imported-not-steady'));
  });

  test('tells of errors and trims', () => {
    const json = jsonPlus();
    const trim = { total_ios: 5 };
    const [job] = imported({ ...json, jobs: [{ ...json.jobs[1], error: 5, total_err: 3, trim }] }).jobs;
    assert.deepEqual([job.stopReason, job.errors.total, job.directions.read?.errors], ['errors', 3, 3]);
    assert.ok(codes(job.warnings).includes('imported-trim-left-out'));
  });

  test('refuses other JSON, with a reason', () => {
    for (const json of [{}, [], null, 7, { 'fio version': 'fio-3.33' }, { 'fio version': 'x', jobs: [] }])
      assert.throws(() => imported(json), ReportError);
    const json = jsonPlus();
    const jobs = [{ ...json.jobs[0], read: { ...json.jobs[0].read, total_ios: 'many' } }];
    assert.throws(() => imported({ ...json, jobs }), /jobs\.0\.read\.total_ios: expected number/);
  });
});
