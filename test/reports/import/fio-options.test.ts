import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differencesOf } from '../../../reports/compare/index.js';
import { importFioDocuments } from '../../../reports/import/fio-documents.js';
import { directionText, documentText, jobText } from './fio-text.js';

const options = { toolVersion: '9.9.9', importedAt: new Date('2025-03-01T12:00:00.000Z') };
const imported = (...documents: readonly object[]) => importFioDocuments(documents, options);
const codes = (warnings: readonly { code: string }[]): string[] => warnings.map(({ code }) => code);

const GIVEN = { rw: 'randread', bs: '4k', iodepth: '4', runtime: '1', ioengine: 'libaio' };
const withOptions = (more: object, job: object = {}) =>
  jobText({ 'job options': { ...GIVEN, ...more }, ...job });

/** What stands in the way of setting two imports against each other. */
function differences(a: object, b: object): string[] {
  const [base, next] = [a, b].map((job) => ({ name: '', result: imported(documentText([job])) }));
  return differencesOf(base, next)
    .filter(({ blocks }) => blocks)
    .map(({ fact, where, base: from, next: to }) => `${fact} ${where}: ${from}, ${to}`);
}

test('options of fio that ask something else of the device are differences by name', () => {
  const found = (a: object, b: object): string[] => differences(withOptions(a), withOptions(b));
  assert.deepEqual(found({ rate_iops: '1k' }, { rate_iops: '2000' }), [
    'config jobs.j.rate_iops: 1024, 2000',
  ]);
  assert.deepEqual(found({}, { ioengine: 'null' }), ['config jobs.j.ioengine: libaio, null']);
  assert.deepEqual(found({}, { direct: '1' }), ['config jobs.j.direct: not given, 1']);
  assert.deepEqual(found({ bs: '8k,4k' }, { bs: '8k,16k' }), ['config jobs.j.bs: 8192,4096, 8192,16384']);
  assert.deepEqual(found({ bssplit: '4k/50:64k/50' }, { bssplit: '4k/40:64k/60' }), [
    'config jobs.j.bssplit: 4096/50:65536/50, 4096/40:65536/60',
  ]);
  assert.deepEqual(found({}, { runtime: '2' }), ['config jobs.j.runtime: 1s, 2s']);
});

test('another spelling, a default that is written out, seeds, files and logs are none', () => {
  const a = { size: '1g', thinktime: '1ms', direct: '1', randseed: '1', bssplit: '4k/50:64k/50' };
  const b = {
    ...{ size: '1024m', thinktime: '1000', buffered: '0', randseed: '2', bssplit: '4096/50:65536/50' },
    ...{ name: 'x', description: 'y', write_lat_log: 'z', log_avg_msec: '9', lat_percentiles: '1' },
    ...{ loops: '1', norandommap: '0', filename: 'fio libaio', runtime: '1000ms' },
  };
  // What was done of each size differs from run to run.
  const other = { read: directionText({ bytes: 5_000_000 }) };
  assert.deepEqual(differences(withOptions(a), withOptions(b, other)), []);
});

test('an import from before the options were kept is told from others, and does not stand in the way', () => {
  const [base, next] = [imported(documentText()), imported(documentText())];
  const { workload: _, ...older } = base;
  const old = { ...older, jobs: base.jobs.map(({ workload: _workload, ...job }) => job) };
  assert.deepEqual(
    differencesOf({ name: '', result: old }, { name: '', result: next }).map(({ fact, blocks }) => [
      fact,
      blocks,
    ]),
    [['config', false]],
  );
});

test('completion and total latency are a difference', () => {
  const { clat_ns: completion, ...read } = directionText();
  assert.deepEqual(differences(jobText(), jobText({ read: { ...read, lat_ns: completion } })), [
    'job.latency job j: completion latency (clat) as fio took it, total latency (lat) as fio took it, from before the submission on',
  ]);
});

test('sections and runs of one name whose options differ have these in their names', () => {
  const [a, b] = [
    withOptions({}),
    withOptions({ rate_iops: '2000' }, { read: directionText({ ios: 2000 }) }),
  ];
  const namesOf = (...documents: object[]): string[] => imported(...documents).jobs.map(({ name }) => name);
  const apart = ['j', 'j[rate_iops=2000]'];
  assert.deepEqual(namesOf(documentText([a, b])), apart);
  const run = (job: object, atMs: number) => documentText([job], { timestamp_ms: 1_700_000_000_000 + atMs });
  assert.deepEqual(namesOf(run(a, 0), run(b, 5000)), apart);
  // The second has more I/Os and began before the first had ended, as a later state of it would.
  assert.deepEqual(namesOf(run(a, 0), run(b, 500)), apart);
  assert.deepEqual(codes(imported(documentText([a, b])).warnings), [
    'imported-without-host',
    'imported-without-device',
  ]);
});

test('a job that stands for a group of several says so, and so does one that did what its pattern never does', () => {
  const warned = (given: object, job: object): string[] =>
    codes(imported(documentText([withOptions(given, job)])).jobs[0].warnings).filter((code) =>
      /group|pattern/.test(code),
    );
  const joined = ['imported-group-joined'];
  assert.deepEqual(warned({}, { job_runtime: 2000 }), joined);
  assert.deepEqual(warned({ numjobs: '2' }, { job_runtime: 3000 }), joined);
  assert.deepEqual(warned({ numjobs: '2' }, { job_runtime: 2000 }), []);
  assert.deepEqual(warned({ group_reporting: '1' }, { job_runtime: 1000 }), []);
  assert.deepEqual(warned({ group_reporting: '1' }, {}), joined);
  assert.deepEqual(warned({ rw: 'randwrite' }, {}), ['imported-pattern-contradicted']);
  assert.deepEqual(warned({ rw: 'write', verify: 'crc32c' }, {}), []);
  assert.deepEqual(warned({ rw: 'randrw' }, {}), []);
});

test('kb_base counts where the I/Os are of its size: on a command line not for what stands before it', () => {
  const size = (bytes: number): number => {
    const read = directionText({ ios: 1000, bytes: 1000 * bytes });
    return imported(documentText([withOptions({ kb_base: '1000' }, { read })])).jobs[0].bsBytes;
  };
  assert.deepEqual([size(4096), size(4000)], [4096, 4000]);
});
