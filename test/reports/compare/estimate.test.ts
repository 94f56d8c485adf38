import assert from 'node:assert/strict';
import { test } from 'node:test';
import { draw, type Shape } from '../../../bench/proof/population.js';
import { type Estimate, estimateLevel, estimateShift } from '../../../reports/compare/estimate.js';
import type { RunFigure } from '../../../reports/compare/run-figures.js';
import { spreadOf, takesNothing } from '../../../reports/compare/spread.js';
import { Random } from '../../../reports/statistics/random.js';

const TRIALS = 4000;
const FEWER_TRIALS = 1500;

interface Spread {
  readonly runSd: number;
  readonly repeatSd: number;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Runs of that many repeats each, around 0. */
function drawRuns(
  random: Random,
  runs: number,
  repeats: number,
  { runSd, repeatSd }: Spread,
  shape: Shape = 'normal',
): RunFigure[] {
  return Array.from({ length: runs }, () => {
    // Latencies are skewed upwards, and rates downwards.
    const run = -runSd * draw(random, shape);
    const parts = Array.from({ length: repeats }, () => run + repeatSd * random.normal());
    return { log: mean(parts), parts };
  });
}

/** Shares of trials: the interval covers 0; 0 lies below, and above, the one-sided limits. */
function tryOut(seed: number, estimate: (random: Random) => Estimate, trials = TRIALS) {
  const random = new Random(seed);
  const counts = { covered: 0, below: 0, above: 0 };
  for (let i = 0; i < trials; i++) {
    const { limits } = estimate(random);
    const [[low, high], [least, most]] = [limits(0.05) ?? [0, 0], limits(0.1) ?? [0, 0]];
    if (low <= 0 && high >= 0) counts.covered++;
    if (least > 0) counts.below++;
    if (most < 0) counts.above++;
  }
  return { covered: counts.covered / trials, wrong: [counts.below / trials, counts.above / trials] };
}

const SPREADS: readonly Spread[] = [
  { runSd: 0.02, repeatSd: 0.005 },
  { runSd: 0.01, repeatSd: 0.02 },
  { runSd: 0.0075, repeatSd: 0.01 },
  // Far more than is ever assumed.
  { runSd: 0.1, repeatSd: 0.005 },
];

for (const spread of SPREADS) {
  const name = `runs that differ by ${spread.runSd}, their repeats by ${spread.repeatSd}`;

  for (const [a, b] of [
    [3, 3],
    [1, 5],
    [2, 8],
    [5, 5],
    [10, 10],
  ]) {
    test(`${name}: the change between ${a} and ${b} is covered in 93 to 99 of a hundred`, () => {
      const { covered, wrong } = tryOut(10 * a + b, (random) => {
        const [base, next] = [drawRuns(random, a, 5, spread), drawRuns(random, b, 5, spread)];
        const known = spreadOf([base, next], false);
        assert.equal(known.assumed, undefined);
        return estimateShift(base, next, known);
      });
      assert.ok(covered >= 0.93 && covered <= 0.99, `${covered}`);
      assert.ok(Math.max(...wrong) <= 0.06, wrong.join());
    });
  }

  for (const runs of [6, 8, 10]) {
    test(`${name}: the figure of ${runs} is covered in 93 to 99 of a hundred`, () => {
      const { covered, wrong } = tryOut(runs, (random) => {
        const side = drawRuns(random, runs, 5, spread);
        return estimateLevel(side, spreadOf([side], false));
      });
      assert.ok(covered >= 0.93 && covered <= 0.99, `${covered}`);
      assert.ok(Math.max(...wrong) <= 0.06, wrong.join());
    });
  }
}

const QUIET: Spread = { runSd: 0.02, repeatSd: 0.005 };
const LOPSIDED: readonly Shape[] = ['skewed', 'heavy', 'lognormal', 'stalls'];

for (const shape of LOPSIDED) {
  test(`${shape} runs: changes are covered in 93 to 99 of a hundred, but for those of a single run, which are not shown`, () => {
    for (const [a, b] of [
      [3, 3],
      [2, 8],
      [5, 5],
      [10, 10],
    ]) {
      const { covered, wrong } = tryOut(
        100 * a + b,
        (random) => {
          const [base, next] = [a, b].map((runs) => drawRuns(random, runs, 5, QUIET, shape));
          const estimate = estimateShift(base, next, spreadOf([base, next], false));
          assert.equal(estimate.evenly, undefined);
          return estimate;
        },
        FEWER_TRIALS,
      );
      // Of 1500 trials 93 % may be seen as 91.6, and 99 as 99.4.
      assert.ok(covered >= 0.916 && covered <= 0.994, `${a} against ${b}: ${covered}`);
      if (a === b) assert.ok(Math.max(...wrong) <= 0.065, `${a}: ${wrong}`);
    }
    const random = new Random(7);
    const [one, ten] = [1, 10].map((runs) => drawRuns(random, runs, 5, QUIET, shape));
    for (const [base, next] of [
      [one, ten],
      [ten, one],
    ])
      assert.ok(!takesNothing(estimateShift(base, next, spreadOf([base, next], false))));
  });

  test(`${shape} runs: their centre is covered in 93 to 99 of a hundred, and fewer than six show no interval`, () => {
    const random = new Random(11);
    const run = (): number => drawRuns(random, 1, 5, QUIET, shape)[0].log;
    const middles = Float64Array.from({ length: 40_001 }, () => (run() + run()) / 2).sort();
    const centre = middles[20_000];
    for (const runs of [5, 6, 8, 10]) {
      const { covered, wrong } = tryOut(
        runs,
        (each) => {
          const side = drawRuns(each, runs, 5, QUIET, shape).map(({ log, parts }) => ({
            log: log - centre,
            parts,
          }));
          const estimate = estimateLevel(side, spreadOf([side], false));
          assert.deepEqual([estimate.evenly, estimate.assumed], [undefined, undefined]);
          assert.equal(estimate.limits(0.05) === undefined, runs === 5);
          return estimate;
        },
        FEWER_TRIALS,
      );
      assert.ok(runs === 5 || (covered >= 0.916 && covered <= 0.994), `${runs}: ${covered}`);
      assert.ok(Math.max(...wrong) <= 0.085, `${runs}: ${wrong}`);
    }
    const four = drawRuns(random, 4, 5, QUIET, shape);
    const history = drawRuns(random, 10, 5, QUIET, shape);
    assert.ok(!takesNothing(estimateLevel(four, spreadOf([four, history], false))));
  });
}

test('what a history knows of runs holds for single ones, with more repeats or fewer', () => {
  const spread = { runSd: 0.02, repeatSd: 0.02 };
  for (const [inHistory, own] of [
    [10, 2],
    [2, 10],
    [5, 5],
  ]) {
    const { covered } = tryOut(inHistory, (random) => {
      const history = drawRuns(random, 8, inHistory, spread);
      const [base, next] = [drawRuns(random, 1, own, spread), drawRuns(random, 1, own, spread)];
      return estimateShift(base, next, spreadOf([base, next, history], false));
    });
    assert.ok(covered >= 0.93 && covered <= 0.99, `${inHistory} and ${own}: ${covered}`);
  }
});

test('single runs that differ by no more than is assumed are told apart wrongly in no more than one of twenty', () => {
  for (const spread of [
    { runSd: 0.02, repeatSd: 0.005 },
    { runSd: 0.0075, repeatSd: 0.01 },
  ]) {
    const { wrong } = tryOut(5, (random) => {
      const [base, next] = [drawRuns(random, 1, 10, spread), drawRuns(random, 1, 10, spread)];
      const known = spreadOf([base, next], false);
      assert.deepEqual(known.assumed, { runs: 0.02, ofParts: 0.75 });
      return estimateShift(base, next, known);
    });
    assert.ok(Math.max(...wrong) <= 0.06, wrong.join());
  }
});

test('more repeats of one run make its limits no narrower than runs may differ', () => {
  const side = (repeats: number): RunFigure[] => [{ log: 0, parts: new Array(repeats).fill(0) }];
  const half = (repeats: number): number => {
    const own = side(repeats);
    return estimateLevel(own, spreadOf([own], false)).limits(0.1)?.[1] ?? 0;
  };
  // 1.645 times 2 %.
  assert.ok(Math.abs(half(5) - 0.0329) < 1e-4, `${half(5)}`);
  assert.ok(Math.abs(half(500) - half(5)) < 1e-9);
});

test('p is 5 % where the interval just touches no change', () => {
  const random = new Random(9);
  for (const runs of [1, 2, 3]) {
    const spread = { runSd: 0.02, repeatSd: 0.01 };
    const [base, next] = [drawRuns(random, runs, 5, spread), drawRuns(random, runs, 5, spread)];
    const known = spreadOf([base, next], false);
    const { log, limits } = estimateShift(base, next, known);
    const half = log - (limits(0.05) ?? [0])[0];
    const shifted = base.map((run) => ({ ...run, log: run.log + log - half }));
    const { p } = estimateShift(shifted, next, known);
    assert.ok(Math.abs((p ?? 0) - 0.05) < 1e-6, `${runs}: ${p}`);
  }
});

test('two runs that are alike by chance do not make the limits narrower than the assumption', () => {
  const alike: RunFigure[] = [0, 0].map((log) => ({ log, parts: [0, 0, 0, 0, 0] }));
  const apart: RunFigure[] = [0.03, 0.03].map((log) => ({ log, parts: [0.03, 0.03, 0.03, 0.03, 0.03] }));
  const { p } = estimateShift(alike, apart, spreadOf([alike, apart], false));
  assert.ok((p ?? 0) > 0.05, `${p}`);
});

for (const shape of ['lognormal', 'stalls'] as const)
  test(`${shape} runs: a single one beside twenty that are stored is decided wrongly in no more than one of twenty`, () => {
    const single = (sides: 1 | 2) =>
      tryOut(
        30 + sides,
        (random) => {
          const history = drawRuns(random, 20, 5, QUIET, shape);
          const [one, other] = [drawRuns(random, 1, 5, QUIET, shape), drawRuns(random, 1, 5, QUIET, shape)];
          return sides === 1
            ? estimateLevel(one, spreadOf([[], one, history], false))
            : estimateShift(one, other, spreadOf([one, other, history], false));
        },
        800,
      ).wrong;
    // Of 800 trials 5 % may be seen as 6.6. By Student's limits alone stalls were decided wrongly in 9.7 and 8.8 %.
    for (const sides of [1, 2] as const)
      assert.ok(Math.max(...single(sides)) <= 0.066, `${sides}: ${single(sides)}`);
  });

test('runs that lie evenly keep the limits of Student', () => {
  const random = new Random(12);
  const widths = Array.from({ length: 300 }, () => {
    const [one, history] = [1, 20].map((runs) => drawRuns(random, runs, 5, QUIET));
    const spread = spreadOf([[], one, history], false);
    const { uneven: _, ...even } = spread;
    const [[low, high], [least, most]] = [spread, even].map(
      (each) => estimateLevel(one, each).limits(0.1) ?? assert.fail(),
    );
    assert.ok(low <= least && high >= most);
    return (high - low) / (most - least);
  });
  assert.ok(mean(widths) < 1.03, `${mean(widths)} times as wide`);
  assert.ok(widths.filter((width) => width > 1).length < 0.17 * widths.length);
});

test('few runs that lie far from each other against many that do not: as far as variances say, not by ranks or one variance alone', () => {
  const [wide, narrow] = [0.06, 0.01].map((runSd): Spread => ({ runSd, repeatSd: 0 }));
  // 76 and 71 of a hundred by those alone.
  for (const few of [5, 3]) {
    const { covered } = tryOut(
      41,
      (random) => {
        const [base, next] = [drawRuns(random, 30, 1, narrow), drawRuns(random, few, 1, wide)];
        const { p = 1, ...estimate } = estimateShift(base, next, spreadOf([base, next], false));
        const [low, high] = estimate.limits(0.05) ?? [0, 0];
        assert.equal(p <= 0.05, low > 0 || high < 0);
        return estimate;
      },
      600,
    );
    assert.ok(covered >= 0.9, `${few}: ${covered}`);
  }
});

test('one run that is far off beside others makes no spread: what all of them show is still found', () => {
  const random = new Random(43);
  const base = drawRuns(random, 6, 1, { runSd: 0.01, repeatSd: 0 });
  const slower = drawRuns(random, 4, 1, { runSd: 0.01, repeatSd: 0 }).map((run, i) => ({
    ...run,
    log: run.log - 0.35 - (i === 2 ? 9 : 0),
  }));
  const { p = 1, limits } = estimateShift(base, slower, spreadOf([base, slower], false));
  assert.ok(p < 0.01 && (limits(0.05) ?? [0, 0])[1] < -0.3, `${p}`);
});

test('a single run, however far off, is not more certain than the runs beside it can make it', () => {
  const random = new Random(42);
  for (const [runs, least] of [
    [3, 0.026],
    [7, 0.026],
    [100, 1 / 101],
  ]) {
    const base = drawRuns(random, runs, 1, { runSd: 0.02, repeatSd: 0 });
    const estimate = estimateShift(base, [{ log: -3, parts: [] }], spreadOf([base], false));
    assert.equal(estimate.p, least);
    assert.deepEqual(
      [estimate.limits(0.9 * least), (estimate.limits(1.1 * least) ?? [])[1]! < 0],
      [undefined, true],
    );
    const level = estimateLevel([{ log: -3, parts: [] }], spreadOf([base], false));
    assert.deepEqual(
      [0.9, 1.1].map((share) => level.limits(share * least) !== undefined),
      [false, true],
    );
  }
});

test('two runs beside others that lie unevenly are no more certain than these can make them', () => {
  const random = new Random(44);
  for (const [runs, least] of [
    [20, 0.026],
    [100, 2 / 102],
  ]) {
    const base = drawRuns(random, runs, 1, QUIET, 'lognormal');
    const next = [-3, -3.01].map((log): RunFigure => ({ log, parts: [] }));
    const estimate = estimateShift(base, next, spreadOf([base], false));
    assert.deepEqual([estimate.uneven, estimate.p], [undefined, least]);
  }
});
