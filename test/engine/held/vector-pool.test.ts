import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { EngineError } from '../../../engine/errors.js';
import { VectorPool } from '../../../engine/held/vector-pool.js';
import type { Interrupts } from '../../../engine/path/pcie/transport/transport.js';
import { createEventFd, drainEventFd, signalEventFd } from '../../../engine/sys/fd.js';
import { closeFds } from '../../../engine/sys/unix-socket.js';

const fds = Array.from({ length: 4 }, createEventFd);
after(() => closeFds(fds));

/** A device with so many vectors, on a host that has vectors for so many queue pairs. */
function subject({ maxVectors = 9, hostPairs = 8, queuePairs = 4 } = {}) {
  const asked: number[] = [];
  const interrupts: Interrupts = {
    maxVectors,
    arm(count) {
      asked.push(count);
      if (count <= hostPairs) return fds.slice(0, count).map((eventFd, i) => ({ vector: i + 1, eventFd }));
      throw new EngineError({ code: 'TOO_FEW_HOST_VECTORS', op: '', target: '', reason: '', hint: '' });
    },
    disarm: () => undefined,
  };
  return { pool: new VectorPool({ interrupts, queuePairs, target: 'fake:0' }), asked };
}

test('nothing is armed before somebody asks, then vectors for all queue pairs at once', () => {
  const { pool, asked } = subject();
  assert.deepEqual(asked, []);
  assert.deepEqual(
    [pool.take(), pool.take()],
    [
      { vector: 1, eventFd: fds[0] },
      { vector: 2, eventFd: fds[1] },
    ],
  );
  assert.deepEqual(asked, [4]);
});

test('a device has one vector less than its table, which is the admin queue', () => {
  const { pool, asked } = subject({ maxVectors: 3 });
  assert.deepEqual([pool.take().vector, pool.take().vector], [1, 2]);
  assert.deepEqual(asked, [2]);
  assert.throws(() => pool.take(), { code: 'NO_VECTOR_LEFT', kind: 'input', reason: /^2 can be had/ });
});

test('a device with one vector gives that to one queue pair, and not to a second', () => {
  const { pool, asked } = subject({ maxVectors: 1 });
  assert.equal(pool.take().eventFd, fds[0]);
  assert.deepEqual(asked, [1]);
  assert.throws(() => pool.take(), { code: 'NO_VECTOR_LEFT', reason: /^1 can be had/ });
});

test('a host with too few vectors arms as many as it has for a half, a quarter, and so on', () => {
  const { pool, asked } = subject({ hostPairs: 1 });
  assert.equal(pool.take().vector, 1);
  assert.deepEqual(asked, [4, 2, 1]);
});

test('a host without any vector says why', () => {
  const { pool } = subject({ hostPairs: 0 });
  assert.throws(() => pool.take(), { code: 'TOO_FEW_HOST_VECTORS' });
});

test('a vector that was given back is taken again, without signals of its former queue', () => {
  const { pool } = subject();
  pool.take();
  pool.take();
  signalEventFd(fds[0]);
  pool.give(1);
  assert.equal(pool.take().vector, 1);
  assert.equal(drainEventFd(fds[0]), 0n);
});

test('what was not taken cannot be given back', () => {
  const { pool } = subject({ queuePairs: 1 });
  pool.give(1);
  pool.take();
  assert.throws(() => pool.take(), { code: 'NO_VECTOR_LEFT' });
});

test('where the device has no interrupts there is none', () => {
  const pool = new VectorPool({ interrupts: undefined, queuePairs: 4, target: 'fake:0' });
  assert.equal(pool.maxVectors, 0);
  assert.throws(() => pool.take(), { code: 'NO_INTERRUPTS', kind: 'input' });
});
