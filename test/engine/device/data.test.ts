/** What is written to the software controller reads back, whatever the data pointer looks like. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RawDriver } from './raw-driver.js';
import { type Dma, read, statusOf, write } from './raw-rings.js';

const PAGE = 4096;

/** Bytes that differ from page to page and within a page. */
function pattern(bytes: Uint8Array, seed: number): void {
  let x = seed;
  for (let i = 0; i < bytes.length; i++) {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    bytes[i] = x >>> 24;
  }
}

/** Enters the addresses of pages into a list. */
function fillList(list: Dma, at: number, pages: readonly number[]): void {
  for (const [index, iova] of pages.entries()) list.view.setBigUint64(at + index * 8, BigInt(iova), true);
}

/** `count` pages, none next to the one before. */
function scattered(driver: RawDriver, count: number): Dma[] {
  return Array.from({ length: count }, () => driver.dma(PAGE));
}

const joined = (pages: readonly Dma[]): Buffer => Buffer.concat(pages.map((page) => page.bytes));

for (const lba of [512, 4096]) {
  test(`what is written through a scattered list reads back, blocks of ${lba}`, async () => {
    const driver = await RawDriver.ready(`latency=none&lba=${lba}`);
    const queue = driver.ioQueue(1);
    const [from, to] = [scattered(driver, 9), scattered(driver, 9)];
    from.forEach((page, index) => {
      pattern(page.bytes, index + 1);
    });
    const lbas = (9 * PAGE) / lba;
    for (const [pages, command] of [
      [from, write],
      [to, read],
    ] as const) {
      const list = driver.dma(PAGE);
      fillList(
        list,
        0,
        pages.slice(1).map((page) => page.iova),
      );
      const parts = { slba: 77, lbas, prp1: pages[0].iova, prp2: list.iova };
      assert.deepEqual(statusOf(queue.run(command(parts))), [0, 0]);
    }
    assert.ok(joined(from).equals(joined(to)));
    await driver.close();
  });
}

test('a list that begins at the end of its page continues where its last entry points', async () => {
  const driver = await RawDriver.ready('latency=none');
  const queue = driver.ioQueue(1);
  const pages = scattered(driver, 6);
  pages.forEach((page, index) => {
    pattern(page.bytes, index + 100);
  });
  const [first, second] = [driver.dma(PAGE), driver.dma(PAGE)];
  fillList(first, PAGE - 16, [pages[1].iova, second.iova]);
  fillList(
    second,
    0,
    pages.slice(2).map((page) => page.iova),
  );
  const parts = { slba: 0, lbas: 48, prp1: pages[0].iova, prp2: first.iova + PAGE - 16 };
  assert.deepEqual(statusOf(queue.run(write(parts))), [0, 0]);
  const to = driver.dma(PAGE);
  for (const [index, page] of pages.entries()) {
    assert.deepEqual(statusOf(queue.run(read({ slba: index * 8, lbas: 8, prp1: to.iova }))), [0, 0]);
    assert.deepEqual(to.bytes, page.bytes);
  }
  await driver.close();
});

test('the last entry of a page is data where no more pages follow', async () => {
  const driver = await RawDriver.ready('latency=none');
  const queue = driver.ioQueue(1);
  const pages = scattered(driver, 3);
  pattern(pages[2].bytes, 5);
  const list = driver.dma(PAGE);
  fillList(list, PAGE - 16, [pages[1].iova, pages[2].iova]);
  const parts = { slba: 0, lbas: 24, prp1: pages[0].iova, prp2: list.iova + PAGE - 16 };
  assert.deepEqual(statusOf(queue.run(write(parts))), [0, 0]);
  const to = driver.dma(PAGE);
  queue.run(read({ slba: 16, lbas: 8, prp1: to.iova }));
  assert.deepEqual(to.bytes, pages[2].bytes);
  await driver.close();
});

