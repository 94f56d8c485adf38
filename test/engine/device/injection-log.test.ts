import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INJECTIONS_KEPT, InjectionLog } from '../../../engine/device/injection-log.js';

/** A read with its number as identifier and address. */
function command(cid: number): Uint32Array {
  const words = new Uint32Array(16);
  words[0] = 0x02 | (cid << 16);
  words[1] = 1;
  words[10] = cid;
  words[11] = 1;
  return words;
}

test('the latest injections are kept, and all are counted', () => {
  const log = new InjectionLog();
  const count = INJECTIONS_KEPT + 100;
  for (let cid = 1; cid <= count; cid++) log.note(3, 'drop', 2, command(cid), 0);
  // what another thread has of it
  const { total, injections } = new InjectionLog(log.buffer).read();
  assert.equal(total, count);
  // the slot that is written next may be half written
  assert.deepEqual(
    injections.map(({ sequence }) => sequence),
    Array.from({ length: INJECTIONS_KEPT - 1 }, (_, i) => count - INJECTIONS_KEPT + 2 + i),
  );
  const { timeNs, ...last } = injections.at(-1)!;
  const slba = 2 ** 32 + count;
  assert.deepEqual(last, {
    sequence: count,
    fault: 3,
    kind: 'drop',
    opcode: 2,
    qid: 2,
    cid: count,
    nsid: 1,
    slba,
  });
  assert.deepEqual(
    log.read(count - 2).injections.map(({ sequence }) => sequence),
    [count - 1, count],
  );
  assert.deepEqual(log.read(count + 5), { total: count, injections: [] });
});

test('times are those of CLOCK_MONOTONIC, and commands without an address have none', () => {
  const log = new InjectionLog();
  const before = process.hrtime.bigint();
  const flush = new Uint32Array(16);
  flush[10] = 77;
  log.note(1, 'delay', 1, flush, 0);
  log.note(2, 'mute', 0, command(5), 0);
  const after = process.hrtime.bigint();
  const { injections } = log.read();
  assert.deepEqual(
    injections.map(({ slba }) => slba),
    [undefined, undefined],
  );
  const slackNs = 1e6; // the clocks are read one after the other
  for (const { timeNs } of injections)
    assert.ok(timeNs > Number(before) - slackNs && timeNs < Number(after) + slackNs);
});
