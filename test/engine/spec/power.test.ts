import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodePowerManagement, decodePowerStates } from '../../../engine/spec/index.js';

test('the Power Management feature has the state in bits 4:0 and the workload hint in bits 7:5', () => {
  assert.deepEqual(decodePowerManagement(0x43), { powerState: 3, workloadHint: 2 });
  assert.deepEqual(decodePowerManagement(0xffff_ff1f), { powerState: 31, workloadHint: 0 });
});

test('states in which no I/O is done are those whose descriptor has NOPS, as far as NPSS goes', () => {
  const data = new DataView(new ArrayBuffer(2048 + 4 * 32));
  for (const [state, flags] of [0, 2, 1, 3].entries()) data.setUint8(2048 + state * 32 + 3, flags);
  assert.deepEqual(decodePowerStates(data, 2048, 4), { powerStates: 4, idlePowerStates: [1, 3] });
  assert.deepEqual(decodePowerStates(data, 2048, 3), { powerStates: 3, idlePowerStates: [1] });
  assert.deepEqual(decodePowerStates(data, 2048, 1), { powerStates: 1 });
});
