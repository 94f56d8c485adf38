import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AcknowledgedWrites } from '../../../../engine/load/verify/acknowledged.js';
import { Journal, journalState, newJournal } from '../../../../engine/load/verify/journal.js';

/** A journal of four slots, with what it says. */
function journalOf() {
  const memory = newJournal(4);
  return { journal: new Journal(memory), state: () => journalState(memory) };
}
const NOTHING = { sent: 0, open: [] };

test('what is in flight or failed is open, the rest acknowledged', () => {
  const { journal, state } = journalOf();
  assert.deepEqual(state(), { ...NOTHING, flushed: NOTHING });
  for (const generation of [1, 2, 3]) journal.send(generation, generation);
  journal.end(2, false);
  journal.end(1, true);
  journal.send(2, 4);
  assert.deepEqual(state(), { sent: 4, open: [1, 3, 4], flushed: NOTHING });
});

test('a flush covers what had completed when it went, once it is back', () => {
  const { journal, state } = journalOf();
  for (const generation of [1, 2]) journal.send(generation, generation);
  journal.end(1, false);
  journal.flush(0);
  journal.end(2, false);
  journal.send(1, 3);
  // One beside it changes nothing of the first.
  journal.flush(3);
  journal.flushed(3, false);
  assert.deepEqual(state().flushed, NOTHING);
  journal.flushed(0, false);
  assert.deepEqual(state().flushed, { sent: 2, open: [2] });
  journal.flush(0);
  journal.flushed(0, true);
  assert.deepEqual(state().flushed, { sent: 2, open: [2] });
});

test('of a worker that was ended while it took over what a flush covered, no flush is known', () => {
  const memory = newJournal(4);
  const journal = new Journal(memory);
  journal.send(1, 1);
  journal.end(1, false);
  journal.flush(0);
  journal.flushed(0, false);
  // The third word, which is odd meanwhile.
  new Int32Array(memory)[2]++;
  assert.deepEqual(journalState(memory, 1), { sent: 1, open: [], flushed: NOTHING });
});

test('after more failures than it has room for it claims nothing further', () => {
  const { journal, state } = journalOf();
  for (let generation = 1; generation <= 1030; generation++) {
    journal.send(0, generation);
    journal.end(0, true);
  }
  journal.send(0, 2000);
  journal.end(0, false);
  const { sent, open } = state();
  assert.deepEqual([sent, open.length, open.at(-1)], [1025, 1025, 1025]);
});

test('writes stand by what covers them', () => {
  const worker = { sent: 9, open: [4, 9], flushed: { sent: 6, open: [4, 5] } };
  const standings = (forced: boolean) => {
    const writes = new AcknowledgedWrites({ runMs: 1, forced, workers: [worker] }, 0);
    return [3, 4, 5, 6, 7, 9, 10].map((generation) => writes.standingOf(generation));
  };
  assert.deepEqual(standings(false), ['kept', 'open', 'cached', 'kept', 'cached', 'open', 'open']);
  assert.deepEqual(standings(true), ['kept', 'open', 'kept', 'kept', 'kept', 'open', 'open']);
});
