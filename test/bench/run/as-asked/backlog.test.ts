/** The proof of jobs with a backlog: what is not as asked is found. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backlogChecks, withoutBacklog } from '../../../../bench/run/as-asked/backlog.js';
import type { Evidence } from '../../../../bench/run/as-asked/check.js';

const [READ, WRITE] = [0, 1];

/** Of I/Os of 8 blocks at depth 1, whose every second write is to be read. */
function evidenceOf(ios: readonly (readonly [operation: number, slba: number])[]): Evidence {
  const issued = {
    operations: Uint8Array.from(ios, ([operation]) => operation),
    slbas: Float64Array.from(ios, ([, slba]) => slba),
    lbas: new Int32Array(ios.length).fill(8),
    dueNs: new Float64Array(ios.length),
  };
  const completed = { read: 3, write: 3 };
  return {
    planned: { spec: { iodepth: 1, queuePairs: 1, verification: { backlog: { every: 2, batch: 2 } } } },
    workers: [{ index: 0, issued, statuses: [], completed }],
  } as unknown as Evidence;
}

const holds = (ios: readonly (readonly [number, number])[]): boolean =>
  backlogChecks(evidenceOf(ios))[0].holds;

test('reads of what was written, once each, are good', () => {
  assert.equal(
    holds([
      [WRITE, 0],
      [WRITE, 8],
      [READ, 0],
      [READ, 8],
      [WRITE, 0],
      [WRITE, 8],
      [READ, 0],
    ]),
    true,
  );
});

test('a read of what was not written, or of what was read before, is found', () => {
  assert.equal(
    holds([
      [WRITE, 0],
      [READ, 8],
    ]),
    false,
  );
  assert.equal(
    holds([
      [WRITE, 0],
      [READ, 0],
      [READ, 0],
    ]),
    false,
  );
});

test('writes that are not read in time are found', () => {
  assert.equal(holds(Array.from({ length: 40 }, (_, i) => [WRITE, 8 * i] as const)), false);
});

test('what else was asked is judged without these reads', () => {
  const [{ issued, completed }] = withoutBacklog(
    evidenceOf([
      [WRITE, 0],
      [READ, 0],
      [WRITE, 8],
    ]),
  ).workers;
  assert.deepEqual([[...issued.slbas], completed.read], [[0, 8], 0]);
});
