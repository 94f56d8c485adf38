/** Gates and intervals on results of known populations: how often verdicts are wrong, and how often intervals hold the truth. */
import { compareResults, type Metric, type NamedResult, Random } from '../../reports/compare/index.js';
import { evaluateGates, type Gate, type GateVerdict, parseGate } from '../../reports/gates/index.js';
import type { BenchResult } from '../../reports/index.js';
import { draw, drawHistory, drawPair, drawRun, POPULATION, type Population } from './population.js';

/** Percent that bounds lie off the truth. */
export const DISTANCES = [0, 1, 3, 5] as const;
const CONFIDENCE = 0.95;
/** Whose intervals are looked at. */
const METRICS: readonly Metric[] = ['iops', 'mean', 'p50', 'p90', 'p99', 'p99.9'];

export type GateKind = 'absolute' | 'vs baseline';

interface Share {
  readonly of: number;
  readonly count: number;
}

export interface CoverageTally {
  readonly population: Population;
  readonly trials: number;
  /** By kind and distance: bounds that the truth breaks and that passed, and that it keeps and that failed; the worse of the two. */
  readonly wrong: Readonly<Record<GateKind, readonly number[]>>;
  /** Bounds that were decided rightly, of both sides; at a distance of 0 there is nothing right. */
  readonly right: Readonly<Record<GateKind, readonly number[]>>;
  /** Intervals of a level, and of a change, that hold the truth. */
  readonly levels: Share;
  readonly changes: Share;
}

/** Intervals that are as good as without end. */
const MANY_INTERVALS = 30_000;
const MANY_DRAWS = 200_001;
/** From so many runs on the level is the Hodges-Lehmann centre of runs, of fewer their mean (docs/comparing.md). */
const RANKED_RUNS = 5;

/** The log of the level of latencies that a side is asked for: the mean over all runs, 0, or the median of the means of any two. */
function centreOf(population: Population): number {
  const { shape, runs, runSd, repeatSd, repeats, intervals } = population;
  if (runs < RANKED_RUNS || shape === 'normal') return 0;
  const random = new Random(99);
  const repeatsOf = (): number =>
    Array.from({ length: repeats }).reduce((sum: number) => sum + draw(random, shape), 0) / repeats;
  const run = (): number =>
    runSd * draw(random, shape) + (intervals === undefined ? repeatSd * repeatsOf() : 0);
  return Float64Array.from({ length: MANY_DRAWS }, () => (run() + run()) / 2).sort()[MANY_DRAWS >> 1];
}

/** The figure that runs of the population lie around. */
function trueIops(population: Population, random: Random): number {
  const { intervals } = population;
  const still = { ...population, runSd: 0, tailSd: 0 };
  const one =
    intervals === undefined
      ? { ...still, repeatSd: 0 }
      : { ...still, intervals: { ...intervals, count: MANY_INTERVALS } };
  const iops = drawRun(random, one, 0).jobs[0].directions.read?.iops ?? 0;
  return iops * Math.exp(-centreOf(population));
}

const named = (side: string, results: readonly BenchResult[]): NamedResult[] =>
  results.map((result, i) => ({ name: `${side}${i}`, result }));

/** At the truth itself; what is decided elsewhere follows from their limits. */
const gatesAt = (truth: number): Readonly<Record<GateKind, Gate>> => ({
  absolute: parseGate(`iops >= ${truth.toFixed(6)}`),
  'vs baseline': parseGate('iops >= +0% vs baseline'),
});

type Limits = readonly [low: number, high: number];

/** What `decide` says of a figure that is to be at least the bound. */
function verdictAt(bound: number, limits: Limits | undefined): GateVerdict {
  if (limits === undefined) return 'inconclusive';
  if (limits[0] >= bound) return 'pass';
  return limits[1] < bound ? 'fail' : 'inconclusive';
}

