import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RawDriver } from './raw-driver.js';
import { type Completion, type Dma, type Rings, read, statusOf, write } from './raw-rings.js';

/** Status code types and codes: NVM command set 1.0, figures 16 and 17. */
const [INVALID_FIELD, OUT_OF_RANGE, SIZE_LIMIT, UNRECOVERED] = [
  [0, 0x02],
  [0, 0x80],
  [1, 0x83],
  [2, 0x81],
];
const LBAS = 2048;

/** Blocks whose first word is their number + 1, so that none is zero. */
async function written(options = ''): Promise<{ driver: RawDriver; queue: Rings; data: Dma }> {
  const driver = await RawDriver.ready(`size=1MiB&latency=none&copy=4${options}`);
  const queue = driver.ioQueue(1);
  const data = driver.dma(4096);
  for (let slba = 0; slba < 64; slba += 8) {
    for (let lba = 0; lba < 8; lba++) data.view.setUint32(lba * 512, slba + lba + 1, true);
    queue.run(write({ slba, lbas: 8, prp1: data.iova }));
  }
  return { driver, queue, data };
}

/** Source ranges as the specification lays them out, and the command that names them. */
function copy(
  { driver, queue }: { driver: RawDriver; queue: Rings },
  to: number,
  ranges: readonly (readonly [slba: number, lbas: number])[],
  cdw12 = 0,
): Completion {
  const list = driver.dma(4096);
  for (const [index, [slba, lbas]] of ranges.entries()) {
    list.view.setBigUint64(index * 32 + 8, BigInt(slba), true);
    list.view.setUint16(index * 32 + 16, lbas - 1, true);
  }
  const numbers = {
    cdw10: to % 2 ** 32,
    cdw11: Math.floor(to / 2 ** 32),
    cdw12: cdw12 | (ranges.length - 1),
  };
  return queue.run({ opcode: 0x19, nsid: 1, prp1: list.iova, ...numbers });
}

function blocksAt({ queue, data }: { queue: Rings; data: Dma }, slba: number, lbas: number): number[] {
  assert.deepEqual(statusOf(queue.run(read({ slba, lbas, prp1: data.iova }))), [0, 0]);
  return Array.from({ length: lbas }, (_, lba) => data.view.getUint32(lba * 512, true));
}

test('blocks of several ranges come one behind the other, also over themselves', async () => {
  const on = await written();
  const ranges = [
    [3, 2],
    [60, 1],
    [10, 3],
  ] as const;
  assert.deepEqual(statusOf(copy(on, 1001, ranges)), [0, 0]);
  assert.deepEqual(blocksAt(on, 1000, 8), [0, 4, 5, 61, 11, 12, 13, 0]);
  // Each is read before any is written.
  assert.deepEqual(statusOf(copy(on, 1, [[0, 6]])), [0, 0]);
  assert.deepEqual(blocksAt(on, 0, 8), [1, 1, 2, 3, 4, 5, 6, 8]);
  await on.driver.close();
});

test('what it may name is told, and more is refused', async () => {
  const on = await written();
  const namespace = on.driver.identify(0, 1);
  const told = [namespace.getUint16(74, true), namespace.getUint32(76, true), namespace.getUint8(80)];
  assert.deepEqual(told, [LBAS, LBAS, 3]);
  const controller = on.driver.identify(1, 0);
  assert.deepEqual([controller.getUint16(520, true) & 0x100, controller.getUint16(534, true)], [0x100, 1]);
  const effects = on.driver.logPage(0x05, 4096);
  assert.equal(effects.getUint32((0x100 + 0x19) * 4, true), 3);
  const one = [0, 1] as const;
  assert.deepEqual(statusOf(copy(on, 8, [one, one, one, one, one])), SIZE_LIMIT);
  assert.deepEqual(statusOf(copy(on, 0, [[0, LBAS], one])), SIZE_LIMIT);
  assert.deepEqual(statusOf(copy(on, LBAS - 1, [[0, 2]])), OUT_OF_RANGE);
  assert.deepEqual(statusOf(copy(on, 0, [[LBAS - 1, 2]])), OUT_OF_RANGE);
  // Another format of ranges; another namespace.
  assert.deepEqual(statusOf(copy(on, 0, [one], 1 << 8)), INVALID_FIELD);
  assert.deepEqual(statusOf(on.queue.run({ opcode: 0x19, nsid: 2 })), [0, 0x0b]);
  await on.driver.close();
});

test('a block that cannot be read keeps all of it off; what is copied over can be read again', async () => {
  const on = await written();
  on.queue.run({ opcode: 0x04, nsid: 1, cdw10: 5 });
  const ranges = [
    [0, 2],
    [4, 3],
  ] as const;
  const failed = copy(on, 1000, ranges);
  assert.deepEqual([statusOf(failed), failed.dw0], [UNRECOVERED, 0]);
  assert.deepEqual(blocksAt(on, 1000, 5), [0, 0, 0, 0, 0]);
  assert.deepEqual(statusOf(copy(on, 5, [[20, 1]])), [0, 0]);
  assert.deepEqual(blocksAt(on, 4, 3), [5, 21, 7]);
  await on.driver.close();
});

test('a drive without it says so and refuses it', async () => {
  const driver = await RawDriver.ready('latency=none');
  assert.deepEqual(statusOf(driver.ioQueue(1).run({ opcode: 0x19, nsid: 1 })), [0, 0x01]);
  assert.equal(driver.identify(1, 0).getUint16(520, true) & 0x100, 0);
  await driver.close();
});
