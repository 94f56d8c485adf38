import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recoveryTexts } from '../../../reports/document/recovery.js';

const at = '2026-01-01T00:00:00.000Z';

test('each step is told with what came of it, several alike once, in order', () => {
  const abort = { at, action: 'abort', what: 'Abort of slot 1', done: false, reason: 'it was not' } as const;
  const reset = { at, action: 'reset', what: 'Reset of the controller', done: true } as const;
  assert.deepEqual(recoveryTexts({ recovery: [abort, { ...abort, what: 'Abort of slot 2' }, reset] }), [
    'Abort of slot 1, and 1 more like it failed: it was not',
    'Reset of the controller',
  ]);
  assert.deepEqual(recoveryTexts({}), []);
});
