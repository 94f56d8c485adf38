/** The real rings of a job, to which nothing is rung: what is posted for it can be read, and completions written. */
import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after } from 'node:test';
import { type IoQueue, type QueueShape, SLOT } from '../../../../engine/path/path.js';
import { probeAbilities } from '../../../../engine/path/uring/abilities.js';
import { openRings } from '../../../../engine/path/uring/job-queues.js';
import { uringQueues } from '../../../../engine/path/uring/queues.js';
import type { UringQueueSpec } from '../../../../engine/path/uring/uring-queue.js';
import { OPERATIONS as ALL } from '../../../../engine/stats/operations.js';
import { SETUP } from '../../../../engine/sys/io-uring-abi.js';
import { viewAt } from '../../../../engine/sys/mapping.js';
import { type Name, OPCODES, postOne } from '../posted.js';
import { READS } from '../reads.js';

const folder = mkdtempSync('/var/tmp/nvbench-operation-queues-');
after(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'file');

export const COMMANDS = SETUP.SQE128 | SETUP.CQE32;
export const OPERATIONS = ALL.filter((name): name is Name => name in OPCODES);
export const DEPTH = 4;
export const BS_BYTES = 8192;
/** Bytes of the five blocks that tests post. */
export const BYTES = 5 * 512;
/** That of the first slot's read; each buffer has so many bytes and goes to the next. */
export const buffersAt = ({ writeBuffers }: UringQueueSpec): bigint =>
  writeBuffers[0] - BigInt(DEPTH * BS_BYTES);

interface Posted {
  readonly queue: IoQueue;
  readonly spec: UringQueueSpec;
  /** Posts an I/O, and answers with the number of its entry. */
  post(slot: number, name: Name, slba: number, lbas: number): number;
  /** The bytes of an entry. */
  entry(number: number): Buffer;
  /** Completes an I/O, and answers with its slot, and its status where it failed. */
  complete(slot: number, result: number, told?: number): (number | undefined)[];
}

/** Opens the queue of a shape, on a file or, with `COMMANDS`, on rings of commands, for as long as `run` takes. */
export function withQueue(flags: number, change: Partial<QueueShape>, run: (posted: Posted) => void): void {
  const fd = openSync(file, 'w+');
  const namespace = { ...READS.namespace, nsid: 7 };
  const shape: QueueShape = {
    ...READS,
    namespace,
    bsBytes: BS_BYTES,
    operations: OPERATIONS,
    iodepth: DEPTH,
    ...change,
  };
  const queues = openRings({ target: 'test', fd, flags: probeAbilities('test').flags | flags }, shape);
  try {
    const spec = queues.specs[0] as UringQueueSpec;
    const { ring } = spec;
    const slots = new Int32Array(DEPTH * SLOT.WORDS);
    const queue = uringQueues.openQueue(spec, slots);
    const rings = new Int32Array(viewAt(ring.ringAddress, ring.ringBytes));
    const bytes = flags === COMMANDS ? 128 : 64;
    let [posted, completed] = [0, 0];
    run({
      queue,
      spec,
      post(slot, name, slba, lbas) {
        postOne(queue, slots, slot, OPCODES[name], slba, lbas);
        return rings[ring.sqArray + posted++];
      },
      entry: (number) => Buffer.from(viewAt(ring.sqesAddress + BigInt(number * bytes), bytes)),
      complete(slot, result, told = 0) {
        const more = flags === COMMANDS ? [0, told | 0, Math.floor(told / 2 ** 32)] : [];
        rings.set([slot, 0, result, ...more], ring.cqes + completed++ * (flags === COMMANDS ? 8 : 4));
        rings[ring.cqTail]++;
        const into = new Uint16Array(32);
        assert.equal(queue.reap(into, 32), 1);
        return [into[0], queue.failures === 0 ? undefined : queue.statuses[0]];
      },
    });
  } finally {
    queues.release();
    closeSync(fd);
  }
}
