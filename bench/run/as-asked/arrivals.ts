/**
 * Whether I/Os became due at the rate and by the process that were asked for: the first ones by their times, all of them by their
 * number.
 */
import type { WorkerResult } from '../../../engine/load/index.js';
import {
  dispersionZ,
  exponentialMeanSurprise,
  poissonSurprise,
} from '../../../reports/statistics/tail-bounds.js';
import { begunBy } from '../job/worker-totals.js';
import { check, type Evidence, expected, type ProofCheck, percentText } from './check.js';

const NS_PER_SECOND = 1e9;
/** Arrivals of each window that is counted, and the least windows that tell anything. */
const WINDOW_ARRIVALS = 8;
const LEAST_WINDOWS = 30;
/** Chi-squared that far out: less than 1 in 10^10. */
const MOST_Z = 7;
/** Of even gaps: what two doubles of the clock leave. */
const ROUNDING_NS = 4;
/** A batch may lie on either side of the end, and a first arrival up to a gap behind the beginning: a share, and I/Os of each worker. */
const SLACK_SHARE = 0.001;
const SLACK_IOS = 64;

interface Rate {
  readonly rateIops: number;
  readonly poisson: boolean;
}

/** From the first to the last of the first I/Os, by what it would be at the rate. */
function spanRatio({ issued: { dueNs } }: WorkerResult, { rateIops }: Rate): number {
  const gaps = dueNs.length - 1;
  return ((dueNs[gaps] - dueNs[0]) * rateIops) / NS_PER_SECOND / gaps;
}

function firstHold(worker: WorkerResult, rate: Rate): boolean {
  const gaps = worker.issued.dueNs.length - 1;
  const ratio = spanRatio(worker, rate);
  if (rate.poisson) return expected(exponentialMeanSurprise(ratio, gaps));
  const offNs = (Math.abs(ratio - 1) * gaps * NS_PER_SECOND) / rate.rateIops;
  return offNs <= ROUNDING_NS;
}

/** I/Os of a worker that became due until the end of the measured time, by what is to be; undefined where something else ended it. */
function totalOf(worker: WorkerResult, { rateIops }: Rate): { due: number; asked: number } | undefined {
  if (worker.stopReason !== 'runtime' || worker.statuses.length > 0) return undefined;
  const asked = (rateIops * worker.scheduleNs) / NS_PER_SECOND;
  return { due: begunBy(worker) + worker.unsentIos, asked };
}

function totalHolds(worker: WorkerResult, rate: Rate): boolean {
  const total = totalOf(worker, rate);
  if (total === undefined) return true;
  const { due, asked } = total;
  const [low, high] = [asked * (1 - SLACK_SHARE) - SLACK_IOS, asked * (1 + SLACK_SHARE) + SLACK_IOS];
  return rate.poisson ? expected(poissonSurprise(due, low, high)) : due >= low && due <= high;
}

/** Index of dispersion: variance of the arrivals in windows of one width, by their mean. */
function dispersionOf(dueNs: Float64Array, { rateIops }: Rate): { index: number; windows: number } {
  const widthNs = (WINDOW_ARRIVALS * NS_PER_SECOND) / rateIops;
  const windows = Math.floor((dueNs[dueNs.length - 1] - dueNs[0]) / widthNs);
  const counts = new Float64Array(Math.max(0, windows));
  for (const due of dueNs.subarray(1)) {
    const window = Math.floor((due - dueNs[0]) / widthNs);
    if (window < windows) counts[window]++;
  }
  const mean = counts.reduce((sum, count) => sum + count, 0) / windows;
  const squares = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0);
  return { index: squares / (windows - 1) / mean, windows };
}

function rateCheck(judged: readonly WorkerResult[], rate: Rate): ProofCheck {
  const off = judged.find((worker) => !firstHold(worker, rate) || !totalHolds(worker, rate));
  const shown = off ?? judged[0];
  const total = totalOf(shown, rate);
  const found = [
    `${percentText(1 / spanRatio(shown, rate))} of it by the times of the first ${shown.issued.dueNs.length}`,
    ...(total === undefined ? [] : [`${percentText(total.due / total.asked)} by the number of all`]),
  ].join(', ');
  return check(
    'rate',
    off === undefined,
    `${Number(rate.rateIops.toPrecision(6))} IOPS of each worker`,
    found,
  );
}

function processCheck(judged: readonly WorkerResult[], rate: Rate): ProofCheck[] {
  const told = judged
    .map(({ issued }) => dispersionOf(issued.dueNs, rate))
    .filter(({ windows }) => windows >= LEAST_WINDOWS);
  if (told.length === 0) return [];
  const holds = ({ index, windows }: { index: number; windows: number }): boolean =>
    rate.poisson ? Math.abs(dispersionZ(index, windows)) <= MOST_Z : index <= 1 / WINDOW_ARRIVALS;
  const { index } = told.find((each) => !holds(each)) ?? told[0];
  const asked = rate.poisson
    ? 'independent arrivals (poisson): an index of dispersion of 1'
    : 'even distances (linear): one near 0';
  return [check('arrivals', told.every(holds), asked, index.toPrecision(3))];
}

export function arrivalChecks({ planned: { spec }, workers }: Evidence): ProofCheck[] {
  const judged = workers.filter(({ issued }) => issued.dueNs.length > 1);
  if (spec.rateIops === undefined || judged.length === 0) return [];
  const rate = { rateIops: spec.rateIops, poisson: spec.rateProcess === 'poisson' };
  return [rateCheck(judged, rate), ...processCheck(judged, rate)];
}
