/** What a read brings beside a write of the same block, and after it; and in the order of the writes of a former run. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WorkerSpec } from '../../../../engine/load/job.js';
import { CheckedQueue } from '../../../../engine/load/verify/checked-queue.js';
import { Checks } from '../../../../engine/load/verify/checks.js';
import { type IoQueue, SLOT } from '../../../../engine/path/path.js';
import { NVM, ZNS } from '../../../../engine/spec/index.js';

const WORDS = 128;
const SEED = 7;
const RUN_MS = 1000;
const [WRITER, READER] = [0, 1];

const spec = {
  lbaBytes: 512,
  seed: SEED,
  runMs: RUN_MS,
  readPercent: 50,
  bsBytes: 512,
  region: { startLba: 0, blocks: 8, blockLbas: 1 },
} as unknown as WorkerSpec;

/** A queue of one lane of two slots, whose I/Os of `lbas` blocks complete when they are told to. */
function played({ readPercent = 50, inOrder = false, lbas = 1 } = {}) {
  const checks = new Checks({ ...spec, readPercent }, { readBack: false, fatal: false, inOrder });
  const slots = new Int32Array(2 * SLOT.WORDS);
  const data = (): Int32Array[] => [new Int32Array(lbas * WORDS), new Int32Array(lbas * WORDS)];
  let completes = 0;
  const inner = {
    writeData: data(),
    readData: data(),
    failures: 0,
    statuses: new Uint16Array(2),
    unexpected: 0,
    post: () => undefined,
    release: () => undefined,
    reap: (into: Uint16Array) => {
      into[0] = completes;
      return 1;
    },
  };
  const queue = new CheckedQueue(inner as unknown as IoQueue, slots, checks, 0, 2, lbas);
  const blockOf = (generation: number, lba = 0): Int32Array => {
    const words = new Int32Array(WORDS);
    checks.content.write(words, 0, lba, 0, generation, SEED, RUN_MS, 0);
    return words;
  };
  const post = (slot: number, opcode: number): void => {
    slots[slot * SLOT.WORDS + SLOT.OPCODE] = opcode;
    slots[slot * SLOT.WORDS + SLOT.LBAS] = lbas;
    queue.post(Uint16Array.of(slot), 1);
  };
  return {
    checks,
    blockOf,
    write(generation: number): void {
      inner.writeData[WRITER].set(blockOf(generation));
      post(WRITER, NVM.WRITE);
    },
    read: () => post(READER, NVM.READ),
    reset: () => post(WRITER, ZNS.ZONE_MANAGEMENT_SEND),
    /** The read finds the one block up to a word, and from there on the other. */
    brings(first: Int32Array, rest: Int32Array, upTo = WORDS / 2): void {
      inner.readData[READER].set(first);
      inner.readData[READER].set(rest.subarray(upTo), upTo);
    },
    bringsBlocks(blocks: readonly Int32Array[]): void {
      for (const [i, block] of blocks.entries()) inner.readData[READER].set(block, i * WORDS);
    },
    end(slot: number): void {
      completes = slot;
      queue.reap(new Uint16Array(2), 1);
      queue.release();
    },
  };
}

const torn = ({ checks }: ReturnType<typeof played>): number => checks.report(undefined).badBlocks.torn;

test('parts of a write and of the one before are not held against a drive while that write is in flight', () => {
  const of = played();
  of.write(1);
  of.end(WRITER);
  of.write(2);
  of.read();
  of.brings(of.blockOf(2), of.blockOf(1));
  of.end(READER);
  assert.deepEqual([torn(of), of.checks.findings.unknown[0], of.checks.findings.badBlocks], [0, 1, 0]);
});

for (const upTo of [4, 12, WORDS - 4])
  test(`nor where these parts meet at word ${upTo}`, () => {
    const of = played();
    of.write(1);
    of.end(WRITER);
    of.write(2);
    of.read();
    of.brings(of.blockOf(2), of.blockOf(1), upTo);
    of.end(READER);
    assert.deepEqual([of.checks.findings.unknown[0], of.checks.findings.badBlocks], [1, 0]);
  });

test('a word that is of neither is corrupt all the same, and a part of an older write is torn', () => {
  const of = played();
  for (const generation of [1, 2]) {
    of.write(generation);
    of.end(WRITER);
  }
  of.write(3);
  of.read();
  const flipped = of.blockOf(2);
  flipped[40] ^= 1;
  of.brings(of.blockOf(3), flipped, 12);
  of.end(READER);
  of.read();
  of.brings(of.blockOf(3), of.blockOf(1));
  of.end(READER);
  const { corrupt, torn: parts } = of.checks.report(undefined).badBlocks;
  assert.deepEqual([corrupt, parts, of.checks.findings.unknown[0]], [1, 1, 0]);
});

test('nor where it has been sent and has ended since the read went out', () => {
  const of = played();
  of.write(1);
  of.end(WRITER);
  of.read();
  of.write(2);
  of.end(WRITER);
  of.brings(of.blockOf(2), of.blockOf(1));
  of.end(READER);
  assert.deepEqual([torn(of), of.checks.findings.unknown[0]], [0, 1]);
});

test('but they are torn once it has been acknowledged', () => {
  const of = played();
  of.write(1);
  of.end(WRITER);
  of.write(2);
  of.end(WRITER);
  of.read();
  of.brings(of.blockOf(2), of.blockOf(1));
  of.end(READER);
  assert.deepEqual([torn(of), of.checks.findings.unknown[0]], [1, 0]);
});

test('in the order of writes a block is counted for its run once, whatever lies beside it', () => {
  const of = played({ readPercent: 100, inOrder: true, lbas: 2 });
  of.read();
  of.bringsBlocks([of.blockOf(1, 0), of.blockOf(9, 1)]);
  of.end(READER);
  const { goodBlocks, badBlocks, runs } = of.checks.report(undefined);
  assert.deepEqual([goodBlocks, badBlocks.torn], [1, 1]);
  assert.deepEqual(runs, [{ runMs: RUN_MS, blocks: 1 }]);
});

test('what a read brings of a zone that was reset meanwhile is not known, and what is written behind that is', () => {
  const of = played();
  of.write(1);
  of.end(WRITER);
  of.read();
  of.reset();
  of.end(WRITER);
  of.write(2);
  of.end(WRITER);
  const empty = new Int32Array(WORDS);
  of.brings(empty, empty);
  of.end(READER);
  assert.deepEqual([of.checks.findings.unknown[0], of.checks.findings.badBlocks], [1, 0]);
  of.read();
  of.brings(of.blockOf(2), of.blockOf(2));
  of.end(READER);
  of.read();
  of.brings(of.blockOf(1), of.blockOf(1));
  of.end(READER);
  assert.deepEqual([of.checks.findings.good[0], of.checks.report(undefined).badBlocks.stale], [1, 1]);
});
