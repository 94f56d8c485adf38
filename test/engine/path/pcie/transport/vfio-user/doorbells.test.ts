import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RegionWithFd } from '../../../../../../engine/path/pcie/transport/vfio-user/client.js';
import {
  EMPTY,
  forwardDoorbells,
} from '../../../../../../engine/path/pcie/transport/vfio-user/doorbell-words.js';
import {
  doorbellArea,
  mapDoorbells,
} from '../../../../../../engine/path/pcie/transport/vfio-user/doorbells.js';
import { ExchangeLock } from '../../../../../../engine/path/pcie/transport/vfio-user/exchange-lock.js';
import { nowMs } from '../../../../../../engine/sys/clock.js';
import { createMemfd, viewAt } from '../../../../../../engine/sys/mapping.js';

function forwarded(words: Uint32Array): [number, number][] {
  const sent: [number, number][] = [];
  const count = forwardDoorbells(words, (index, value) => sent.push([index, value]));
  assert.equal(count, sent.length);
  return sent;
}

test('each store is forwarded once', () => {
  const words = new Uint32Array(8).fill(EMPTY);
  words[2] = 5;
  words[3] = 0;
  assert.deepEqual(forwarded(words), [
    [2, 5],
    [3, 0],
  ]);
  assert.deepEqual(forwarded(words), []);
});

test('a store of the value that was forwarded last is news too', () => {
  const words = new Uint32Array(4).fill(EMPTY);
  words[2] = 1;
  forwarded(words);
  words[2] = 1;
  assert.deepEqual(forwarded(words), [[2, 1]]);
});

test('the admin tail goes last, whatever was stored before it', () => {
  const words = new Uint32Array(4).fill(EMPTY);
  words[0] = 7;
  words[3] = 2;
  assert.deepEqual(forwarded(words), [
    [3, 2],
    [0, 7],
  ]);
});

test('a store that comes while others are sent waits for the next round', () => {
  const words = new Uint32Array(4).fill(EMPTY);
  words[3] = 2;
  forwardDoorbells(words, () => {
    words[0] = 9;
  });
  assert.deepEqual(forwarded(words), [[0, 9]]);
});

const region = (part: Partial<RegionWithFd>): RegionWithFd => ({
  index: 0,
  flags: 7,
  lengthBytes: 16384,
  fileOffset: 0,
  areas: [],
  fd: 5,
  ...part,
});

test('the doorbells are mapped where an area holds their first page', () => {
  const area = { offset: 0x1000, lengthBytes: 0x1000 };
  const other = { offset: 0x2000, lengthBytes: 0x1000 };
  assert.equal(doorbellArea(region({ areas: [other, area] })), area);
  const whole = { offset: 0, lengthBytes: 16384 };
  assert.equal(doorbellArea(region({ areas: [whole] })), whole);
  assert.equal(doorbellArea(region({ areas: [other] })), undefined);
  assert.equal(doorbellArea(region({ areas: [area], fd: undefined })), undefined);
  assert.equal(doorbellArea(region({ areas: [{ offset: 0x1000, lengthBytes: 0x800 }] })), undefined);
  assert.equal(doorbellArea(region({ areas: [area], fileOffset: 0x800 })), undefined);
});

test('of an area of any size no more is mapped than doorbells may take', async () => {
  for (const lengthBytes of [0x2000, 2 ** 27, 2 ** 45, 2 ** 53 - 4096]) {
    const fd = createMemfd(0x2000, 'test');
    const area = { offset: 0, lengthBytes };
    const { window, close } = mapDoorbells(region({ fd, areas: [area] }), area, 'test');
    assert.equal(window.lengthBytes, Math.min(lengthBytes, 2 ** 26) - 0x1000);
    new Uint32Array(viewAt(window.address, 8))[1] = 7;
    await close();
  }
});

test('a held lock is not got in time, a free one at once', () => {
  const one = new ExchangeLock();
  const other = new ExchangeLock(one.buffer);
  assert.ok(one.acquire(nowMs()));
  assert.equal(other.acquire(nowMs() + 10), false);
  assert.equal(one.contended(), false);
  one.release();
  assert.ok(other.acquire(nowMs()));
});

test('both ends see the first reason why the connection broke', () => {
  const one = new ExchangeLock();
  const other = new ExchangeLock(one.buffer);
  assert.equal(other.broken(), undefined);
  one.break(2);
  one.break(1);
  assert.match(other.broken() ?? '', /stopped answering/);
});
