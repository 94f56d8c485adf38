import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareMany, compareResults, parseJobMap } from '../../../reports/compare/index.js';
import { importFioDocuments } from '../../../reports/import/fio-documents.js';
import type { BenchResult, JobRecord } from '../../../reports/index.js';
import { ReportError } from '../../../reports/index.js';
import { documentText, jobText } from '../import/fio-text.js';
import { named, resultOf, runsAround } from './documents.js';

/** The result with its first job under these names, in its configuration too. */
function called(result: BenchResult, ...names: readonly string[]): BenchResult {
  const jobs = names.map((name): JobRecord => ({ ...result.jobs[0], name }));
  const config = { jobs: names.map((name) => ({ name, rw: 'randread' })) };
  return { ...result, jobs, config, workload: config };
}

const result = () => resultOf(runsAround(100_000, 1));
const options = { toolVersion: '9.9.9', importedAt: new Date('2025-03-01T12:00:00.000Z') };

test('a map pairs jobs of other names, and nothing else of the documents differs by it', () => {
  const [base, next] = [named('a', called(result(), 'old')), named('b', called(result(), 'new'))];
  assert.deepEqual(compareResults([base], [next]).jobs, []);
  const { jobs, unmatched, differences, notes } = compareResults([base], [next], { map: { old: 'new' } });
  assert.deepEqual(
    jobs.map(({ job, direction }) => [job, direction]),
    [['old', 'read']],
  );
  assert.deepEqual([unmatched, differences], [[], []]);
  assert.ok(notes.includes('old of the base is set against new of the new results'));
});

test('two names can be exchanged', () => {
  const both = named('a', called(result(), 'x', 'y'));
  const { jobs } = compareResults([both], [both], { map: { x: 'y', y: 'x' } });
  assert.deepEqual(
    jobs.map(({ job }) => job),
    ['x', 'y'],
  );
});

test('the name of a sweep stands for all of its jobs', () => {
  const sweep = (group: string): BenchResult => {
    const jobs = [1, 2].map((iodepth): JobRecord => {
      const name = `${group}[iodepth=${iodepth}]`;
      return { ...result().jobs[0], name, group, parameters: { iodepth }, iodepth };
    });
    const config = { jobs: jobs.map(({ name, iodepth }) => ({ name, iodepth })) };
    return { ...result(), jobs, config, workload: config };
  };
  const [base, next] = [named('a', sweep('s')), named('b', sweep('t'))];
  const { jobs, differences } = compareResults([base], [next], { map: { s: 't' } });
  assert.deepEqual(
    jobs.map(({ job }) => job),
    ['s[iodepth=1]', 's[iodepth=2]'],
  );
  assert.deepEqual(differences, []);
  const both = { s: 't', 's[iodepth=1]': 't[iodepth=2]' };
  assert.throws(
    () => compareResults([base], [next], { map: both }),
    (error: ReportError) => error.code === 'NOT_PAIRED' && /would both be s\[iodepth=1\]/.test(error.reason),
  );
});

test('an import is paired with what nvbench measured', () => {
  const base = named('fio', importFioDocuments([documentText([jobText({ jobname: 'job1' })])], options));
  const { jobs } = compareResults([base], [named('b', called(result(), 'randread'))], {
    map: { job1: 'randread' },
  });
  assert.deepEqual(
    jobs.map(({ job, role, direction }) => [job, role, direction]),
    [['job1', 0, 'read']],
  );
});

test('a ranking takes the map for all but the first', () => {
  const [a, b, c] = ['old', 'new', 'new'].map((name, i) => named(`${i}`, called(result(), name)));
  const { comparisons, rankings } = compareMany([a, b, c], { map: { old: 'new' }, metrics: ['iops'] });
  assert.deepEqual(
    comparisons.map(({ jobs }) => jobs.map(({ job }) => job)),
    [['old'], ['old']],
  );
  assert.deepEqual(
    rankings.map(({ results }) => results.length),
    [3],
  );
});

test('a map of names that are not there, or would be two jobs, is refused', () => {
  const base = [named('a', called(result(), 'old', 'other'))];
  const next = [named('b', called(result(), 'new', 'other'))];
  for (const [map, why] of [
    [{ none: 'new' }, /the base has no job none; its jobs: old, other/],
    [{ old: 'none' }, /the new side has no job none; its jobs: new, other/],
    [{ other: 'new' }, /has a job other of its own/],
    [{ old: 'new', other: 'new' }, /new is named for two jobs/],
  ] as const)
    assert.throws(
      () => compareResults(base, next, { map }),
      (error) => error instanceof ReportError && error.code === 'NOT_PAIRED' && why.test(error.message),
    );
});

test('old=new is read by the names that there are', () => {
  const base = [named('a', called(result(), 'old', 's[bs=4k,iodepth=1]', 'x', 'x=y'))];
  const next = [named('b', called(result(), 'new', 't[iodepth=1]', 'y=z', 'z'))];
  const parse = (...texts: string[]) => parseJobMap(texts, base, next);
  assert.deepEqual(parse('old=new', 's[bs=4k,iodepth=1]=t[iodepth=1]'), {
    old: 'new',
    's[bs=4k,iodepth=1]': 't[iodepth=1]',
  });
  for (const text of ['old', 'old=', 'new=old', 'old=none'])
    assert.throws(() => parse(text), /no job of the base/);
  assert.throws(() => parse('x=y=z'), /several ways/);
  assert.throws(() => parse('old=new', 'old=z'), /named twice/);
});
