/** The simulated IOMMU: what the controller reaches, and what becomes of memory that is taken away. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mapAnonymous, unmap } from '../../../engine/sys/mapping.js';
import { RawDriver } from './raw-driver.js';
import { read, statusOf, write } from './raw-rings.js';

const DATA_TRANSFER_ERROR = [0, 0x04];

test('memory that was unmapped is out of reach: an error, and not a byte changes', async () => {
  const driver = await RawDriver.ready('latency=none');
  const queue = driver.ioQueue(1);
  const data = driver.dma(4096);
  assert.deepEqual(statusOf(queue.run(read({ slba: 0, lbas: 8, prp1: data.iova }))), [0, 0]);
  driver.unmap(data);
  data.bytes.fill(0xee);
  assert.deepEqual(statusOf(queue.run(read({ slba: 0, lbas: 8, prp1: data.iova }))), DATA_TRANSFER_ERROR);
  assert.ok(data.bytes.every((byte) => byte === 0xee));
  await driver.close();
});

test('memory may be given back to the system after unmap', async () => {
  const driver = await RawDriver.ready('latency=none');
  const queue = driver.ioQueue(1);
  for (let round = 0; round < 20; round++) {
    const memory = mapAnonymous(16384);
    driver.device.dma.map(memory, 0x1000_0000n);
    new Uint8Array(memory.buffer).fill(round);
    assert.deepEqual(statusOf(queue.run(write({ slba: round * 8, lbas: 8, prp1: 0x1000_0000 }))), [0, 0]);
    driver.device.dma.unmap(memory, 0x1000_0000n);
    unmap(memory);
  }
  const data = driver.dma(4096);
  for (let round = 0; round < 20; round++) {
    queue.run(read({ slba: round * 8, lbas: 8, prp1: data.iova }));
    assert.ok(data.bytes.every((byte) => byte === round));
  }
  await driver.close();
});

test('a transfer crosses from one mapping to its neighbour', async () => {
  const driver = await RawDriver.attach('latency=none');
  const [sq, cq] = [driver.dma(65536), driver.dma(65536)];
  // pages of 64 KiB, so that one page spans mappings of 4 KiB
  driver.setAdminQueues(32, 32, sq.iova, cq.iova);
  driver.writeCc(0x0046_0001 | (4 << 7));
  driver.awaitCsts(3, 1);
  const parts = [mapAnonymous(4096), mapAnonymous(4096)];
  driver.device.dma.map(parts[0], 0x2000_0000n);
  driver.device.dma.map(parts[1], 0x2000_1000n);
  const words = new Uint32Array(sq.memory.buffer);
  words[0] = 0x06;
  words[6] = 0x2000_0800;
  words[10] = 1;
  driver.doorbells[0] = 1;
  const completion = new Uint32Array(cq.memory.buffer);
  while ((completion[3] & 0x1_0000) === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  assert.equal(completion[3] >>> 17, 0);
  assert.equal(new DataView(parts[0].buffer).getUint32(2048 + 80, true), 0x10400);
  await driver.close();
});

test('taking the memory of a live queue away ends in CFS at its next doorbell', async () => {
  const driver = await RawDriver.ready('latency=none');
  const queue = driver.ioQueue(1);
  driver.unmap(queue.sqDma);
  assert.equal(driver.csts(), 1);
  queue.ring();
  assert.equal(driver.csts(), 1);
  queue.submit({ opcode: 0x00, nsid: 1 });
  driver.awaitCsts(2, 2);
  await driver.close();
});

test('the simulated IOMMU ends where iova_bits says', async () => {
  const driver = await RawDriver.attach('iova_bits=39');
  const memory = mapAnonymous(8192);
  const { dma } = driver.device;
  assert.equal(dma.iovaRanges.at(-1)?.last, 2n ** 39n - 1n);
  dma.map(memory, 2n ** 39n - 8192n);
  assert.throws(() => dma.map(memory, 2n ** 39n - 4096n), { code: 'DMA_OUT_OF_RANGE' });
  assert.throws(() => dma.map(memory, 2n ** 40n), { code: 'DMA_OUT_OF_RANGE' });
  await driver.close();
});

test('an IOVA in the interrupt window, one in use, or one off its page is refused', async () => {
  const driver = await RawDriver.attach();
  const memory = mapAnonymous(8192);
  const { dma } = driver.device;
  assert.throws(() => dma.map(memory, 0xfee0_0000n - 4096n), { code: 'DMA_OUT_OF_RANGE' });
  assert.throws(() => dma.map(memory, 0x1234n), { code: 'DMA_MISALIGNED' });
  dma.map(memory, 0x10000n);
  assert.throws(() => dma.map(memory, 0x11000n), { code: 'DMA_OVERLAP' });
  assert.throws(() => dma.unmap(memory, 0x11000n), { code: 'DMA_NOT_MAPPED' });
  await driver.close();
});

test('mappingsAvailable counts down and up', async () => {
  const driver = await RawDriver.attach();
  const before = driver.device.dma.mappingsAvailable;
  const data = driver.dma(4096);
  assert.equal(driver.device.dma.mappingsAvailable, before - 1);
  driver.unmap(data);
  assert.equal(driver.device.dma.mappingsAvailable, before);
  await driver.close();
});
