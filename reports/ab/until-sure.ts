/** Whether an experiment that ends once it is sure has come to its end. */
import type { Metric } from '../compare/metrics.js';
import { judge } from '../compare/verdict.js';
import { Random } from '../statistics/random.js';
import { signedRankCentre, signedRankTest } from '../statistics/signed-rank.js';
import type { AbAnalysis, AbMetric } from './analyse.js';
import type { AbDocument, AbEnding, AbSequential } from './document.js';
import { confidenceAt } from './looks.js';
import { logRatios } from './paired-change.js';
import { pairSeries, readingLegs, samplesOf } from './pairs.js';

/** Futures that are drawn to see whether going on would decide. */
const FUTURES = 200;
/** Going on is worth it where at least this share of them decides. */
const WORTH = 0.1;

/** The metrics that have to be sure, of every job. */
function watchedOf({ jobs }: AbAnalysis, { metrics }: AbSequential): AbMetric[][] {
  return jobs.map((job) => job.metrics.filter(({ metric }) => metrics.includes(metric)));
}

/** How far the interval reaches from the estimate, as a share of it; Infinity where there is none. */
function reachOf(ratio: number | undefined, interval: readonly [number, number] | undefined): number {
  if (ratio === undefined || interval === undefined) return Number.POSITIVE_INFINITY;
  return Math.max(interval[1] / ratio - 1, 1 - interval[0] / ratio);
}

function isDecided({ ratio, interval, verdict }: AbMetric, { precision }: AbSequential): boolean {
  return precision === undefined ? verdict !== 'inconclusive' : reachOf(ratio, interval) <= precision;
}

/** What is judged at the last look, of one metric by itself: among many it is decided less often. */
function wouldDecide(
  ratios: readonly number[],
  metric: Metric,
  sequential: AbSequential,
  margin: number,
): boolean {
  const { looks, precision } = sequential;
  const confidence = confidenceAt(looks, sequential.confidence, ratios.length);
  const centre = signedRankCentre(ratios, 1 - confidence);
  if (centre.interval === undefined) return false;
  const [ratio, low, high] = [centre.estimate, ...centre.interval].map(Math.exp);
  if (precision !== undefined) return reachOf(ratio, [low, high]) <= precision;
  const { p } = signedRankTest(ratios);
  const change = { metric, ratio, interval: [low, high] as const, p };
  return judge(change, p, 'runs', { confidence, margin }).verdict !== 'inconclusive';
}

/** The share of futures, drawn from the blocks that were measured, of which the last look decides. */
function chanceToDecide(
  ratios: readonly number[],
  metric: Metric,
  sequential: AbSequential,
  margin: number,
  random: Random,
): number {
  const more = sequential.looks[sequential.looks.length - 1] - ratios.length;
  let decided = 0;
  for (let future = 0; future < FUTURES; future++) {
    const drawn = Array.from({ length: more }, () => ratios[random.index(ratios.length)]);
    if (wouldDecide([...ratios, ...drawn], metric, sequential, margin)) decided++;
  }
  return decided / FUTURES;
}

/** Whether hardly any future would decide what is not decided yet. */
function isFutile(document: AbDocument, watched: readonly AbMetric[][], sequential: AbSequential): boolean {
  const { seed, margin } = document;
  const random = new Random(seed);
  const { series } = pairSeries(document);
  return readingLegs(document, (reader) =>
    series.every(({ experiment }, job) => {
      const open = watched[job].filter((metric) => !isDecided(metric, sequential));
      if (open.length === 0) return true;
      const pairs = samplesOf(experiment, reader);
      return open.every(({ metric }) => {
        const ratios = logRatios(pairs, metric);
        if (ratios === undefined || ratios.length === 0) return true;
        return chanceToDecide(ratios, metric, sequential, margin, random) < WORTH;
      });
    }),
  );
}

/**
 * Why an experiment ends at a look, `analysis` being that of all blocks until then; undefined where it is to go on. The
 * same document ends the same way. Throws ReportError where a histogram cannot be read.
 */
export function endingOf(
  document: AbDocument,
  analysis: AbAnalysis,
  sequential: AbSequential,
): AbEnding | undefined {
  const watched = watchedOf(analysis, sequential);
  if (watched.flat().length === 0) return 'futile';
  if (watched.flat().every((metric) => isDecided(metric, sequential)))
    return sequential.precision === undefined ? 'sure' : 'precise';
  if (analysis.blocks.usable >= sequential.looks[sequential.looks.length - 1]) return 'most';
  return isFutile(document, watched, sequential) ? 'futile' : undefined;
}
