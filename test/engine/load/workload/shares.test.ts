import assert from 'node:assert/strict';
import { test } from 'node:test';
import { operationsOf, sharesOf } from '../../../../engine/load/workload/shares.js';

const MIX = [
  { operation: 'verify', percent: 40 },
  { operation: 'write', percent: 0 },
  { operation: 'read', percent: 60 },
] as const;

test('a job of reads and writes has shares of both, and none of 0 percent', () => {
  assert.deepEqual(sharesOf({ readPercent: 70 }), [
    { operation: 'read', percent: 70 },
    { operation: 'write', percent: 30 },
  ]);
  assert.deepEqual(sharesOf({ readPercent: 100 }), [{ operation: 'read', percent: 100 }]);
  assert.deepEqual(sharesOf({ readPercent: 0 }), [{ operation: 'write', percent: 100 }]);
});

test('the shares of a mix are its own, in its order, whatever the share of reads is', () => {
  assert.deepEqual(sharesOf({ readPercent: 100, mix: MIX }), [MIX[0], MIX[2]]);
});

test('operations come in their order, and a flush only where there are some', () => {
  assert.deepEqual(operationsOf({ readPercent: 50, mix: MIX }), ['read', 'verify']);
  assert.deepEqual(operationsOf({ readPercent: 50, mix: MIX, flushEvery: 3 }), ['read', 'flush', 'verify']);
  assert.deepEqual(operationsOf({ readPercent: 0, flushEvery: 0 }), ['write']);
});
