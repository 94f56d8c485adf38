/** HOT: the logical blocks that I/Os of several lengths move, counted behind the histograms of their operations. */
import { SLOT, SLOT_SHIFT } from '../path/path.js';
import { LBAS_AT } from '../stats/operations.js';
import type { Lane } from './lane.js';

// V8 of Node 20 does not fold what is imported into compiled code; it folds these.
const RECORD_SHIFT = SLOT_SHIFT;
const LBAS_FROM = LBAS_AT;
const { OPERATION, LBAS } = SLOT;

/** Adds the blocks of what completed in slots `from` to `to` - 1 of the batch, `times` times. */
export function countLbas(
  histograms: Uint32Array,
  { slots, batch, lbas }: Lane,
  from: number,
  to: number,
  times: number,
): void {
  for (let i = from | 0; i < to; i = (i + 1) | 0) {
    const slot = batch[i];
    const at = (LBAS_FROM + slots[(slot << RECORD_SHIFT) | OPERATION]) | 0;
    histograms[at] += Math.imul(lbas[slot], times);
  }
}

/** Keeps how long what goes out in the first `count` slots of the batch is: their records will say what comes next. */
export function noteLbas({ slots, batch, lbas }: Lane, count: number): void {
  for (let i = 0; i < count; i = (i + 1) | 0) lbas[batch[i]] = slots[(batch[i] << RECORD_SHIFT) | LBAS];
}
