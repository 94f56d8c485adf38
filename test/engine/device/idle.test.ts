import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigurationWrites } from '../../../engine/device/configuration-writes.js';
import { ControlLines } from '../../../engine/device/control.js';
import { IdlePolicy } from '../../../engine/device/idle.js';

/** How long each sleep of a controller was to be that nobody wakes. */
class Sleeps extends ControlLines {
  readonly ms: number[] = [];

  override sleep(_count: number, timeoutMs: number): void {
    this.ms.push(timeoutMs);
  }
}

function sleepsOf(longIdleAfterMs: number, rests: number): number[] {
  const control = new Sleeps();
  const patience = { spinPasses: 1, sleepAfterMs: 0, longIdleAfterMs };
  const idle = new IdlePolicy(control, new ConfigurationWrites(control), patience);
  // The clock is looked at every 64 passes.
  for (let i = 0; i < 63 + rests; i++) idle.rest(false);
  return control.ms;
}

test('sleeps grow to a millisecond, which the first command after a pause waits at most', () =>
  assert.deepEqual(sleepsOf(60_000, 8), [0.05, 0.1, 0.2, 0.4, 0.8, 1, 1, 1]));

test('a controller that has been idle for long sleeps longer', () =>
  assert.deepEqual(sleepsOf(0, 10).slice(5), [1.6, 3.2, 6.4, 8, 8]));

test('work ends it: the next sleep is short again', () => {
  const control = new Sleeps();
  const patience = { spinPasses: 1, sleepAfterMs: 0, longIdleAfterMs: 0 };
  const idle = new IdlePolicy(control, new ConfigurationWrites(control), patience);
  for (let i = 0; i < 80; i++) idle.rest(false);
  const before = control.ms.length;
  idle.worked();
  for (let i = 0; i < 64; i++) idle.rest(false);
  assert.equal(control.ms[before], 0.05);
});
