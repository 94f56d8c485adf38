/** Experiments of `nvbench ab --until-sure`, made up on a host that drifts: how often they are wrong, and how long they take. */
import {
  type AbAnalysis,
  type AbBlock,
  type AbEnding,
  type AbLeg,
  analyseAb,
  confidenceAt,
  endingOf,
  looksOf,
} from '../../reports/ab/index.js';
import type { Random } from '../../reports/compare/index.js';
import { drawStages } from '../ab/schedule.js';
import { DRIFT, madeUpExperiment, madeUpJob, madeUpResult } from './made-up.js';
import { shapedOperation } from './shape.js';

const CONFIDENCE = 0.95;
const MARGIN = 0.03;
const TAIL_SD = 0.3;
const IOS = 4000;

export interface SessionWish {
  /** Standard deviation between legs of the log of all latencies. */
  readonly legSd: number;
  /** 0.05 is 5 % more latency on side B. */
  readonly slower: number;
  /** Blocks after which it is looked at, the last at the latest; one makes a session of settled length. */
  readonly looks: readonly number[];
  readonly jobs: number;
  readonly precision?: number;
}

function makeLegs(random: Random, wish: SessionWish, blocks: readonly AbBlock[], from: number): AbLeg[] {
  let level = 0;
  return blocks.flatMap(({ order }, i) => {
    level += DRIFT * random.normal();
    return order.map((role): AbLeg => {
      const jobs = Array.from({ length: wish.jobs }, (_, job) => {
        const own = level + (role === 'B' ? Math.log1p(wish.slower) : 0) + wish.legSd * random.normal();
        const shape = shapedOperation({ level: own, tailShare: TAIL_SD * random.normal() }, IOS);
        return madeUpJob({ name: `job${job}`, ...shape });
      });
      return { role, block: from + i, result: madeUpResult(jobs) };
    });
  });
}

/** One session, up to the look at which it ends. */
export function simulatedSession(random: Random, wish: SessionWish): AbAnalysis {
  const { looks, precision } = wish;
  const seed = random.index(2 ** 32);
  const sequential = {
    confidence: CONFIDENCE,
    looks: [...looks],
    metrics: ['iops'],
    ...(precision ? { precision } : {}),
  };
  let document = madeUpExperiment({
    seed,
    confidence: CONFIDENCE,
    margin: MARGIN,
    sequential,
    blocks: [],
    legs: [],
  });
  const most = looks[looks.length - 1];
  for (const stage of drawStages({ blocks: most, controls: most, seed }, looks)) {
    const blocks = [...document.blocks, ...stage];
    const legs = [...document.legs, ...makeLegs(random, wish, stage, document.blocks.length)];
    const count = blocks.filter(({ kind }) => kind === 'experiment').length;
    document = { ...document, blocks, legs, confidence: confidenceAt(looks, CONFIDENCE, count) };
    const analysis = analyseAb(document);
    const ended = endingOf(document, analysis, sequential);
    if (ended !== undefined) return { ...analysis, sequential: { ...sequential, ended } };
  }
  throw new Error('a session ends at its last look');
}

export interface SessionTally {
  readonly sessions: number;
  /** Sessions with any metric of any job called so. */
  readonly worse: number;
  readonly better: number;
  /** Sessions with IOPS of any job called the same. */
  readonly same: number;
  /** Sessions of whose jobs the intervals of IOPS all hold what is true. */
  readonly covered: number;
  readonly endings: Readonly<Record<AbEnding, number>>;
  /** Blocks of A and B, on average. */
  readonly meanBlocks: number;
}

/** Runs so many and counts what they say. */
export function tallySessions(sessions: number, random: Random, wish: SessionWish): SessionTally {
  const tally = { worse: 0, better: 0, same: 0, covered: 0, blocks: 0 };
  const endings = { sure: 0, precise: 0, futile: 0, most: 0 };
  const truth = 1 / (1 + wish.slower);
  for (let session = 0; session < sessions; session++) {
    const { counts, jobs, blocks, sequential } = simulatedSession(random, wish);
    const iops = jobs.flatMap((job) => job.metrics.filter(({ metric }) => metric === 'iops'));
    if (counts.worse > 0) tally.worse++;
    if (counts.better > 0) tally.better++;
    if (iops.some(({ verdict }) => verdict === 'same')) tally.same++;
    if (iops.every(({ interval }) => interval && interval[0] <= truth && truth <= interval[1]))
      tally.covered++;
    tally.blocks += blocks.usable;
    if (sequential?.ended) endings[sequential.ended]++;
  }
  const { blocks, ...counted } = tally;
  return { sessions, ...counted, endings, meanBlocks: blocks / sessions };
}

export const LOOKS: readonly number[] = looksOf(24, CONFIDENCE);

const ROWS: readonly SessionWish[] = [
  ...[0.01, 0.03].flatMap((legSd) =>
    [0, 0.015, 0.03, 0.05, 0.08].map((slower) => ({ legSd, slower, looks: LOOKS, jobs: 1 })),
  ),
  ...[0, 0.05].map((slower) => ({ legSd: 0.02, slower, looks: LOOKS, jobs: 10 })),
  ...[0, 0.05].map((slower) => ({ legSd: 0.02, slower, looks: LOOKS, jobs: 1, precision: 0.02 })),
  // Of settled length, to compare with.
  ...[10, 24].flatMap((most) => [0, 0.05].map((slower) => ({ legSd: 0.03, slower, looks: [most], jobs: 1 }))),
];

const HEAD =
  '| slower | jobs | leg sd | looks | sessions | any worse | any better | IOPS same | interval holds | ended sure, futile, at most | blocks |\n' +
  '|---:|---:|---:|---|---:|---:|---:|---:|---:|---|---:|\n';

function rowText(wish: SessionWish, tally: SessionTally): string {
  const percent = (count: number): string => ((100 * count) / tally.sessions).toFixed(1);
  const { sure, precise, futile, most } = tally.endings;
  const until = wish.precision === undefined ? '' : `, to ${100 * wish.precision} %`;
  const cells = [
    `${100 * wish.slower} %`,
    wish.jobs,
    `${100 * wish.legSd} %`,
    `${wish.looks.join(', ')}${until}`,
    tally.sessions,
    ...[tally.worse, tally.better, tally.same, tally.covered].map(percent),
    [sure + precise, futile, most].map(percent).join(', '),
    tally.meanBlocks.toFixed(1),
  ];
  return `| ${cells.join(' | ')} |\n`;
}

/**
 * Prints its table. Whether no row is wrong more often than is allowed, but for what so few sessions make by chance: equal
 * sides worse or better, IOPS beyond the margin called the same, intervals without the truth.
 */
export function printSessions(sessions: number, seed: (row: number) => Random): boolean {
  const allowed = (1 - CONFIDENCE) * sessions;
  const most = allowed + 2 * Math.sqrt(allowed * CONFIDENCE);
  let holds = true;
  process.stdout.write(HEAD);
  for (const [i, wish] of ROWS.entries()) {
    const tally = tallySessions(sessions, seed(i), wish);
    process.stdout.write(rowText(wish, tally));
    const wrong = [
      sessions - tally.covered,
      tally.better,
      wish.slower === 0 ? tally.worse : 0,
      wish.slower > MARGIN ? tally.same : 0,
    ];
    // Ten intervals at once are not what each of them promises.
    const judged = wish.jobs === 1 ? wrong : wrong.slice(1);
    if (Math.max(...judged) > most) holds = false;
  }
  return holds;
}
