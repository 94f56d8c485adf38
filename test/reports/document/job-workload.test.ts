/** Jobs are added up and compared by all that was asked of the device, also where documents tell of it in older ways. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { differencesOf } from '../../../reports/compare/index.js';
import { workloadOfJob } from '../../../reports/document/job-workload.js';
import {
  type BenchResult,
  formatJson,
  formatView,
  type JobRecord,
  mergeResults,
  parseResultText,
} from '../../../reports/index.js';
import { named } from '../compare/documents.js';
import { readJob, sampleResult } from '../sample.js';
import { fixtureText } from '../views/golden.js';

const WORKLOAD: NonNullable<JobRecord['workload']> = {
  rw: 'randread',
  bs: 4096,
  size: '50%',
  offset: 0,
  completion: 'poll',
};

/** A result of one job; `startedAt` tells it from others. */
function resultOf(minute: number, change: Partial<JobRecord> = {}): BenchResult {
  const startedAt = `2025-03-01T10:${String(minute).padStart(2, '0')}:00.000Z`;
  const job: JobRecord = { ...readJob(), workload: WORKLOAD, seedPolicy: 'own', startedAt, ...change };
  return { ...sampleResult(), config: { jobs: [{ name: `${minute}` }] }, jobs: [job] };
}

const sum = (...results: BenchResult[]): BenchResult =>
  mergeResults(results, { toolVersion: '0', sum: true });
const codes = ({ warnings }: BenchResult): string[] => warnings.map(({ code }) => code);
const UNKNOWN = { workload: undefined, seedPolicy: undefined };

describe('merge --sum', () => {
  test('adds up jobs of the same settings, whatever the order of their keys', () => {
    const turned = Object.fromEntries(Object.entries(WORKLOAD).reverse());
    const merged = sum(resultOf(1), resultOf(2, { workload: turned }));
    assert.deepEqual([merged.jobs.length, merged.jobs[0].sumOf, codes(merged)], [1, 2, []]);
    assert.deepEqual([merged.jobs[0].workload, merged.jobs[0].seedPolicy], [WORKLOAD, 'own']);
  });

  const unlike: readonly (readonly [what: string, change: Partial<JobRecord>])[] = [
    ['size', { workload: { ...WORKLOAD, size: '25%' } }],
    [
      'size, given or not',
      { workload: Object.fromEntries(Object.entries(WORKLOAD).filter(([key]) => key !== 'size')) },
    ],
    ['offset', { workload: { ...WORKLOAD, offset: 4096 } }],
    ['hybrid_spin', { workload: { ...WORKLOAD, hybrid_spin: '50us' } }],
    ['a key of a later version', { workload: { ...WORKLOAD, later_key: 1 } }],
    ['where seeds come from', { seedPolicy: 'fixed' }],
  ];
  for (const [what, change] of unlike)
    test(`leaves jobs apart that differ in ${what}`, () => {
      assert.equal(sum(resultOf(1), resultOf(2, change)).jobs.length, 2);
    });

  test('says so where it adds up jobs of which one does not tell all settings', () => {
    const merged = sum(resultOf(1), resultOf(2, UNKNOWN));
    assert.deepEqual([merged.jobs.length, codes(merged)], [1, ['merged-settings-unknown']]);
    assert.deepEqual([merged.jobs[0].workload, merged.jobs[0].seedPolicy], [undefined, undefined]);
  });

  test('takes settings that no document tells for the same where the configurations are', () => {
    const [a, b] = [resultOf(1, UNKNOWN), resultOf(2, UNKNOWN)];
    assert.deepEqual(codes(sum(a, b)), ['merged-settings-unknown']);
    assert.deepEqual(codes(sum(a, { ...b, config: a.config })), []);
  });

  test('does not guess to which of several a job belongs that does not tell its settings', () => {
    const other = resultOf(3, { workload: { ...WORKLOAD, size: '25%' } });
    const merged = sum(resultOf(1), resultOf(2, UNKNOWN), other, resultOf(4, UNKNOWN));
    assert.deepEqual(
      merged.jobs.map(({ sumOf, workload }) => [sumOf, workload?.size]),
      [
        [undefined, '50%'],
        [undefined, '25%'],
        [2, undefined],
      ],
    );
  });
});

const ofRun = (): BenchResult => parseResultText(fixtureText('results/v1-settings-of-run.json'));
const mergedOfRuns = (): BenchResult =>
  parseResultText(fixtureText('results/v1-settings-of-run-merged.json'));

/** As the program writes the same run today. */
function ofJobs(result: BenchResult): BenchResult {
  const jobs = result.jobs.map((job) => ({
    ...job,
    workload: workloadOfJob(result, job),
    seedPolicy: job.name === 'fixed' ? ('fixed' as const) : ('own' as const),
    startedAt: '2025-03-01T10:00:00.000Z',
  }));
  return { ...result, jobs };
}

