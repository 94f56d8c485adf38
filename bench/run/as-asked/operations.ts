/** Whether operations have the shares that were asked for: of the first I/Os, and of all that were counted; and whether flushes came. */
import {
  FLUSH,
  OPERATIONS,
  type OperationName,
  WRITE,
  ZONE_RESET,
} from '../../../engine/stats/operations.js';
import { binomialSurprise } from '../../../reports/statistics/tail-bounds.js';
import { jobOperations } from '../plan/job-operations.js';
import { check, type Evidence, expected, type ProofCheck, percentText } from './check.js';

/** A share is drawn by 16 random bits. */
const SHARE_STEP = 2 ** -16;

/** I/Os by index in OPERATIONS, and those of no operation. */
interface Counted {
  readonly ios: Float64Array;
  readonly others: number;
}

function issuedIos({ workers }: Evidence): Counted {
  const ios = new Float64Array(OPERATIONS.length);
  let others = 0;
  for (const { issued } of workers)
    for (const operation of issued.operations) {
      if (operation < ios.length) ios[operation]++;
      else others++;
    }
  return { ios, others };
}

/** I/Os that completed or failed. */
function finishedIos({ workers }: Evidence): Counted {
  const ios = new Float64Array(OPERATIONS.length);
  for (const { completed, statuses } of workers) {
    for (const [index, name] of OPERATIONS.entries()) ios[index] += completed[name];
    for (const { operation, count } of statuses) ios[OPERATIONS.indexOf(operation)] += count;
  }
  return { ios, others: 0 };
}

/** `open`: so many of what was issued may be in none of the counts, as it was outstanding at an end. */
function surpriseOf(found: number, ios: number, share: number, open: number): number {
  if (share === 0 || share === 1) return binomialSurprise(found, ios, share);
  const lowest = binomialSurprise(Math.max(0, found - open), ios, share - SHARE_STEP, share + SHARE_STEP);
  const highest = binomialSurprise(Math.min(ios, found + open), ios, share - SHARE_STEP, share + SHARE_STEP);
  const between = (found - open) / ios <= share && share <= (found + open) / ios;
  return between ? 0 : Math.min(lowest, highest);
}

/** Flushes and resets of zones come beside what is asked by shares. */
const isBeside = (operation: number): boolean => operation === FLUSH || operation === ZONE_RESET;

const sumOf = ({ ios }: Counted): number => ios.reduce((sum, count, i) => sum + (isBeside(i) ? 0 : count), 0);

/** Whether all operations but the flushes have their shares, and no other came. */
function sharesHold(counted: Counted, shares: ReadonlyMap<OperationName, number>, open: number): boolean {
  const all = sumOf(counted);
  if (counted.others > 0) return false;
  return OPERATIONS.every(
    (name, i) => isBeside(i) || expected(surpriseOf(counted.ios[i], all, shares.get(name) ?? 0, open)),
  );
}

/** Only a job that goes by zones resets any. */
const resetsHold = ({ planned: { spec } }: Evidence, ...counted: Counted[]): boolean =>
  (spec.zoneMode === 'zbd' && spec.readPercent < 100) || counted.every(({ ios }) => ios[ZONE_RESET] === 0);

/** Flushes of the first I/Os are as many as follow what was no read, to one of each worker. */
function flushesHold({ planned, workers }: Evidence): boolean {
  const { flushEvery = 0 } = planned.spec;
  return workers.every(({ issued }) => {
    const flushes = issued.operations.filter((operation) => operation === FLUSH).length;
    if (flushEvery === 0) return flushes === 0;
    const changes = issued.operations.filter(
      (operation) => operation >= WRITE && !isBeside(operation),
    ).length;
    return Math.abs(flushes - Math.floor(changes / flushEvery)) <= 1;
  });
}

function foundText(counted: Counted, names: Iterable<OperationName>): string {
  const all = sumOf(counted);
  const parts = [...names].map((name) => {
    const found = counted.ios[OPERATIONS.indexOf(name)];
    return `${name} ${percentText(all === 0 ? 0 : found / all)}`;
  });
  return `${parts.join(', ')} of ${all}${counted.others === 0 ? '' : ` and ${counted.others} others`}`;
}

export function operationChecks(evidence: Evidence): ProofCheck[] {
  const { spec, config } = evidence.planned;
  const { numjobs, queuePairs, iodepth, flushEvery = 0 } = spec;
  const [issued, finished] = [issuedIos(evidence), finishedIos(evidence)];
  if (sumOf(issued) + issued.others === 0 && sumOf(finished) === 0) return [];
  const shares = new Map(jobOperations(config).map(({ name, share }) => [name, share]));
  const holds =
    sharesHold(issued, shares, 0) &&
    sharesHold(finished, shares, numjobs * queuePairs * iodepth) &&
    resetsHold(evidence, issued, finished) &&
    flushesHold(evidence);
  const asked = [...shares].map(([name, share]) => `${name} ${percentText(share)}`);
  const flushes = flushEvery === 0 ? '' : `; a flush after every ${flushEvery} that are no reads`;
  const found = `${foundText(issued, shares.keys())} issued first, ${foundText(finished, shares.keys())} counted`;
  return [check('operations', holds, `${asked.join(', ')}${flushes}`, found)];
}
