import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Estimate, estimateLevel, estimateShift } from '../../../reports/compare/estimate.js';
import { compareResults, type NamedResult } from '../../../reports/compare/index.js';
import type { RunFigure } from '../../../reports/compare/run-figures.js';
import { spreadOf } from '../../../reports/compare/spread.js';
import {
  driftsBetween,
  type OrderOfShift,
  orderOfLevel,
  orderOfShift,
} from '../../../reports/compare/turns.js';
import { evaluateGates, parseGate } from '../../../reports/gates/index.js';
import { Random } from '../../../reports/statistics/random.js';
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

test('a gate on the level of a host that drifts has wider limits, and says so', () => {
  const levelOf = (...places: readonly number[]) => reasonOf([], at(...places), 'iops >= 1');
  assert.match(
    levelOf(0, 1, 2, 3, 4, 5, 6, 7),
    /like those before and after them, so limits are 1\.\d times as wide/,
  );
  assert.doesNotMatch(levelOf(0, 1), /before and after/);
});

/** Sides of figures, each in part like the one before, in turns or one side after the other. */
function drawSides(
  random: Random,
  runs: number,
  memory: number,
  inTurns: boolean,
): [RunFigure[], RunFigure[]] {
  let log = random.normal();
  const all = Array.from({ length: 2 * runs }, (_, i): RunFigure => {
    if (i > 0) log = memory * log + Math.sqrt(1 - memory ** 2) * random.normal();
    return { log: 0.02 * log, parts: [], startedMs: 60_000 * i };
  });
  const isNext = (i: number): boolean => (inTurns ? i % 2 === 1 : i >= runs);
  return [all.filter((_, i) => !isNext(i)), all.filter((_, i) => isNext(i))];
}

function coverage(estimate: (random: Random) => Estimate): number {
  const random = new Random(5);
  const trials = Array.from({ length: 600 }, () => estimate(random).limits(0.05) ?? [0, 0]);
  return trials.filter(([low, high]) => low <= 0 && high >= 0).length / trials.length;
}

test('intervals hold the truth as often as they say on a host that drifts, and on one that does not', () => {
  const shiftOf = (memory: number) => (random: Random) => {
    const [base, next] = drawSides(random, 10, memory, true);
    return estimateShift(base, next, spreadOf([base, next], false));
  };
  const levelOf = (memory: number) => (random: Random) => {
    // Every second run of the host.
    const [side] = drawSides(random, 10, memory, true);
    return estimateLevel(side, spreadOf([side], false));
  };
  // 95 % are promised, as 93 to 99; without a look at the order it is 99.7 % in turns, and 89 of the level. 2 % is what 600 may be off.
  for (const [name, held] of [
    ['in turns', coverage(shiftOf(0))],
    ['in turns, drifting', coverage(shiftOf(0.5))],
    ['level', coverage(levelOf(0))],
    ['level, drifting', coverage(levelOf(0.5))],
  ] as const)
    assert.ok(held >= 0.91 && held <= 0.995, `${name}: ${held}`);
});

test('sides that took turns on a host that drifts are told apart by neighbours, one after the other they are known less well', () => {
  const random = new Random(8);
  const orders = (inTurns: boolean): OrderOfShift[] =>
    Array.from({ length: 40 }, () => orderOfShift(...drawSides(random, 10, 0.8, inTurns)));
  assert.ok(orders(true).filter(({ neighbours }) => neighbours?.[0].length === 6).length > 20);
  const factors = orders(false).map(({ factor }) => factor);
  assert.ok(factors.every((factor) => factor >= 1) && factors.some((factor) => factor > 1.3));
});

test('sides in turns are not told apart by a trend that falls on both', () => {
  const random = new Random(9);
  const worse = Array.from({ length: 200 }, () => {
    // A trend of three times the noise, B always behind A.
    const runs = Array.from({ length: 20 }, (_, i): RunFigure => {
      const log = 0.02 * random.normal() + (0.06 * Math.sqrt(12) * i) / 20;
      return { log, parts: [], startedMs: 60_000 * i };
    });
    const [base, next] = [0, 1].map((side) => runs.filter((_, i) => i % 2 === side));
    return estimateShift(base, next, spreadOf([base, next], false)).p ?? 1;
  }).filter((p) => p <= 0.05).length;
  // 10 of 200 are expected at most; more than 19 are seen one time in a hundred.
  assert.ok(worse <= 19, `${worse}`);
});

/** Sides of a host, in that order, A the base; `levelOf` the run at that place. */
function inOrderOf(order: string, levelOf: (place: number) => number): [RunFigure[], RunFigure[]] {
  const runs = [...order].map((side, i) => ({ side, log: levelOf(i), parts: [], startedMs: 60_000 * i }));
  return [runs.filter(({ side }) => side === 'A'), runs.filter(({ side }) => side === 'B')];
}

/** Of 60 draws of equal sides, those whose limits leave no change out. */
function calledChanged(draw: (random: Random) => [RunFigure[], RunFigure[]]): number {
  const random = new Random(12);
  return Array.from({ length: 60 }, () => {
    const [base, next] = draw(random);
    const [low, high] = estimateShift(base, next, spreadOf([base, next], false)).limits(0.05) ?? [0, 0];
    return low > 0 || high < 0;
  }).filter(Boolean).length;
}

const steady = (random: Random): number => 0.01 * random.normal();

test('what keeps time with three in a row, as day and night with six runs a day, is no difference of sides in turns', () => {
  for (const trend of [0, 0.01]) {
    const changed = calledChanged((random) => {
      const start = 2 * Math.PI * random.uniform();
      const host = (i: number): number => 0.1 * Math.sin((2 * Math.PI * i) / 6 + start) + trend * i;
      return inOrderOf('AB'.repeat(10), (i) => host(i) + steady(random));
    });
    assert.ok(changed <= 6, `${trend}: ${changed}`);
  }
});

