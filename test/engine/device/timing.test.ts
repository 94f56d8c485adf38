/** When the software controller completes: latencies, their distribution, the limit of IOPS. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LatencyModel, normalQuantile, Random } from '../../../engine/device/latency.js';
import { PendingCommands } from '../../../engine/device/pending.js';
import { nowMs } from '../../../engine/sys/clock.js';
import { RawDriver } from './raw-driver.js';

const FLUSH = { opcode: 0x00, nsid: 1 };

function draw(model: LatencyModel, random: Random): number {
  const timesMs = new Float64Array(1);
  model.addTo(timesMs, 0, random);
  return timesMs[0];
}

test('no command completes before its fixed latency is over', async () => {
  const driver = await RawDriver.ready('latency=3ms&media=null');
  const queue = driver.ioQueue(1);
  for (let i = 0; i < 20; i++) {
    const submitted = nowMs();
    queue.run(FLUSH);
    assert.ok(nowMs() - submitted >= 3);
  }
  await driver.close();
});

test('commands wait side by side, not one after the other', async () => {
  const driver = await RawDriver.ready('latency=300ms&media=null');
  const queue = driver.ioQueue(1);
  const started = nowMs();
  for (let i = 0; i < 32; i++) queue.place(FLUSH);
  queue.ring();
  for (let i = 0; i < 32; i++) assert.equal(queue.wait().cid, i);
  assert.ok(nowMs() - started < 32 * 300);
  await driver.close();
});

test('reads and writes have latencies of their own', async () => {
  const driver = await RawDriver.ready('latency=none&write_latency=20ms&media=null');
  const queue = driver.ioQueue(1);
  const prp1 = driver.dma(4096).iova;
  const flush = queue.place(FLUSH);
  const readCid = queue.submit({ opcode: 0x02, nsid: 1, prp1 });
  assert.deepEqual([queue.wait().cid, queue.wait().cid], [readCid, flush]);
  await driver.close();
});

test('the IOPS limit makes commands wait for each other', async () => {
  const driver = await RawDriver.ready('latency=none&iops=1000&media=null');
  const queue = driver.ioQueue(1);
  const started = nowMs();
  for (let i = 0; i < 50; i++) queue.place(FLUSH);
  queue.ring();
  for (let i = 0; i < 50; i++) queue.wait();
  assert.ok(nowMs() - started >= 49);
  await driver.close();
});

test('the quantile function agrees with the tables of the normal distribution', () => {
  for (const [p, z] of [
    [0.5, 0],
    [0.8413447, 1],
    [0.9772499, 2],
    [0.0013499, -3],
    [0.975, 1.959964],
  ])
    assert.ok(Math.abs(normalQuantile(p) - z) < 1e-4);
});

test('log-normal latencies have the median, spread and tail asked for', () => {
  const spec = {
    kind: 'lognormal',
    medianNs: 80_000,
    sigma: 0.5,
    tailFraction: 0.01,
    tailNs: 8_000_000,
  } as const;
  const [model, random] = [new LatencyModel(spec), new Random(7)];
  const drawn = Array.from({ length: 100_000 }, () => draw(model, random)).sort((a, b) => a - b);
  assert.ok(Math.abs(drawn[50_000] / 0.08 - 1) < 0.03);
  assert.ok(Math.abs(drawn[84_134] / (0.08 * Math.exp(0.5)) - 1) < 0.05);
  const tail = drawn.filter((ms) => ms > 1).length;
  assert.ok(tail > 700 && tail < 1300);
});

test('the same seed draws the same latencies', () => {
  const spec = { kind: 'lognormal', medianNs: 1000, sigma: 0.3, tailFraction: 0, tailNs: 1000 } as const;
  const draws = (seed: number): number[] => {
    const [model, random] = [new LatencyModel(spec), new Random(seed)];
    return Array.from({ length: 20 }, () => draw(model, random));
  };
  assert.deepEqual(draws(5), draws(5));
  assert.notDeepEqual(draws(5), draws(6));
});

test('waiting commands leave by due time, equal ones in their order, removed ones not at all', () => {
  const pending = new PendingCommands(1000);
  const random = new Random(3);
  const expected: { due: number; cid: number }[] = [];
  for (let cid = 0; cid < 1000; cid++) {
    const due = (random.next() >>> 0) % 50;
    pending.push(Float64Array.of(due), 0, 1, cid, 0, 0);
    if (cid % 3 !== 0) expected.push({ due, cid });
  }
  for (let cid = 0; cid < 1000; cid += 3) pending.removeAt(pending.indexOf(1, cid));
  assert.equal(pending.indexOf(1, 0), -1);
  expected.sort((a, b) => a.due - b.due || a.cid - b.cid);
  const left: { due: number; cid: number }[] = [];
  for (let due = 0; due < 50; due++) {
    for (; pending.firstIsDue(Float64Array.of(due), 0); pending.pop())
      left.push({ due, cid: pending.firstCid() });
  }
  assert.deepEqual(left, expected);
});
