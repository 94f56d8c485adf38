/** Series of figures as `nvbench history` looks at them: how often levels are found, where there are any and where not. */
import { readFileSync } from 'node:fs';
import { Random } from '../../reports/compare/index.js';
import { changePoints } from '../../reports/history/index.js';

const WINDOW = 30;
const RUNS = 60;
const STEP_AT = 40;
const STEP = 0.92;
/** A change may be told so many runs off. */
const NEAR = 2;

interface Wish {
  /** Standard deviation between runs. */
  readonly sd: number;
  readonly alpha: number;
  readonly magnitude: number;
}

export interface HistoryTally {
  readonly series: number;
  /** Without any change of which one was told. */
  readonly falseAlarms: number;
  /** With a step, which was told at its place. */
  readonly found: number;
  /** And something else was told. */
  readonly extra: number;
}

/** Draws so many series that do not change, and puts a step into each. */
export function tallySeries(series: number, random: Random, { sd, alpha, magnitude }: Wish): HistoryTally {
  const options = { window: WINDOW, alpha, magnitude };
  const tally = { falseAlarms: 0, found: 0, extra: 0 };
  for (let i = 0; i < series; i++) {
    const even = Array.from({ length: RUNS }, () => Math.exp(sd * random.normal()));
    if (changePoints(even, options).length > 0) tally.falseAlarms++;
    const stepped = even.map((value, run) => (run < STEP_AT ? value : STEP * value));
    const isNear = ({ index }: { index: number }): boolean => Math.abs(index - STEP_AT) <= NEAR;
    const points = changePoints(stepped, options);
    if (points.some(isNear)) tally.found++;
    if (!points.every(isNear)) tally.extra++;
  }
  return { series, ...tally };
}

const ROWS: readonly Wish[] = [
  ...[0.01, 0.03].map((sd) => ({ sd, alpha: 0.01, magnitude: 0 })),
  ...[0.01, 0.001].flatMap((alpha) => [0.01, 0.02, 0.03, 0.05].map((sd) => ({ sd, alpha, magnitude: 0.05 }))),
];

/** Prints its table. Whether at a p of 0.001 no more than one series in twenty that never changes has a change. */
export function printHistories(series: number): boolean {
  let holds = true;
  process.stdout.write(
    '| run sd | p | margin | series | no step: any change | step of 8 %: found | something else too |\n' +
      '|---:|---:|---:|---:|---:|---:|---:|\n',
  );
  for (const [i, wish] of ROWS.entries()) {
    const { falseAlarms, found, extra } = tallySeries(series, new Random(2000 + i), wish);
    const percent = (count: number): string => ((100 * count) / series).toFixed(1);
    const { sd, alpha, magnitude } = wish;
    const cells = [
      `${100 * sd} %`,
      alpha,
      `${100 * magnitude} %`,
      series,
      ...[falseAlarms, found, extra].map(percent),
    ];
    process.stdout.write(`| ${cells.join(' | ')} |\n`);
    const allowed = 0.05 * series;
    if (alpha === 0.001 && falseAlarms > allowed + 2 * Math.sqrt(allowed)) holds = false;
  }
  return holds;
}

/** Prints the changes of a series of others, a list of numbers in JSON, so that they can be held against theirs. */
export function printChangesOf(path: string): void {
  const values = JSON.parse(readFileSync(path, 'utf8')) as number[];
  for (const [alpha, magnitude] of [
    [0.01, 0.05],
    [0.001, 0.05],
    [0.001, 0],
  ]) {
    const points = changePoints(values, { window: WINDOW, alpha, magnitude });
    const texts = points.map(({ index, ratio }) => `${index} (${((ratio - 1) * 100).toFixed(1)} %)`);
    process.stdout.write(
      `window ${WINDOW}, p ${alpha}, margin ${100 * magnitude} %: ${texts.join(', ') || 'none'}\n`,
    );
  }
}
