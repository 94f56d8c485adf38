import assert from 'node:assert/strict';
import { closeSync, openSync } from 'node:fs';
import { test } from 'node:test';
import { closeFd, createEventFd, drainEventFd, isEventFd, signalEventFd } from '../../../engine/sys/fd.js';
import { write } from '../../../engine/sys/libc.js';
import { mapMemfd, unmap } from '../../../engine/sys/mapping.js';

/** The largest count of eventfd(2). */
const FULL = 2n ** 64n - 2n;

test('signals of an eventfd add up until they are taken', () => {
  const fd = createEventFd();
  for (let i = 0; i < 3; i++) signalEventFd(fd);
  assert.deepEqual([drainEventFd(fd), drainEventFd(fd)], [3n, 0n]);
  closeFd(fd);
});

test('a count that is full stays full, and takes signals again once it was taken', () => {
  const fd = createEventFd();
  write(fd, BigUint64Array.of(FULL), 8);
  signalEventFd(fd);
  assert.equal(drainEventFd(fd), FULL);
  signalEventFd(fd);
  assert.equal(drainEventFd(fd), 1n);
  closeFd(fd);
});

test('an eventfd is told from files and devices', () => {
  const [event, device] = [createEventFd(), openSync('/dev/null', 'r+')];
  const memory = mapMemfd(4096, '[eventfd]');
  assert.deepEqual([event, device, memory.fd].map(isEventFd), [true, false, false]);
  for (const fd of [event, device, memory.fd]) closeSync(fd);
  unmap(memory);
});
