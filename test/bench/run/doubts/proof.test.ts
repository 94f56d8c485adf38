import assert from 'node:assert/strict';
import { test } from 'node:test';
import { proofDoubts } from '../../../../bench/run/doubts/proof.js';

const proof = { iosNoted: 1, checks: [{ check: 'coverage', holds: false, asked: 'one', found: 'two' }] };
const advice = (unexpectedCompletions: number): string =>
  proofDoubts(proof, { unexpectedCompletions })[0].advice;

test('what a device completed that was not outstanding is its own, and no defect of nvbench', () => {
  assert.match(advice(0), /defect of nvbench/);
  assert.match(advice(1), /^the device completed commands that were not outstanding/);
});
