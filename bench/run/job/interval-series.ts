/**
 * The intervals of one job on one device, in bounded memory. Counts come in a few times a second and are closed into
 * intervals of a second. When there are more than the limits allow, neighbours are joined two by two, a few at a time so
 * that no call takes long, and from then on intervals are twice as wide. Nothing counted is ever lost or moved
 * to another interval.
 */

import type { IntervalCounts } from '../../../engine/load/index.js';
import { decodeCounts } from '../../../engine/stats/hdr-decode.js';
import {
  type ByOperation,
  byOperation,
  countsOf,
  emptyCounts,
  OPERATIONS,
} from '../../../engine/stats/operations.js';
import { mergeCounts } from '../../../engine/stats/percentiles.js';
import {
  buildIntervalOperation,
  type IntervalRecord,
  mergeIntervals,
} from '../../../reports/document/index.js';
import type { PlannedJob } from '../plan/plan.js';
import { type ByteUnit, byteUnitOf, giveBack, movedOf } from './moved-bytes.js';

const NS_PER_MS = 1e6;
const FIRST_WIDTH_NS = 1e9;
/** A taking so little before the end of an interval ends it: timers and workers are not exact. */
const EARLY_NS = 20 * NS_PER_MS;
/** Pairs joined at each closing: few enough to be quick, enough to be done long before the next doubling. */
const JOINS_AT_ONCE = 4;

/** What was taken from the workers at one time. */
export interface Taking {
  readonly counts: IntervalCounts;
  /** Since the measurement began. */
  readonly failed: ByOperation<number>;
  readonly endNs: number;
}

/** About how much is kept at most. */
export interface SeriesLimits {
  readonly intervals: number;
  /** Of encoded histograms. */
  readonly bytes: number;
}

export interface SeriesOptions extends SeriesLimits, ByteUnit {}

const NONE = byOperation(() => 0);

function encodedBytes(records: readonly IntervalRecord[]): number {
  const of = (record: IntervalRecord): number =>
    OPERATIONS.reduce((sum, name) => sum + (record[name]?.histogram.data.length ?? 0), 0);
  return records.reduce((sum, record) => sum + of(record), 0);
}

/** Neighbours joined two by two; one that is left over stays as it is. */
function joinedInPairs(records: readonly IntervalRecord[]): IntervalRecord[] {
  return records.flatMap((record, i) => {
    if (i % 2 === 1) return [];
    return i + 1 < records.length ? mergeIntervals(record, records[i + 1]) : record;
  });
}

export class IntervalSeries {
  readonly #unit: ByteUnit;
  readonly #limits: SeriesLimits;
  #closed: IntervalRecord[] = [];
  /** Of what is closed. */
  #bytes = 0;
  #widthNs = FIRST_WIDTH_NS;
  /** While neighbours are joined: how many of `#closed` have the new width. */
  #joined: number | undefined;
  #counts = emptyCounts();
  #startNs = 0;
  #endNs = 0;
  /** Failures until the open interval began, and until now. */
  #failedBefore = NONE;
  #failed = NONE;

  constructor({ intervals, bytes, ...unit }: SeriesOptions) {
    this.#unit = unit;
    this.#limits = { intervals: Math.max(2, intervals), bytes };
  }

  /** The width that new intervals have. */
  get widthNs(): number {
    return this.#widthNs;
  }

  /** Until when all was added that was counted. */
  get endNs(): number {
    return this.#endNs;
  }

