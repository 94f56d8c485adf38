/** The table of docs/comparing.md: how often verdicts on results of known populations are right. */
import { Random } from '../../reports/compare/index.js';
import { drawSide, POPULATION, type Population } from './population.js';
import { type Tally, tallyPairs } from './tally.js';

/** Slowdowns that pairs of a row differ by. */
const SLOWDOWNS = [0, 0.03, 0.05] as const;

const quietRepeats = { runSd: 0.02, repeatSd: 0.005 };
const quietRuns = { runSd: 0.01, repeatSd: 0.02 };
const sizes = [
  { runs: 1, repeats: 5 },
  { runs: 1, repeats: 10 },
  { runs: 2, repeats: 5 },
  { runs: 3, repeats: 5 },
  { runs: 5, repeats: 5 },
];

/** What comparisons are tried on. */
export const COMPARED: readonly Population[] = [
  ...[quietRepeats, quietRuns].flatMap((spread) => sizes.map((size) => ({ ...size, ...spread }))),
  ...[1, 10, 30].map((jobs) => ({ jobs })),
  ...[10, 30].map((jobs) => ({ jobs, runs: 1, repeats: 5, ...quietRepeats })),
  ...[10, 30].map((jobs) => ({ jobs, runs: 3, repeats: 3, ...quietRepeats })),
  ...[10, 30].map((jobs) => ({ jobs, runs: 10, repeats: 1, runSd: 0.01 })),
  ...(['skewed', 'heavy'] as const).flatMap((shape) =>
    sizes.slice(1).map((size) => ({ ...size, ...quietRepeats, shape })),
  ),
].map((row) => ({ ...POPULATION, ...row }));

const percent = (share: number, digits = 1): string => (share * 100).toFixed(digits);

const TABLE_HEAD =
  '| a side | jobs | run sd | repeat sd | shape | pairs | equal: any worse | any better | 3 % found | 5 % found |\n' +
  '|---|---:|---:|---:|---|---:|---:|---:|---:|---:|\n';

function populationText({ runs, repeats }: Population): string {
  return `${runs} ${runs === 1 ? 'run' : 'runs'} of ${repeats}`;
}

export interface Row {
  readonly population: Population;
  readonly tallies: readonly Tally[];
}

/** Draws and judges the pairs of one row. */
export function tallyRow(population: Population, pairs: number, seed: number): Row {
  const tallies = SLOWDOWNS.map((slower, i) => {
    const random = new Random(seed + i);
    const make = () => [drawSide(random, population, 0), drawSide(random, population, slower)] as const;
    return tallyPairs(pairs, make, 0.95);
  });
  return { population, tallies };
}

/** A line of the table, shares in percent. */
function rowText({ population, tallies: [equal, ...slower] }: Row): string {
  const { jobs, runSd, repeatSd, shape } = population;
  const cells = [
    populationText(population),
    jobs,
    `${percent(runSd, 2)} %`,
    `${percent(repeatSd, 2)} %`,
    shape,
    equal.pairs,
    percent(equal.worse / equal.pairs),
    percent(equal.better / equal.pairs),
    ...slower.map(({ worse, pairs }) => percent(worse / pairs)),
  ];
  return `| ${cells.join(' | ')} |\n`;
}

/**
 * Prints the rows of at most that many jobs as they are made. Whether each calls equal pairs worse no more often than the
 * confidence allows, but for what so few pairs make by chance.
 */
export function printTable(pairs: number, mostJobs: number, confidence: number): boolean {
  const allowed = (1 - confidence) * pairs;
  const byChance = 2 * Math.sqrt(allowed * confidence);
  let holds = true;
  process.stdout.write(TABLE_HEAD);
  for (const [i, population] of COMPARED.entries()) {
    if (population.jobs > mostJobs) continue;
    const row = tallyRow(population, pairs, 100 * i);
    process.stdout.write(rowText(row));
    if (row.tallies[0].worse > allowed + byChance) holds = false;
  }
  return holds;
}
