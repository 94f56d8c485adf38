import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EngineError } from '../../../engine/errors.js';
import { errorOf, file } from './config-text.js';

describe('ConfigError', () => {
  test('lists every problem, in the order of the file', () => {
    const error = errorOf([
      'device: sim',
      'hugepages: maybe',
      'jobs:',
      '  - name: a',
      '    rw: randreed',
      '    iodepth: 0',
      '  - rw: write',
      '    runtime: 1s',
      '    rwmixread: 3',
    ]);
    assert.deepEqual(
      error.issues.map(({ line, column, path }) => [line, column, path]),
      [
        [2, 12, 'hugepages'],
        [4, 5, 'jobs[0]'],
        [5, 9, 'jobs[0].rw'],
        [6, 14, 'jobs[0].iodepth'],
        [7, 5, 'jobs[1].name'],
        [7, 9, 'jobs[1].rw'],
        [9, 5, 'jobs[1].rwmixread'],
      ],
    );
    assert.equal(error.message.split('\n').length, error.issues.length);
  });

  test('shows 50 problems and counts the rest', () => {
    const error = errorOf([...file(), ...Array.from({ length: 60 }, (_, i) => `x${i}: 1`)]);
    const lines = error.message.split('\n');
    assert.equal(error.issues.length, 60);
    assert.equal(lines.length, 51);
    assert.equal(lines[50], '... and 10 more');
  });

  test('is an input error with the parts of an EngineError', () => {
    const error = errorOf('');
    assert.ok(error instanceof EngineError);
    assert.deepEqual([error.kind, error.code, error.target], ['input', 'CONFIG_INVALID', 'x.yaml']);
  });
});
