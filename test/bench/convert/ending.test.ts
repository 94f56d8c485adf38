import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { configOf, lostOf } from './converted.js';

describe('jobs', () => {
  const endersOf = (lines: string) =>
    configOf(lines).jobs.flatMap(({ name, exitAll }) => (exitAll ? [name] : []));

  test('that end others with them say so, wherever fio was told of it', () => {
    const jobs = '[a]\nsize=1m\n[b]\nsize=2m\n[c]\nstonewall\nsize=1m\n';
    assert.deepEqual(endersOf(`[global]\nexitall\n${jobs}`), ['a', 'b']);
    assert.deepEqual(endersOf(`${jobs}exitall\n`), ['a', 'b']);
    assert.deepEqual(endersOf(jobs), []);
    assert.deepEqual(lostOf(`[global]\nexitall\n${jobs}`), []);
  });

  test('that end what fio counts as their group end all beside them, or none, or it is told', () => {
    const jobs = (b: string, c: string) => `[a]\nsize=1m\nexitall\n[b]\nsize=2m\n${b}[c]\nsize=3m\n${c}`;
    const apart = jobs('new_group\n', 'new_group\n');
    assert.deepEqual([endersOf(apart), lostOf(apart)], [[], []]);
    const some = jobs('', 'new_group\n');
    assert.deepEqual(endersOf(some), []);
    assert.equal(lostOf(some).length, 1);
    const all = jobs('new_group\n', 'new_group\nexit_what=stonewall\n');
    assert.deepEqual([endersOf(all), lostOf(all)], [['c'], []]);
  });

  test('that end what comes after them too are told of, but for the last', () => {
    const jobs = '[a]\nsize=1m\nexitall\nexit_what=all\n[b]\nsize=2m\n';
    assert.deepEqual([endersOf(jobs), lostOf(jobs)], [['a', 'b'], []]);
    assert.match(lostOf(`${jobs}[c]\nstonewall\nsize=1m\n`)[0], /exitall: jobs in later turns/);
  });
});
