import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareResults, type NamedResult } from '../../../reports/compare/index.js';
import { evaluateGates, parseGate } from '../../../reports/gates/index.js';
import { named, resultOf } from './documents.js';

/** Runs a minute apart that get slower by a percent from one to the next. */
const DRIFTING = Array.from({ length: 12 }, (_, i) => {
  const result = resultOf([{ meanNs: 100_000 * (1 + 0.01 * i) }], i);
  const startedAt = new Date(60_000 * i).toISOString();
  return named(`run${i}`, { ...result, startedAt, jobs: result.jobs.map((job) => ({ ...job, startedAt })) });
});
const at = (...places: readonly number[]): NamedResult[] => places.map((place) => DRIFTING[place]);

const SAID = /not (run )?in turns/;
const noteOf = (base: readonly NamedResult[], next: readonly NamedResult[]): boolean =>
  compareResults(base, next).notes.some((note) => SAID.test(note));

function reasonOf(
  baseline: readonly NamedResult[],
  result: readonly NamedResult[],
  gate = 'iops >= -3% vs baseline',
): string {
  const gates = [parseGate(gate)];
  return evaluateGates({ gates, result, baseline }).gates[0].checks[0].reason ?? '';
}

test('sides of which one ran before the other on a host that drifts: comparison and gate say so', () => {
  const [before, after] = [at(0, 1, 2, 3, 4, 5), at(6, 7, 8, 9, 10, 11)];
  assert.ok(noteOf(before, after));
  assert.ok(noteOf(after, before), 'whichever came first');
  assert.match(reasonOf(before, after), SAID);
  const few = { history: at(0, 1, 2, 3, 4, 5, 6, 7) };
  assert.ok(
    compareResults(at(8, 9), at(10, 11), few).notes.some((note) => SAID.test(note)),
    'by a history',
  );
});

test('in turns, without a drift, of one run a side or of imports nothing is said', () => {
  const [one, other] = [at(0, 2, 4, 6, 8, 10), at(1, 3, 5, 7, 9, 11)];
  assert.ok(!noteOf(one, other));
  assert.doesNotMatch(reasonOf(one, other), SAID);
  const times = DRIFTING.map(({ result }) => result.startedAt);
  const order = [3, 0, 5, 1, 4, 2, 9, 6, 11, 7, 10, 8];
  const steady = at(...order).map(({ name, result }, i) => {
    const startedAt = times[i];
    return named(name, { ...result, jobs: result.jobs.map((job) => ({ ...job, startedAt })) });
  });
  assert.ok(!noteOf(steady.slice(0, 6), steady.slice(6)));
  assert.ok(!noteOf(at(0), at(1)));
  const imported = DRIFTING.map(({ name, result }) =>
    named(name, { ...result, imported: { tool: 'fio', version: '3.36' } }),
  );
  assert.ok(!noteOf(imported.slice(0, 6), imported.slice(6)));
});

test('the level of a host that drifts is known less well than its runs make believe, which a gate says', () => {
  const levelOf = (...places: readonly number[]) => reasonOf([], at(...places), 'iops >= 1');
  assert.match(levelOf(0, 1, 2, 3, 4, 5, 6, 7), /a host that drifts: they say less/);
  assert.doesNotMatch(levelOf(0, 1), /drifts/);
});
