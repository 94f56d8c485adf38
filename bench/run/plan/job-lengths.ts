/** How long the I/Os of a job are, as the engine takes it, and how long they are on average. */
import {
  type LengthsByOperation,
  longestBytes,
  meanBytes,
  shortestBytes,
} from '../../../engine/load/index.js';
import type { JobConfig } from '../../config/run-config.js';
import { lawsOf, type Sizes } from '../../config/size-keys.js';
import { type JobOperation, jobOperations } from './job-operations.js';

/** Of a job that says `bs`, or several sizes. */
const sizesOf = ({ rw, bs = { read: 0, write: 0 }, bsRange, bsSplit }: JobConfig): Sizes => ({
  rw,
  bs,
  ...(bsRange === undefined ? {} : { bsrange: bsRange }),
  ...(bsSplit === undefined ? {} : { bssplit: bsSplit }),
});

export interface JobLengths {
  /** Of the longest I/O. */
  readonly bsBytes: number;
  /** Absent where all are as long, and begin at multiples of that. */
  readonly lengths?: LengthsByOperation;
  /** What all random I/Os begin at multiples of, the larger where operations differ. */
  readonly alignBytes: number;
}

export function jobLengths(job: JobConfig): JobLengths {
  const laws = lawsOf(sizesOf(job));
  const each = jobOperations(job).map(({ name, direction }) => {
    const law = laws[direction];
    return { name, law, alignBytes: job.blockAlign?.[direction] ?? shortestBytes(law) };
  });
  const bsBytes = Math.max(...each.map(({ law }) => longestBytes(law)));
  const alignBytes = Math.max(...each.map((one) => one.alignBytes));
  const plain = each.every((one) => shortestBytes(one.law) === bsBytes && one.alignBytes === bsBytes);
  if (plain) return { bsBytes, alignBytes };
  const lengths = Object.fromEntries(each.map(({ name, ...rest }) => [name, rest])) as LengthsByOperation;
  return { bsBytes, lengths, alignBytes };
}

/** Bytes of the shortest I/O of a direction. */
export function leastIoBytes(job: JobConfig, direction: JobOperation['direction']): number {
  return shortestBytes(lawsOf(sizesOf(job))[direction]);
}

/** Bytes of an I/O on average, away from the end of the region: of all, or of one direction; 0 where the job has none of it. */
export function meanIoBytes(job: JobConfig, of?: JobOperation['direction']): number {
  const laws = lawsOf(sizesOf(job));
  const shares = jobOperations(job).filter(({ direction }) => of === undefined || direction === of);
  const whole = shares.reduce((sum, { share }) => sum + share, 0);
  return shares.reduce((sum, { direction, share }) => sum + (share / whole) * meanBytes(laws[direction]), 0);
}
