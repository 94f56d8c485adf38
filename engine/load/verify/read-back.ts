/** Reads again what a worker wrote, at the depth of its job: after the measured time, and in no figure. */
import { BATCH, IDLE, SLOT, slbaOf } from '../../path/path.js';
import { NVM } from '../../spec/index.js';
import { READ } from '../../stats/operations.js';
import { nowNs } from '../../sys/clock.js';
import type { Lane } from '../lane.js';
import type { Checks } from './checks.js';
import type { Places } from './places.js';
import type { ReadBack } from './report.js';

const TWO_32 = 2 ** 32;
const NS_PER_MS = 1e6;

export interface ReadBackOptions {
  readonly ioTimeoutMs: number;
  /** Whether to end at once. */
  stopped(): boolean;
  /** Nothing had completed. */
  idle(): void;
}

/** Blocks the thread until all is read. Slots whose I/O never came back are left alone. */
export function readBack(
  lanes: readonly Lane[],
  checks: Checks,
  places: Places,
  { ioTimeoutMs, stopped, idle }: ReadBackOptions,
): ReadBack {
  const startNs = nowNs();
  const free = lanes.map((lane) => freeSlots(lane));
  const failure: { firstFailedLba?: number; firstStatus?: number } = {};
  let ios = 0;
  let failedIos = 0;
  let flying = 0;
  let progressNs = startNs;
  let ended: ReadBack['ended'];
  checks.readingBack = true;

  /** Sends what there are free slots for; at most a batch. */
  function send(lane: Lane, slots: number[]): void {
    let count = 0;
    while (count < BATCH && slots.length > 0 && places.left) {
      const slot = slots.pop()!;
      places.take();
      const record = slot * SLOT.WORDS;
      lane.slots[record + SLOT.OPCODE] = NVM.READ;
      lane.slots[record + SLOT.OPERATION] = READ;
      lane.slots[record + SLOT.NEXT_OPERATION] = READ;
      lane.slots[record + SLOT.SLBA_LOW] = (places.slba % TWO_32) | 0;
      lane.slots[record + SLOT.SLBA_HIGH] = Math.floor(places.slba / TWO_32);
      lane.slots[record + SLOT.LBAS] = places.lbas;
      lane.batch[count++] = slot;
    }
    if (count === 0) return;
    lane.queue.post(lane.batch, count);
    lane.queue.ring();
    flying += count;
  }

  function take(lane: Lane, slots: number[]): boolean {
    const found = lane.queue.reap(lane.batch, BATCH);
    for (let i = 0; i < found; i++) {
      const slot = lane.batch[i];
      if (lane.slots[slot * SLOT.WORDS + SLOT.START_HIGH] !== IDLE) continue;
      flying--;
      ios++;
      slots.push(slot);
      if (lane.queue.failures === 0 || lane.queue.statuses[i] === 0) continue;
      failedIos++;
      failure.firstFailedLba ??= slbaOf(lane.slots, slot * SLOT.WORDS);
      failure.firstStatus ??= lane.queue.statuses[i];
    }
    lane.queue.release();
    return found > 0;
  }

  while (ended === undefined || flying > 0) {
    let found = false;
    for (const [i, lane] of lanes.entries()) {
      found = take(lane, free[i]) || found;
      if (ended === undefined) send(lane, free[i]);
    }
    if (flying === 0 && (!places.left || free.every(({ length }) => length === 0))) break;
    if (checks.failed) ended ??= 'bad-block';
    if (found) progressNs = nowNs();
    else idle();
    if (stopped()) {
      ended = 'stopped';
      break;
    }
    if (!found && nowNs() - progressNs > ioTimeoutMs * NS_PER_MS) {
      ended = 'timeout';
      break;
    }
  }
  if (ended === undefined && places.left) ended = 'timeout';
  return {
    ios,
    failedIos,
    durationNs: nowNs() - startNs,
    ...failure,
    ...(ended === undefined ? {} : { ended }),
  };
}

/** Slots of a lane whose I/O has come back. */
function freeSlots({ slots }: Lane): number[] {
  return Array.from({ length: slots.length / SLOT.WORDS }, (_, slot) => slot).filter(
    (slot) => slots[slot * SLOT.WORDS + SLOT.START_HIGH] === IDLE,
  );
}
