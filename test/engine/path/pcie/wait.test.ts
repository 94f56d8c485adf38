import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rest } from '../../../../engine/path/pcie/wait.js';

test('a rest of no time waits for no timer; any other lasts as long', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  await rest(0);
  let over = false;
  const rested = rest(2300).then(() => {
    over = true;
  });
  t.mock.timers.tick(2299);
  await Promise.resolve();
  assert.equal(over, false);
  t.mock.timers.tick(1);
  await rested;
});
