/** A queue on a real ring, whose commands do nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BATCH, SLOT, type Slots } from '../../../../engine/path/path.js';
import { probeAbilities } from '../../../../engine/path/uring/abilities.js';
import { uringQueues } from '../../../../engine/path/uring/queues.js';
import { closeRing, createRing } from '../../../../engine/path/uring/ring.js';
import type { UringQueueSpec } from '../../../../engine/path/uring/uring-queue.js';
import { SETUP } from '../../../../engine/sys/io-uring-abi.js';
import { viewAt } from '../../../../engine/sys/mapping.js';

const DEPTH = 8;
const { flags } = probeAbilities('test');

interface Played {
  readonly queue: ReturnType<typeof uringQueues.openQueue>;
  readonly spec: UringQueueSpec;
  readonly slots: Slots;
  readonly sqes: Int32Array;
}

/** The queue of a job that reads and writes in blocks of 512 bytes. */
function withQueue(
  run: (played: Played) => void,
  part: Partial<UringQueueSpec> = {},
  ringFlags = flags,
): void {
  const { iodepth = DEPTH } = part;
  const ring = createRing({ entries: 2 * iodepth, flags: ringFlags, target: 'test' });
  const base = { path: 'uring', iodepth, ring, lbaShift: 9, success: 512, writesFrom: iodepth };
  const model: UringQueueSpec = { ...base, writeBuffers: [], bsBytes: 512, waitAddress: 0n };
  const played = uringQueues.playQueue(model);
  const spec = { ...(played.spec as UringQueueSpec), ...part };
  const slots = new Int32Array(iodepth * SLOT.WORDS);
  for (let slot = 0; slot < iodepth; slot++) slots[slot * SLOT.WORDS + SLOT.OPCODE] = 2;
  const queue = uringQueues.openQueue(spec, slots);
  run({ queue, spec, slots, sqes: new Int32Array(viewAt(spec.ring.sqesAddress, spec.ring.sqesBytes)) });
  played.release();
  closeRing(ring);
}

const into = new Uint16Array(64);
const reaped = ({ queue }: Played, most = 64): number[] => {
  const count = queue.reap(into, most);
  queue.release();
  return [...into.subarray(0, count)].sort((a, b) => a - b);
};

test('nothing is reaped before it is rung; then each slot once', () => {
  withQueue((played) => {
    played.queue.post(Uint16Array.of(3, 0, 7), 3);
    assert.deepEqual(reaped(played), []);
    played.queue.ring();
    assert.deepEqual(reaped(played), [0, 3, 7]);
    assert.deepEqual(reaped(played), []);
  });
});

test('no more are taken than asked for, and the others later', () => {
  withQueue((played) => {
    played.queue.post(Uint16Array.of(0, 1, 2, 3, 4), 5);
    played.queue.ring();
    assert.deepEqual([...reaped(played, 2), ...reaped(played, 2), ...reaped(played)], [0, 1, 2, 3, 4]);
  });
});

test('what is retracted is not submitted', () => {
  withQueue((played) => {
    played.queue.post(Uint16Array.of(1, 2), 2);
    played.queue.retract(Uint16Array.of(1, 2), 2);
    played.queue.post(Uint16Array.of(5), 1);
    played.queue.ring();
    assert.deepEqual(reaped(played), [5]);
  });
});

test('rings turn many times over', () => {
  withQueue((played) => {
    for (let i = 0; i < 1000; i++) {
      played.queue.post(Uint16Array.of(i % DEPTH, (i + 1) % DEPTH, (i + 2) % DEPTH), 3);
      played.queue.ring();
      assert.equal(reaped(played).length, 3);
    }
  });
});

for (const [low, high, shift] of [
  [1, 0, 9],
  [0x0080_0000, 0, 9],
  [-1, 1, 9],
  [0x1234_5678, 0x12, 12],
] as const)
  test(`block ${high}:${low >>> 0} of ${2 ** shift} bytes lies at the byte that it begins at`, () => {
    withQueue(
      ({ queue, slots, sqes }) => {
        slots[2 * SLOT.WORDS + SLOT.SLBA_LOW] = low;
        slots[2 * SLOT.WORDS + SLOT.SLBA_HIGH] = high;
        queue.post(Uint16Array.of(2), 1);
        const at = new BigUint64Array(sqes.buffer)[(2 * 64 + 8) / 8];
        assert.equal(at, ((BigInt(high) << 32n) | BigInt(low >>> 0)) << BigInt(shift));
      },
      { lbaShift: shift },
    );
  });

