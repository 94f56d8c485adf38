import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadUsages } from '../../../bench/commands/index.js';
import { JOB_KEYS, MATRIX_KEYS } from '../../../bench/config/job-keys.js';
import { modelOf } from '../../../bench/console/completion/model.js';
import { JOB_OPTIONS } from '../../../bench/usage/job-options.js';

const [{ options }] = (await loadUsages(['run'])).map(modelOf);

test('every key of a job is an option of run, once', () => {
  const names = options.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const key of Object.keys(JOB_KEYS)) assert.ok(names.includes(key), key);
});

test('those that a matrix may vary may be given several times unless they are flags, the others not', () => {
  for (const { name, isSwept, isFlag } of JOB_OPTIONS) {
    assert.equal(isSwept, !isFlag && MATRIX_KEYS.some((key) => key === name), name);
    assert.equal(options.find((option) => option.name === name)?.repeatable, isSwept, name);
  }
});

test('they are plain data, as the bundle has them', () => {
  assert.deepEqual(JSON.parse(JSON.stringify(JOB_OPTIONS)), JOB_OPTIONS);
});
