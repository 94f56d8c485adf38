/** Whether reads and writes have the shares that were asked for: of the first I/Os, and of all that were counted. */
import { READ, WRITE } from '../../../engine/stats/operations.js';
import { binomialSurprise } from '../../../reports/statistics/tail-bounds.js';
import { check, type Evidence, expected, type ProofCheck, percentText } from './check.js';

/** A share is drawn by 16 random bits. */
const SHARE_STEP = 2 ** -16;

interface Shares {
  readonly reads: number;
  readonly ios: number;
  /** Others than reads and writes. */
  readonly others: number;
}

function issuedShares({ workers }: Evidence): Shares {
  let [reads, ios, others] = [0, 0, 0];
  for (const { issued } of workers) {
    ios += issued.operations.length;
    for (const operation of issued.operations) {
      if (operation === READ) reads++;
      else if (operation !== WRITE) others++;
    }
  }
  return { reads, ios, others };
}

/** I/Os that completed or failed, by operation. */
function countedShares({ workers }: Evidence): Shares {
  const sum = { read: 0, write: 0 };
  for (const { completed, statuses } of workers) {
    sum.read += completed.read;
    sum.write += completed.write;
    for (const { operation, count } of statuses) sum[operation] += count;
  }
  return { reads: sum.read, ios: sum.read + sum.write, others: 0 };
}

/** `open`: so many of what was issued may be in none of the counts, as it was outstanding at an end. */
function surpriseOf({ reads, ios, others }: Shares, share: number, open: number): number {
  if (others > 0) return Number.POSITIVE_INFINITY;
  if (share === 0 || share === 1) return binomialSurprise(reads, ios, share);
  const lowest = binomialSurprise(Math.max(0, reads - open), ios, share - SHARE_STEP, share + SHARE_STEP);
  const highest = binomialSurprise(Math.min(ios, reads + open), ios, share - SHARE_STEP, share + SHARE_STEP);
  const between = (reads - open) / ios <= share && share <= (reads + open) / ios;
  return between ? 0 : Math.min(lowest, highest);
}

const foundText = ({ reads, ios, others }: Shares): string =>
  `${percentText(ios === 0 ? 0 : reads / ios)} of ${ios}${others === 0 ? '' : ` and ${others} others`}`;

export function operationChecks(evidence: Evidence): ProofCheck[] {
  const { readPercent, numjobs, queuePairs, iodepth } = evidence.planned.spec;
  const [issued, counted] = [issuedShares(evidence), countedShares(evidence)];
  if (issued.ios === 0 && counted.ios === 0) return [];
  const share = readPercent / 100;
  const holds =
    expected(surpriseOf(issued, share, 0)) &&
    expected(surpriseOf(counted, share, numjobs * queuePairs * iodepth));
  const found = `reads: ${foundText(issued)} issued first, ${foundText(counted)} counted`;
  return [check('operations', holds, `${percentText(share)} reads, the rest writes`, found)];
}
