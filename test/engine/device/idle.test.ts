import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigurationWrites } from '../../../engine/device/configuration-writes.js';
import { ControlLines } from '../../../engine/device/control.js';
import { IdlePolicy, patienceOn } from '../../../engine/device/idle.js';

/** How long each sleep of a controller was to be that nobody wakes, in a time that only sleeps take. */
class Sleeps extends ControlLines {
  readonly ms: number[] = [];
  nowMs = 0;

  override sleep(_count: number, timeoutMs: number): void {
    this.ms.push(timeoutMs);
    this.nowMs += timeoutMs;
  }
}

function idling(patience = { spinPasses: 1, sleepAfterMs: 0, napMs: 0 }): {
  control: Sleeps;
  idle: IdlePolicy;
} {
  const control = new Sleeps();
  const idle = new IdlePolicy(control, new ConfigurationWrites(control), patience, () => control.nowMs);
  return { control, idle };
}

function sleepsOf(rests: number, rung: boolean): number[] {
  const { control, idle } = idling();
  // The clock is looked at every 64 passes.
  for (let i = 0; i < 63 + rests; i++) idle.rest(false, rung);
  return control.ms;
}

test('sleeps grow to a millisecond, which the first command after a pause waits at most', () =>
  assert.deepEqual(sleepsOf(8, true), [0.05, 0.1, 0.2, 0.4, 0.8, 1, 1, 1]));

test('in a long pause they are a thousandth of it, and 16 ms at most', () => {
  const sleeps = sleepsOf(6000, true);
  let pauseMs = 0;
  for (const ms of sleeps) {
    pauseMs += ms;
    assert.ok(ms <= Math.max(1, pauseMs / 1000) && ms <= 16, `${ms} ms after ${pauseMs}`);
  }
  assert.equal(sleeps.at(-1), 16);
});

test('a controller without doorbells, which whatever a host does wakes, sleeps up to a second', () =>
  assert.deepEqual(
    sleepsOf(18, false).slice(5),
    [1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4, 204.8, 409.6, 819.2, 1000, 1000, 1000],
  ));

test('work ends it: the next sleep is short again', () => {
  const { control, idle } = idling();
  for (let i = 0; i < 80; i++) idle.rest(false, true);
  const before = control.ms.length;
  idle.worked();
  for (let i = 0; i < 64; i++) idle.rest(false, true);
  assert.equal(control.ms[before], 0.05);
});

test('while commands wait for their time it sleeps only in a job of a moment, and then microseconds', () => {
  const slept = (briefly: boolean): number[] => {
    const { control, idle } = idling(patienceOn(2, briefly));
    for (let i = 0; i < 6; i++) idle.rest(true, true);
    return control.ms;
  };
  assert.deepEqual([slept(true), slept(false)], [[0.005, 0.005, 0.005], []]);
});