const zeros = (): number[] => DISTANCES.map(() => 0);
const byKind = () => ({ absolute: zeros(), 'vs baseline': zeros() });

/** Draws and judges so many pairs of equal sides. */
export function tallyCoverage(population: Population, trials: number, random: Random): CoverageTally {
  const truth = trueIops(population, random);
  const gates = Object.values(gatesAt(truth));
  const [wrongPasses, wrongFails, right] = [byKind(), byKind(), byKind()];
  const [levels, changes] = [
    { of: 0, count: 0 },
    { of: 0, count: 0 },
  ];
  const count = (kind: GateKind, centre: number, limits: Limits | undefined): void => {
    for (const [distance, percent] of DISTANCES.entries()) {
      const [beyond, within] = [1, -1].map((sign) =>
        verdictAt(centre * (1 + (sign * percent) / 100), limits),
      );
      if (beyond === 'pass') wrongPasses[kind][distance]++;
      if (within === 'fail') wrongFails[kind][distance]++;
      right[kind][distance] += (beyond === 'fail' ? 0.5 : 0) + (within === 'pass' ? 0.5 : 0);
    }
  };
  for (let trial = 0; trial < trials; trial++) {
    const [base, next] = drawPair(random, population).map((side, i) => named(`${i}`, side));
    const history = named('stored', drawHistory(random, population));
    const judged = evaluateGates({
      gates,
      result: next,
      baseline: base,
      history,
      confidence: CONFIDENCE,
    }).gates;
    count('absolute', truth, judged[0].checks[0].limits);
    count('vs baseline', 1, judged[1].checks[0].limits);
    const [{ interval }] = judged[0].checks;
    if (interval) {
      levels.of++;
      if (interval[0] <= truth && truth <= interval[1]) levels.count++;
    }
    const asked = { metrics: METRICS, confidence: CONFIDENCE, history };
    for (const job of compareResults(base, next, asked).jobs)
      for (const change of job.metrics) {
        if (change.interval === undefined) continue;
        changes.of++;
        if (change.interval[0] <= 1 && 1 <= change.interval[1]) changes.count++;
      }
  }
  const share = (count: number): number => count / trials;
  const worseOf = (kind: GateKind): number[] =>
    zeros().map((_, i) => share(Math.max(wrongPasses[kind][i], wrongFails[kind][i])));
  const rightOf = (kind: GateKind): number[] => right[kind].map(share);
  return {
    population,
    trials,
    wrong: { absolute: worseOf('absolute'), 'vs baseline': worseOf('vs baseline') },
    right: { absolute: rightOf('absolute'), 'vs baseline': rightOf('vs baseline') },
    levels,
    changes,
  };
}

const quietRepeats = { runSd: 0.02, repeatSd: 0.005 };
const quietRuns = { runSd: 0.01, repeatSd: 0.02 };
const SHAPES = ['skewed', 'heavy', 'lognormal', 'stalls'] as const;
const shapedRuns = [3, 4, 5, 6, 10];
/** A correlation time of 4 intervals: what a run shows is worth 150 of them. */
const remembering = { count: 600, correlation: 0.6, stalled: 0 };

export const COVERED: readonly Population[] = [
  ...[1, 2, 3, 4, 5, 6, 10].map((runs) => ({ ...quietRepeats, runs })),
  ...[3, 6].map((runs) => ({ ...quietRuns, runs })),
  ...SHAPES.flatMap((shape) => shapedRuns.map((runs) => ({ ...quietRepeats, runs, shape }))),
  ...[0, 0.03].flatMap((stalled) =>
    [1, 3, 6].map((runs) => ({ runSd: 0.02, repeatSd: 0.05, runs, intervals: { ...remembering, stalled } })),
  ),
  ...[3, 10].map((runs) => ({ ...quietRepeats, runs, correlation: 0.5 })),
  ...(['normal', 'lognormal', 'stalls'] as const).flatMap((shape) =>
    [1, 3].map((runs) => ({ ...quietRepeats, runs, shape, history: 10 })),
  ),
  ...(['lognormal', 'stalls'] as const).flatMap((shape) =>
    [1, 3].map((runs) => ({ ...quietRepeats, runs, shape, history: 30 })),
  ),
].map((row) => ({ ...POPULATION, repeats: 5, tailSd: 0, ...row }));