test('a write has an entry of its own, behind those of the reads', () => {
  withQueue((played) => {
    const { queue, slots, sqes } = played;
    slots[2 * SLOT.WORDS + SLOT.OPCODE] = 1;
    slots[2 * SLOT.WORDS + SLOT.SLBA_LOW] = 3;
    queue.post(Uint16Array.of(2), 1);
    assert.deepEqual([sqes[2 * 16 + 2], sqes[(DEPTH + 2) * 16 + 2]], [0, 3 * 512]);
    queue.ring();
    assert.deepEqual(reaped(played), [2]);
  });
});

test('another result than that of success is a failure, with those before it in order', () => {
  withQueue(
    (played) => {
      played.queue.post(Uint16Array.of(1, 2), 2);
      played.queue.ring();
      assert.deepEqual(reaped(played), [1, 2]);
      assert.deepEqual([played.queue.failures, ...played.queue.statuses.subarray(0, 2)], [2, 0x6ff, 0x6ff]);
      assert.deepEqual(reaped(played), []);
      assert.equal(played.queue.failures, 0);
    },
    { success: 512 },
  );
});

test('an errno is told as a status that no drive sends', () => {
  withQueue((played) => {
    // An opcode that there is not: EINVAL.
    played.sqes[3 * 16] = 255;
    played.queue.post(Uint16Array.of(1, 3, 2), 3);
    played.queue.ring();
    assert.deepEqual(reaped(played), [1, 2, 3]);
    assert.equal(played.queue.failures, 1);
    assert.deepEqual([...played.queue.statuses.subarray(0, 3)].sort(), [0, 0, 0x600 | 22].sort());
  });
});

test('a completion that names no slot is counted, and is none', () => {
  withQueue((played) => {
    played.sqes[3 * 16 + 8] = DEPTH;
    played.sqes[4 * 16 + 8] = -1;
    played.queue.post(Uint16Array.of(3, 1, 4), 3);
    played.queue.ring();
    assert.deepEqual(reaped(played), [1]);
    assert.deepEqual([played.queue.unexpected, played.queue.failures], [2, 0]);
  });
});

test('a wait ends by its time where nothing completes, and at once where something has', () => {
  withQueue((played) => {
    const waited = (ms: number): number => {
      const from = performance.now();
      played.queue.sleep?.(ms);
      return performance.now() - from;
    };
    assert.ok(waited(30) > 25);
    played.queue.post(Uint16Array.of(1), 1);
    played.queue.ring();
    assert.ok(waited(60_000) < 30_000);
    assert.deepEqual(reaped(played), [1]);
  });
});

/** Before Linux 6.14 a NOP has completed when it is submitted; with this flag it is left for a call to bring, as disks' I/O is. */
const NOP_TASK_WORK = 16;
const NOP_FLAGS_AT = 7;

test('a wait brings more than what it waited for, where more has completed', () => {
  const iodepth = 56;
  withQueue(
    (played) => {
      const { ring } = played.spec;
      const batch = Uint16Array.from({ length: iodepth }, (_, slot) => slot);
      for (const slot of batch) played.sqes[slot * 16 + NOP_FLAGS_AT] = NOP_TASK_WORK;
      played.queue.post(batch, iodepth);
      const rings = new Int32Array(viewAt(ring.ringAddress, ring.ringBytes));
      // Submitted by the wait itself: a submission before it would bring some of them.
      rings[ring.sqTail] = iodepth;
      played.queue.sleep?.(60_000);
      assert.equal(rings[ring.cqTail] - rings[ring.cqHead], iodepth);
    },
    { iodepth },
  );
});

for (const [iodepth, eventFd, expected] of [
  [8, 0, 8],
  [32, 0, 8],
  [64, 0, 16],
  [256, 0, 32],
  [32, undefined, 32],
] as const)
  test(`of ${iodepth} completions ${expected} are taken at once where the thread ${eventFd === undefined ? 'polls' : 'sleeps'}`, () => {
    withQueue(
      (played) => {
        const all = Uint16Array.from({ length: iodepth }, (_, slot) => slot);
        played.queue.post(all, iodepth);
        played.queue.ring();
        assert.equal(reaped(played, BATCH).length, expected);
      },
      { iodepth, ...(eventFd === undefined ? {} : { eventFd }) },
    );
  });

for (const [name, other] of [
  ['no flags', 0],
  ['completions of 32 bytes', flags | SETUP.CQE32],
  ['cooperative task running', SETUP.COOP_TASKRUN | SETUP.TASKRUN_FLAG],
] as const)
  test(`a ring with ${name} does the same`, () => {
    withQueue(
      (played) => {
        played.queue.post(Uint16Array.of(3, 0), 2);
        played.queue.ring();
        assert.deepEqual(reaped(played), [0, 3]);
      },
      {},
      other,
    );
  });
