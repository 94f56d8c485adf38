import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { TraceFeed } from '../../../../bench/run/job/trace-feed.js';
import { TraceRing } from '../../../../engine/load/replay/trace-ring.js';
import { TraceSource } from '../../../../engine/load/replay/trace-source.js';
import { SLOT } from '../../../../engine/path/path.js';
import { TRACE_RECORD, type TraceRecords } from '../../../../engine/stats/trace-record.js';

const REPLAY = { noStall: true, speed: 1, spanNs: 0, writtenBytes: 0 };

/** As many reads of a block as there are, each behind the last; beyond `broken` they cannot be read. */
const records = (ios: number, broken = ios): TraceRecords => ({
  read: (from, into) => {
    const count = Math.min(ios - from, into.length / TRACE_RECORD.WORDS);
    if (from + count > broken) throw new Error('the file is gone');
    for (let i = 0; i < count; i++) into.set([0, (from + i) * 512, 512, 0], i * TRACE_RECORD.WORDS);
    return count;
  },
});

async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds() && waited < 2000; waited++) await delay(1);
  assert.ok(holds());
}

test('a ring is kept full while a worker takes from it, to the end of the trace', async () => {
  const ring = new TraceRing(records(40), { ...REPLAY, ios: 40 }, 512, 8);
  const feed = new TraceFeed(ring);
  const source = new TraceSource(ring.memory);
  const slots = new Int32Array(8 * SLOT.WORDS);
  const marks = new Int32Array(ring.memory, 0, 2);
  const batch = Uint16Array.from({ length: 8 }, (_, slot) => slot);
  for (let taken = 0; taken < 40; taken += 8) {
    await until(() => Atomics.load(marks, 0) === taken + 8);
    source.fill(slots, batch, 8);
    assert.deepEqual(
      Array.from(batch, (slot) => slots[slot * SLOT.WORDS + SLOT.SLBA_LOW]),
      Array.from({ length: 8 }, (_, i) => taken + i),
    );
  }
  assert.equal(feed.close(), undefined);
});

test('a trace that cannot be read any more is told', async () => {
  const feed = new TraceFeed(new TraceRing(records(40, 4), { ...REPLAY, ios: 40 }, 512, 8));
  await until(() => feed.problem !== undefined);
  assert.match(String(feed.close()), /the file is gone/);
});