describe('a document with settings of the run only', () => {
  test('tells those of each job, by the name it has in a sweep', () => {
    const result = ofRun();
    assert.deepEqual(
      result.jobs.map((job) => {
        const { bs, size, offset, hybrid_spin, ...rest } = workloadOfJob(result, job) ?? assert.fail();
        return [bs, size, offset, hybrid_spin, Object.keys(rest).length];
      }),
      [
        [4096, '50%', 1_048_576, undefined, 7],
        [4096, undefined, 0, '50us', 7],
        [4096, undefined, 0, '50us', 7],
        [4096, undefined, 0, undefined, 7],
        [8192, undefined, 0, undefined, 7],
      ],
    );
  });

  test('is added up with one whose jobs tell it', () => {
    const result = ofRun();
    const merged = sum(result, ofJobs(result));
    assert.deepEqual(
      [merged.jobs.map(({ sumOf }) => sumOf), codes(merged).filter((code) => code.startsWith('merged'))],
      [result.jobs.map(() => 2), []],
    );
  });

  test('is not added up with one that asked for another region, spin or seed', () => {
    const result = ofRun();
    const other = ofJobs(result);
    const [fixed, sleeping] = [other.jobs[0], other.jobs[1]];
    fixed.workload = { ...fixed.workload, size: 16_777_216 };
    sleeping.workload = { ...sleeping.workload, hybrid_spin: '100us' };
    other.jobs[3].seedPolicy = 'fixed';
    assert.deepEqual(
      sum(result, other).jobs.map(({ name, sumOf }) => [name, sumOf]),
      [
        ['fixed', undefined],
        ['fixed', undefined],
        ['sleeping', undefined],
        ['sleeping', undefined],
        ['sleeping', 2],
        ['sweep[bs=4k]', undefined],
        ['sweep[bs=4k]', undefined],
        ['sweep[bs=8k]', 2],
      ],
    );
  });

  test('compares with one whose jobs tell it', () => {
    assert.deepEqual(differencesOf(named('a', ofRun()), named('b', ofJobs(ofRun()))), []);
  });

  test('keeps them in a merged document, which has no workload of one run', () => {
    const other = ofRun();
    other.workload = { ...other.workload, hugepages: 'require' };
    other.host.hostname = 'bench2';
    const merged = mergeResults([ofRun(), other], { toolVersion: '0', sum: false });
    assert.equal(merged.workload, undefined);
    assert.deepEqual(merged.jobs[0].workload?.size, '50%');
    assert.deepEqual(parseResultText(formatJson(merged)), merged);
    const changed = structuredClone(merged);
    changed.jobs[0].workload = { ...changed.jobs[0].workload, size: '25%' };
    delete changed.jobs[1].workload?.hybrid_spin;
    assert.deepEqual(
      differencesOf(named('a', merged), named('b', changed)).map(({ fact, where, base, next, blocks }) => [
        ...[fact, where, base, next],
        blocks,
      ]),
      [
        ['job.size', 'job fixed', '50%', '25%', true],
        ['job.hybrid_spin', 'job sleeping', '50us', 'not given', true],
      ],
    );
  });

  test('that was merged from two configurations still opens, and its jobs are summed as before', () => {
    const merged = sum(mergedOfRuns(), rerun(ofRun()));
    assert.ok(codes(merged).includes('merged-settings-unknown'));
    assert.equal(merged.jobs.length, ofRun().jobs.length);
  });
});

/** The same run, begun at another time. */
function rerun(result: BenchResult): BenchResult {
  const jobs = result.jobs.map((job) => ({ ...job, startedAt: '2025-03-01T10:00:00.000Z' }));
  return { ...result, jobs };
}

describe('reports', () => {
  const later = resultOf(1, { workload: { ...WORKLOAD, later_key: 1024, later_map: { a: '1%' } } });
  const options = { text: { color: false, width: 200 }, unit: 'us' } as const;

  for (const format of ['text', 'markdown', 'html'] as const)
    test(`${format} names the keys of later versions, and those only`, () => {
      const text = formatView(format, [later], options).replaceAll('\\', '').replaceAll('&quot;', '"');
      assert.match(text, /later_key 1024, later_map \{"a":"1%"\}/);
      assert.doesNotMatch(formatView(format, [resultOf(1)], options), /completion poll|size 50/);
    });

  test('csv has a column for each key without one, after all others', () => {
    const [head, row, older] = formatView('csv', [later, ofRun()], options)
      .split('\r\n')
      .map((line) => line.split(',').slice(-7));
    const keys = ['completion', 'hybrid_spin', 'later_key', 'later_map', 'offset', 'ramp_time', 'size'];
    assert.deepEqual(head, keys);
    assert.deepEqual(row, ['poll', '', '1024', '"{""a"":""1%""}"', '0', '', '50%']);
    assert.deepEqual(older, ['poll', '', '', '', '1048576', '10ms', '50%']);
  });
});
