import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CTL_COMMANDS } from '../../../bench/usage/serve.js';
import { CONTROL_COMMANDS } from '../../../engine/index.js';

test('help and completion know the orders that a server takes', () => {
  assert.deepEqual(CTL_COMMANDS, CONTROL_COMMANDS);
});