test('an offset in PRP1 shifts the data and touches nothing around it', async () => {
  const driver = await RawDriver.ready('latency=none');
  const queue = driver.ioQueue(1);
  const from = driver.dma(2 * PAGE);
  pattern(from.bytes, 9);
  const parts = { slba: 3, lbas: 8, prp1: from.iova + 1028, prp2: from.iova + PAGE };
  assert.deepEqual(statusOf(queue.run(write(parts))), [0, 0]);
  const to = driver.dma(2 * PAGE);
  to.bytes.fill(0xee);
  assert.deepEqual(
    statusOf(queue.run(read({ ...parts, prp1: to.iova + 512, prp2: to.iova + PAGE }))),
    [0, 0],
  );
  assert.deepEqual(to.bytes.slice(512, 512 + PAGE), from.bytes.slice(1028, 1028 + PAGE));
  assert.ok(to.bytes.slice(0, 512).every((byte) => byte === 0xee));
  assert.ok(to.bytes.slice(512 + PAGE).every((byte) => byte === 0xee));
  await driver.close();
});

test('single blocks keep to themselves', async () => {
  const driver = await RawDriver.ready('latency=none');
  const queue = driver.ioQueue(1);
  const from = driver.dma(PAGE);
  pattern(from.bytes, 3);
  for (const slba of [0, 5, 7, 8, 1000])
    queue.run(write({ slba, lbas: 1, prp1: from.iova + (slba % 8) * 512 }));
  const to = driver.dma(PAGE);
  queue.run(read({ slba: 0, lbas: 8, prp1: to.iova }));
  for (let block = 0; block < 8; block++) {
    const expected = [0, 5, 7].includes(block)
      ? from.bytes.slice(block * 512, block * 512 + 512)
      : new Uint8Array(512);
    assert.deepEqual(to.bytes.slice(block * 512, block * 512 + 512), expected);
  }
  await driver.close();
});

test('blocks never written read as zeros, and so do blocks after Write Zeroes', async () => {
  const driver = await RawDriver.ready('latency=none');
  const queue = driver.ioQueue(1);
  const data = driver.dma(PAGE);
  data.bytes.fill(0xaa);
  queue.run(write({ slba: 16, lbas: 8, prp1: data.iova }));
  assert.deepEqual(statusOf(queue.run({ opcode: 0x08, nsid: 1, cdw10: 18, cdw12: 1 })), [0, 0]);
  const to = driver.dma(PAGE);
  to.bytes.fill(0xee);
  queue.run(read({ slba: 500_000, lbas: 8, prp1: to.iova }));
  assert.ok(to.bytes.every((byte) => byte === 0));
  queue.run(read({ slba: 16, lbas: 8, prp1: to.iova }));
  const zeros = to.bytes.map((byte, index) => (byte === (index >= 1024 && index < 2048 ? 0 : 0xaa) ? 1 : 0));
  assert.ok(zeros.every((right) => right === 1));
  await driver.close();
});

test('the far end of a huge sparse namespace holds data', async () => {
  const driver = await RawDriver.ready('latency=none&size=16TiB');
  const queue = driver.ioQueue(1);
  const [from, to] = [driver.dma(PAGE), driver.dma(PAGE)];
  pattern(from.bytes, 42);
  const slba = 2 ** 35 - 8;
  assert.deepEqual(statusOf(queue.run(write({ slba, lbas: 8, prp1: from.iova }))), [0, 0]);
  assert.deepEqual(statusOf(queue.run(read({ slba, lbas: 8, prp1: to.iova }))), [0, 0]);
  assert.deepEqual(to.bytes, from.bytes);
  await driver.close();
});

test('data survives a controller reset', async () => {
  const driver = await RawDriver.ready('latency=none');
  const [from, to] = [driver.dma(PAGE), driver.dma(PAGE)];
  pattern(from.bytes, 4);
  driver.ioQueue(1).run(write({ slba: 8, lbas: 8, prp1: from.iova }));
  driver.disable();
  driver.enable();
  driver.ioQueue(1).run(read({ slba: 8, lbas: 8, prp1: to.iova }));
  assert.deepEqual(to.bytes, from.bytes);
  await driver.close();
});

test('a write beyond the memory given gets Capacity Exceeded, and rewriting still works', async () => {
  const driver = await RawDriver.ready('latency=none&memory=8KiB');
  const queue = driver.ioQueue(1);
  const data = driver.dma(PAGE);
  for (const slba of [0, 80])
    assert.deepEqual(statusOf(queue.run(write({ slba, lbas: 8, prp1: data.iova }))), [0, 0]);
  assert.deepEqual(statusOf(queue.run(write({ slba: 160, lbas: 8, prp1: data.iova }))), [0, 0x81]);
  assert.deepEqual(statusOf(queue.run(write({ slba: 80, lbas: 8, prp1: data.iova }))), [0, 0]);
  await driver.close();
});
