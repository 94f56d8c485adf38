import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodePowerManagement } from '../../../engine/spec/index.js';

test('the Power Management feature has the state in bits 4:0 and the workload hint in bits 7:5', () => {
  assert.deepEqual(decodePowerManagement(0x43), { powerState: 3, workloadHint: 2 });
  assert.deepEqual(decodePowerManagement(0xffff_ff1f), { powerState: 31, workloadHint: 0 });
});
