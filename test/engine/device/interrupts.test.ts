import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InterruptLines } from '../../../engine/device/interrupts.js';
import { closeFd, createEventFd, drainEventFd } from '../../../engine/sys/fd.js';

test('a vector signals the eventfd that was set last, a masked one none', () => {
  const lines = InterruptLines.create(3);
  const [first, second] = [createEventFd(), createEventFd()];
  const device = new InterruptLines(lines.buffer);
  assert.equal(device.vectors, 3);
  lines.set(2, first);
  device.raise(2);
  lines.set(2, second);
  device.raise(2);
  device.raise(1);
  lines.set(2, 0);
  device.raise(2);
  assert.deepEqual([drainEventFd(first), drainEventFd(second)], [1n, 1n]);
  for (const fd of [first, second]) closeFd(fd);
});

test('lines are settled while nothing is signalled, and not while something is', () => {
  const lines = InterruptLines.create(1);
  assert.equal(lines.settled(0), true);
  const underWay = new Int32Array(lines.buffer, 0, 1);
  Atomics.store(underWay, 0, 1);
  assert.equal(lines.settled(1), false);
  Atomics.store(underWay, 0, 0);
  assert.equal(lines.settled(0), true);
});