test('of two runs each night, or at once, what drifts from night to night is no difference', () => {
  for (const minutesApart of [10, 0]) {
    const changed = calledChanged((random) => {
      const startedMs = (i: number): number => 60_000 * (1440 * Math.floor(i / 2) + (i % 2) * minutesApart);
      const sides = inOrderOf('AB'.repeat(20), (i) => 0.01 * Math.floor(i / 2) + steady(random) / 3);
      return sides.map((side, k) => side.map((run, i) => ({ ...run, startedMs: startedMs(2 * i + k) }))) as [
        RunFigure[],
        RunFigure[],
      ];
    });
    assert.ok(changed <= 6, `${minutesApart}: ${changed}`);
  }
});

test('of two sides one of which is the first of two more often, a trend falls on both alike', () => {
  const changed = calledChanged((random) => inOrderOf('ABABBA'.repeat(7), (i) => 0.01 * i + steady(random)));
  assert.ok(changed <= 6, `${changed}`);
});

test('of sides that ran in sessions, the limits reach as far as the trend within them has moved on', () => {
  const order = 'A'.repeat(10) + 'B'.repeat(10);
  const changed = calledChanged((random) => inOrderOf(order + order, (i) => 0.005 * i + steady(random) / 2));
  assert.ok(changed <= 6, `${changed}`);
  const [base, next] = inOrderOf(order + order, (i) => 0.005 * i);
  assert.ok(driftsBetween([[base, next, []]]));
});

test('of few runs behind many on a host that the many show to drift, limits reach as far as the trend has moved on', () => {
  for (const [order, called] of [
    [`${'A'.repeat(20)}BBB`, true],
    [`${'A'.repeat(20)}B`, true],
    [`${'B'.repeat(20)}AA`, true],
    // Nothing of a trend between sides that neither began before the other.
    [`${'A'.repeat(10)}BB${'A'.repeat(10)}`, false],
  ] as const) {
    assert.ok(calledChanged((random) => inOrderOf(order, (i) => 0.005 * i + steady(random))) <= 3, order);
    const [base, next] = inOrderOf(order, (i) => 0.005 * i);
    assert.equal((estimateShift(base, next, spreadOf([base, next], false)).orderFactor ?? 1) > 1.5, called);
    assert.equal(driftsBetween([[base, next, []]]), called);
  }
  const stored = inOrderOf(`A${'H'.repeat(20)}B`, (i) => 0.005 * i);
  const history = Array.from({ length: 20 }, (_, i) => ({
    log: 0.005 * (i + 1),
    parts: [],
    startedMs: 60_000 * (i + 1),
  }));
  const known = spreadOf([...stored, history], false);
  assert.ok((estimateShift(...stored, known, history).orderFactor ?? 1) > 1.5, 'by a history');
  assert.ok(driftsBetween([[...stored, history]]));
});

test('a trend that hardly shows in neighbours is seen by itself', () => {
  const draw = (random: Random) =>
    inOrderOf('A'.repeat(10) + 'B'.repeat(10), (i) => 0.003 * i + steady(random));
  // By neighbours alone 25 of 60.
  assert.ok(calledChanged(draw) <= 12, `${calledChanged(draw)}`);
});

test('p is at most 0.05 just where the interval leaves no change out', () => {
  const random = new Random(13);
  const estimates = Array.from({ length: 60 }, () => {
    const [base, next] = drawSides(random, 8, 0.8, false);
    return estimateShift(base, next, spreadOf([base, next], false));
  }).filter(({ orderFactor = 1 }) => orderFactor > 1);
  assert.ok(estimates.length > 15);
  for (const { p = 1, limits } of estimates) {
    const [low, high] = limits(0.05) ?? [0, 0];
    assert.equal(p <= 0.05, low > 0 || high < 0);
  }
});

test('drives that drift each by themselves are known less well, though they took turns', () => {
  const random = new Random(10);
  const factors = Array.from({ length: 30 }, () => {
    const [own] = drawSides(random, 10, 0.9, false);
    const [other] = drawSides(random, 10, 0.9, false);
    const later = other.map((run) => ({ ...run, startedMs: (run.startedMs ?? 0) + 30_000 }));
    return orderOfShift(own, later).factor;
  });
  assert.ok(factors.filter((factor) => factor > 1.3).length > 15, factors.join(' '));
});

test('runs that began together stay as they were given, and switch nothing off', () => {
  const [base, next] = drawSides(new Random(8), 10, 0.9, true);
  const beside = next.map((run, i) => ({ ...run, startedMs: base[i].startedMs }));
  assert.equal(orderOfShift(base, beside).neighbours?.[0].length, 6);
  const twoAlike = base.map((run, i) => (i === 1 ? { ...run, startedMs: base[0].startedMs } : run));
  assert.ok(orderOfLevel(base) > 1.1);
  assert.equal(orderOfLevel(twoAlike), orderOfLevel(base));
});

test('runs whose order is not known have limits without it', () => {
  const [base, next] = drawSides(new Random(8), 10, 0.9, true);
  const untimed = base.map(({ log, parts }) => ({ log, parts }));
  const atOnce = base.map((run) => ({ ...run, startedMs: 0 }));
  assert.deepEqual(orderOfShift(untimed, next), { factor: 1 });
  assert.deepEqual([orderOfLevel(untimed), orderOfLevel(atOnce)], [1, 1]);
});
