import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare, compareMany } from '../../../bench/judge/compare.js';
import { EngineError } from '../../../engine/errors.js';
import type { BenchResult } from '../../../reports/index.js';
import { sampleResult } from '../../reports/sample.js';

const called = (name: string): BenchResult => {
  const { jobs, ...rest } = sampleResult();
  return { ...rest, jobs: [{ ...jobs[0], name }] };
};

function refusal(work: () => unknown): EngineError {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof EngineError, String(error));
    return error;
  }
  assert.fail('it was taken');
}

test('says what each side measures where nothing pairs, before what else differs', () => {
  const next = { ...called('new'), host: { ...sampleResult().host, cpuModel: 'another' } };
  for (const work of [
    () => compare(called('old'), next),
    () => compare(called('old'), next, { force: true }),
    () => compareMany([called('old'), next, next]),
  ]) {
    const { code, kind, reason, hint } = refusal(work);
    assert.deepEqual([code, kind], ['NOTHING_TO_PAIR', 'input']);
    assert.match(reason, /measures old read; .* measures new read/);
    assert.match(hint, /--map/);
  }
});

test('says that a result has no job at all', () => {
  assert.match(refusal(() => compare(called('old'), { ...called('new'), jobs: [] })).reason, /measures none/);
});

test('pairs jobs by a map', () => {
  const { jobs } = compare(called('old'), called('new'), { map: { old: 'new' } });
  assert.deepEqual([...new Set(jobs.map(({ job }) => job))], ['old']);
  assert.equal(
    refusal(() => compare(called('old'), called('new'), { map: { old: 'x' } })).code,
    'NOT_PAIRED',
  );
});