  /** Where the open interval ends. */
  get boundaryNs(): number {
    return (Math.round(this.#startNs / this.#widthNs) + 1) * this.#widthNs;
  }

  /** Adds what was counted since the last call. True where that ended an interval. */
  add({ counts, failed, endNs }: Taking): boolean {
    mergeCounts(this.#counts, counts);
    this.#failed = failed;
    this.#endNs = Math.max(this.#endNs, endNs);
    if (this.#endNs < this.boundaryNs - EARLY_NS) return false;
    this.#close();
    this.#thin();
    return true;
  }

  /** The intervals so far; the last one is as long as the time since the one before. */
  records(): IntervalRecord[] {
    const open = this.#openRecord();
    const isEmpty = this.#endNs === this.#startNs && OPERATIONS.every((name) => open[name] === undefined);
    return isEmpty ? [...this.#closed] : [...this.#closed, open];
  }

  /**
   * Adds what was left when the workers had ended, and gives all intervals, the last of which ends with the job. A
   * remainder of less than half a width belongs to the interval before. None are given where not even one fits.
   */
  finish(rest: Taking): IntervalRecord[] {
    mergeCounts(this.#counts, rest.counts);
    this.#failed = rest.failed;
    this.#endNs = Math.max(this.#startNs, rest.endNs);
    while (this.#joined !== undefined) this.#join();
    const last = this.#closed.at(-1);
    if (last === undefined || this.#endNs - this.#startNs >= this.#widthNs / 2) this.#close();
    else {
      const whole = mergeIntervals(last, this.#openRecord());
      this.#closed[this.#closed.length - 1] = { ...whole, endNs: Math.max(last.startNs, rest.endNs) };
    }
    return this.#fitting();
  }

  #fitting(): IntervalRecord[] {
    while (this.#closed.length > 1 && encodedBytes(this.#closed) > this.#limits.bytes) {
      this.#closed = joinedInPairs(this.#closed);
      this.#widthNs *= 2;
    }
    return encodedBytes(this.#closed) > this.#limits.bytes ? [] : this.#closed;
  }

  #openRecord(): IntervalRecord {
    const done = OPERATIONS.flatMap((name) => {
      const errors = Math.max(0, this.#failed[name] - this.#failedBefore[name]);
      const part = buildIntervalOperation(
        countsOf(this.#counts, name),
        movedOf(this.#unit, this.#counts, name),
        errors,
      );
      return part ? [[name, part] as const] : [];
    });
    return { startNs: this.#startNs, endNs: this.#endNs, ...Object.fromEntries(done) };
  }

  #close(): void {
    const record = this.#openRecord();
    this.#closed.push(record);
    this.#bytes += encodedBytes([record]);
    this.#counts.fill(0);
    this.#startNs = this.#endNs;
    this.#failedBefore = this.#failed;
  }

  #thin(): void {
    const { length } = this.#closed;
    const tooLarge = this.#bytes > this.#limits.bytes && length > 2;
    if (tooLarge || length > this.#limits.intervals) this.#joined ??= 0;
    for (let i = 0; i < JOINS_AT_ONCE && this.#joined !== undefined; i++) this.#join();
  }

  /** Joins the next two. A single one at the end is opened again, to become as wide as the others. */
  #join(): void {
    const at = this.#joined ?? 0;
    const [first, second] = this.#closed.slice(at, at + 2);
    if (second === undefined) this.#reopen();
    else {
      const whole = mergeIntervals(first, second);
      this.#closed.splice(at, 2, whole);
      this.#bytes += encodedBytes([whole]) - encodedBytes([first, second]);
    }
    this.#joined = at + 1;
    if (this.#joined < this.#closed.length) return;
    this.#joined = undefined;
    this.#widthNs *= 2;
  }

  #reopen(): void {
    const last = this.#closed.pop();
    if (last === undefined) return;
    this.#bytes -= encodedBytes([last]);
    for (const name of OPERATIONS) {
      const part = last[name];
      if (part === undefined) continue;
      mergeCounts(countsOf(this.#counts, name), decodeCounts(part.histogram.data));
      giveBack(this.#unit, this.#counts, name, part.bytes);
    }
    const before = this.#failedBefore;
    this.#failedBefore = byOperation((name) => before[name] - (last[name]?.errors ?? 0));
    this.#startNs = last.startNs;
  }
}

/** That of a planned job. */
export function seriesOf(planned: Pick<PlannedJob, 'spec' | 'device'>, limits: SeriesLimits): IntervalSeries {
  return new IntervalSeries({ ...byteUnitOf(planned), ...limits });
}

/** Intervals that a file holds, over all jobs; and of each job at least, however many there are. */
const INTERVALS_OF_RUN = 10_800;
const INTERVALS_OF_JOB = { least: 4, most: 1800 };
/** Of histograms of intervals. With those of the jobs, of which each has one, a document can still be read. */
const INTERVAL_BYTES_OF_RUN = 96 * 2 ** 20;

/** What each of so many jobs may keep. */
export function intervalLimits(jobs: number): SeriesLimits {
  const { least, most } = INTERVALS_OF_JOB;
  const intervals = Math.max(least, Math.min(most, Math.floor(INTERVALS_OF_RUN / jobs)));
  return { intervals, bytes: INTERVAL_BYTES_OF_RUN / jobs };
}