const HEAD =
  '| a side | run sd | repeat sd | shape | gate | trials | wrong at 0, 1, 3, 5 % | right at 1, 3, 5 % | interval holds |\n' +
  '|---|---:|---:|---|---|---:|---|---|---:|\n';

/** How deviations are distributed, and what remembers what. */
function shapeText({ shape, correlation, intervals }: Population): string {
  const parts = [
    shape,
    ...(correlation === 0 ? [] : [`runs in turns remember ${correlation}`]),
    ...(intervals === undefined ? [] : [`intervals remember ${intervals.correlation}`]),
    ...(intervals?.stalled ? [`${100 * intervals.stalled} % of time stalled`] : []),
  ];
  return parts.join(', ');
}

function sideText({ runs, repeats, intervals, history }: Population): string {
  const of = intervals === undefined ? repeats : `${intervals.count} intervals`;
  const stored = history === 0 ? '' : `, ${history} stored`;
  return `${runs} ${runs === 1 ? 'run' : 'runs'} of ${of}${stored}`;
}

const percent = (share: number): string => (100 * share).toFixed(1);

const shareText = ({ of, count }: Share): string => (of === 0 ? 'none shown' : percent(count / of));

function rowText(tally: CoverageTally, kind: GateKind): string {
  const { population, trials, wrong, right, levels, changes } = tally;
  const { runSd, repeatSd } = population;
  const cells = [
    sideText(population),
    `${100 * runSd} %`,
    `${100 * repeatSd} %`,
    shapeText(population),
    kind,
    trials,
    wrong[kind].map(percent).join(', '),
    right[kind].slice(1).map(percent).join(', '),
    shareText(kind === 'absolute' ? levels : changes),
  ];
  return `| ${cells.join(' | ')} |\n`;
}

/** At the bound itself, and nowhere more. */
const MOST_WRONG = 0.05;

/** Stored runs of which nothing that happens to one in ten is likely to be missed. */
const LONG_HISTORY = 20;

/** What is shown as a limit of the method: runs beside a short history of lopsided ones. */
const isBeyondPromise = ({ history, shape }: Population): boolean =>
  history > 0 && history < LONG_HISTORY && shape !== 'normal';

/** Within what so many trials may be off of what is promised to be wrong, and of 93 to 99 % that hold. */
export function holds({ population, trials, wrong, levels, changes }: CoverageTally): boolean {
  const off = (share: number, of: number): number => 2 * Math.sqrt((share * (1 - share)) / Math.max(1, of));
  const covers = ({ of, count }: Share): boolean =>
    of === 0 || (count / of >= 0.93 - off(0.93, trials) && count / of <= 0.99 + off(0.99, trials));
  const worst = Math.max(...Object.values(wrong).flat());
  if (isBeyondPromise(population)) return true;
  return worst <= MOST_WRONG + off(MOST_WRONG, trials) && covers(levels) && covers(changes);
}

/** Prints the rows whose side and shape have that text. Whether every one holds. */
export function printCoverage(trials: number, rows: string): boolean {
  process.stdout.write(HEAD);
  let all = true;
  for (const [row, population] of COVERED.entries()) {
    if (!`${sideText(population)}, ${shapeText(population)}`.includes(rows)) continue;
    const tally = tallyCoverage(population, trials, new Random(3000 + row));
    for (const kind of ['absolute', 'vs baseline'] as const) process.stdout.write(rowText(tally, kind));
    if (!holds(tally)) all = false;
  }
  return all;
}
