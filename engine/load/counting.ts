/**
 * HOT: counts the latencies of a batch, in the pass that stamps the times of what goes out next in its slots: what there is of
 * both is touched once.
 */
import { SLOT, SLOT_SHIFT } from '../path/path.js';
import { RECORDS } from '../path/records.js';
import { HISTOGRAM_LENGTH, shortLatencyIndex } from '../stats/histogram.js';
import { BATCH_SLOTS } from './lane.js';

// V8 of Node 20 does not fold what is imported into compiled code; it folds these.
const records = RECORDS;
const batch = BATCH_SLOTS;
const RECORD_SHIFT = SLOT_SHIFT;
const LENGTH = HISTOGRAM_LENGTH;
const { OPERATION, START_LOW, START_HIGH, NEXT_OPERATION } = SLOT;
const indexOf = shortLatencyIndex;
const TWO_32 = 2 ** 32;
const TWO_MINUS_32 = 2 ** -32;

/**
 * From the `first` slot of the batch to the one before `found`; `operation` is that of all, or -1. The records of the lane begin at
 * `base`. What was reaped at `reapedNs` is counted, what goes out at `submittedNs` stamped. Returns the index in the batch of the
 * first whose latency is not a short one.
 */
export function countAndStart(
  histograms: Uint32Array,
  operation: number,
  base: number,
  first: number,
  found: number,
  reapedNs: Float64Array,
  submittedNs: Float64Array,
): number {
  const nowNs = reapedNs[0];
  const nowHigh = (nowNs * TWO_MINUS_32) | 0;
  const nowLow = (nowNs - nowHigh * TWO_32) | 0;
  const startNs = submittedNs[0];
  const startHigh = (startNs * TWO_MINUS_32) | 0;
  const startLow = (startNs - startHigh * TWO_32) | 0;
  let i = first | 0;
  if (operation >= 0) {
    const histogram = Math.imul(operation, LENGTH);
    for (; i < found; i = (i + 1) | 0) {
      const record = ((batch[i] << RECORD_SHIFT) + base) | 0;
      const latencyNs = (nowLow - records[(record + START_LOW) | 0]) | 0;
      if (records[(record + START_HIGH) | 0] !== nowHigh || latencyNs < 0) break;
      records[(record + START_LOW) | 0] = startLow;
      records[(record + START_HIGH) | 0] = startHigh;
      const index = (histogram + indexOf(latencyNs)) | 0;
      histograms[index]++;
    }
    return i;
  }
  for (; i < found; i = (i + 1) | 0) {
    const record = ((batch[i] << RECORD_SHIFT) + base) | 0;
    const latencyNs = (nowLow - records[(record + START_LOW) | 0]) | 0;
    if (records[(record + START_HIGH) | 0] !== nowHigh || latencyNs < 0) break;
    records[(record + START_LOW) | 0] = startLow;
    records[(record + START_HIGH) | 0] = startHigh;
    const index = (Math.imul(records[(record + OPERATION) | 0], LENGTH) + indexOf(latencyNs)) | 0;
    records[(record + OPERATION) | 0] = records[(record + NEXT_OPERATION) | 0];
    histograms[index]++;
  }
  return i;
}
