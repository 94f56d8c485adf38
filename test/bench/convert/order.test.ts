import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { configOf, lostOf } from './converted.js';

describe('jobs', () => {
  test('that run side by side and are alike are one with the workers of both', () => {
    const { jobs } = configOf('[global]\nsize=1m\nnumjobs=2\n[a]\n[b]\n');
    assert.deepEqual(
      jobs.map(({ name, numjobs }) => [name, numjobs]),
      [['a', 4]],
    );
    assert.deepEqual(lostOf('[global]\nsize=1m\n[a]\n[b]\n'), []);
  });

  const namesOf = (lines: string) => configOf(lines).turns.map((turn) => turn.map(({ name }) => name));

  test('that run side by side and differ are a list, up to the next that waits', () => {
    const lines =
      '[global]\nsize=1m\n[a]\nrw=read\n[b]\nrw=write\n[c]\nstonewall\n[d]\nbs=8k\n[e]\nstonewall\n';
    assert.deepEqual(namesOf(lines), [['a', 'b'], ['c', 'd'], ['e']]);
    assert.deepEqual(lostOf(lines), []);
  });

  test('that begin later have the delay', () => {
    const lines = '[global]\nsize=1m\n[a]\nstartdelay=0\n[b]\nstartdelay=4\n[c]\nstartdelay=5m\n';
    assert.deepEqual(
      configOf(lines).jobs.map(({ startDelayMs }) => startDelayMs),
      [0, 4000, 300_000],
    );
    assert.deepEqual(lostOf(lines), []);
  });

  test('that pass over a device of unknown size have loops of their own side by side', () => {
    const lines = '[a]\nloops=3\n[b]\nbs=8k\n';
    assert.deepEqual(
      configOf(lines).jobs.map(({ loops }) => loops),
      [3, 1],
    );
    assert.deepEqual(lostOf(lines), []);
  });

  test('in order by stonewall or wait_for lose nothing', () => {
    assert.deepEqual(lostOf('[global]\nsize=1m\n[a]\nrw=read\n[b]\nwait_for=a\nrw=write\n'), []);
    assert.deepEqual(lostOf('[global]\nsize=1m\nstonewall\n[a]\nrw=read\n[b]\nrw=write\n'), []);
  });
});
