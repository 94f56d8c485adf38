import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BenchResult } from '../../../reports/document/index.js';
import { resultNames } from '../../../reports/html/result-names.js';
import { sampleResult } from '../sample.js';

function on(facts: { readonly modelNumber?: string; readonly target?: string }): BenchResult {
  const result = sampleResult();
  return { ...result, devices: result.devices.map((device) => ({ ...device, ...facts })) };
}
const namesOf = (files: string[] | undefined, ...results: BenchResult[]) => resultNames(results, files);
const { startedAt } = sampleResult();

test('results are called after their files, as short as tells them apart', () => {
  assert.deepEqual(namesOf(['a/old.json', 'b/new.json'], on({}), on({})), ['1: old.json', '2: new.json']);
  assert.deepEqual(namesOf(['a/r.json', 'b/r.json', 'b/s.json'], on({}), on({}), on({})), [
    '1: a/r.json',
    '2: b/r.json',
    '3: s.json',
  ]);
});

test('drives are named where they differ: by their model, else by how they are reached', () => {
  const models = namesOf(undefined, on({ modelNumber: 'A' }), on({ modelNumber: 'B' }));
  assert.deepEqual(models, ['1: A', '2: B']);
  const targets = namesOf(['x', 'y'], on({ target: 'sim' }), on({ target: 'sim:?size=1GiB' }));
  assert.deepEqual(targets, ['1: x, sim', '2: y, sim:?size=1GiB']);
});

test('without either it is the time when they began, and no name is longer than a legend bears', () => {
  assert.deepEqual(namesOf(undefined, on({}), on({})), [`1: ${startedAt}`, `2: ${startedAt}`]);
  const [name] = namesOf(['n'.repeat(500), 'y'], on({}), on({}));
  assert.ok(name.length < 100, name);
});
