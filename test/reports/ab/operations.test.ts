import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AbAnalysis, analyseAb } from '../../../reports/ab/index.js';
import type { JobRecord } from '../../../reports/index.js';
import { resultOf } from '../compare/documents.js';
import { experimentOf } from './experiments.js';

const HASH = { version: 1, value: '00000000000000aa', iosPerWorker: 1024 };

/** Legs of one seed whose jobs have the changes. */
const hashed = (change: (role: string, block: number) => Partial<JobRecord>) =>
  analyseAb(
    experimentOf((role, block) => {
      const result = resultOf([{ meanNs: 100_000 }], block);
      const jobs = result.jobs.map((job) => ({
        ...job,
        seed: 1,
        operationsHash: HASH,
        ...change(role, block),
      }));
      return { ...result, jobs };
    }),
  );
const codesOf = ({ warnings }: AbAnalysis): [string, number][] =>
  warnings.filter(({ code }) => code === 'operations-differ').map(({ code, legs }) => [code, legs]);
const OTHER = { operationsHash: { ...HASH, value: '00000000000000bb' } };
const ALIKE = /every leg began with the same I\/Os/;

test('legs that began with the same I/Os are said to', () => {
  const analysis = hashed(() => ({}));
  assert.deepEqual(codesOf(analysis), []);
  assert.match(analysis.notes.join('\n'), ALIKE);
});

test('a side of other I/Os with the same seed and settings is a warning, with the number of legs', () => {
  const analysis = hashed((role) => (role === 'B' ? OTHER : {}));
  assert.deepEqual(codesOf(analysis), [['operations-differ', 6]]);
  assert.doesNotMatch(analysis.notes.join('\n'), ALIKE);
});

test('one leg of other I/Os is found wherever it is', () => {
  assert.deepEqual(codesOf(hashed((role, block) => (role === "A'" && block === 9 ? OTHER : {}))), [
    ['operations-differ', 1],
  ]);
});

test('other I/Os that settings or seeds explain are no warning, and are not said to be the same', () => {
  const sizes = hashed((role) =>
    role === 'B' ? { ...OTHER, workload: { bs: 8192 } } : { workload: { bs: 4096 } },
  );
  const seeds = hashed((role) => (role === 'B' ? { ...OTHER, seed: 2 } : {}));
  for (const analysis of [sizes, seeds]) {
    assert.deepEqual(codesOf(analysis), []);
    assert.doesNotMatch(analysis.notes.join('\n'), ALIKE);
  }
});

test('another depth explains no other I/Os', () => {
  const analysis = hashed((role) =>
    role === 'B' ? { ...OTHER, workload: { iodepth: 8 } } : { workload: { iodepth: 4 } },
  );
  assert.deepEqual(codesOf(analysis), [['operations-differ', 6]]);
});

test('legs without a hash are counted, and nothing is said of the job', () => {
  const analysis = hashed((role, block) => (role === 'A' && block < 2 ? { operationsHash: undefined } : {}));
  assert.deepEqual(codesOf(analysis), []);
  assert.doesNotMatch(analysis.notes.join('\n'), ALIKE);
  assert.match(analysis.notes.join('\n'), /2 of 24 legs of job randread were too short/);
  assert.doesNotMatch(hashed(() => ({ operationsHash: undefined })).notes.join('\n'), /too short/);
});
