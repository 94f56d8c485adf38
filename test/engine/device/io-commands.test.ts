import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RawDriver } from './raw-driver.js';
import { type Command, read, statusOf, write } from './raw-rings.js';

const INVALID_OPCODE = [0, 0x01];
const INVALID_FIELD = [0, 0x02];
const DATA_TRANSFER_ERROR = [0, 0x04];
const INVALID_NAMESPACE = [0, 0x0b];
const PRP_OFFSET_INVALID = [0, 0x13];
const UNRECOVERED_READ = [2, 0x81];
const COMPARE_FAILURE = [2, 0x85];
const LBA_OUT_OF_RANGE = [0, 0x80];
const SIZE_LBAS = 2097152;

type Case = [string, (iova: number) => Command, readonly number[]];

const cases: Case[] = [
  ['the last block', (iova) => read({ slba: SIZE_LBAS - 1, lbas: 1, prp1: iova }), [0, 0]],
  ['one block past the end', (iova) => read({ slba: SIZE_LBAS, lbas: 1, prp1: iova }), LBA_OUT_OF_RANGE],
  ['blocks across the end', (iova) => write({ slba: SIZE_LBAS - 1, lbas: 2, prp1: iova }), LBA_OUT_OF_RANGE],
  ['an LBA beyond 32 bits', (iova) => read({ slba: 2 ** 40, lbas: 1, prp1: iova }), LBA_OUT_OF_RANGE],
  ['more than MDTS', (iova) => read({ slba: 0, lbas: 257, prp1: iova, prp2: iova }), INVALID_FIELD],
  ['namespace 2', (iova) => ({ ...read({ slba: 0, lbas: 1, prp1: iova }), nsid: 2 }), INVALID_NAMESPACE],
  [
    'all namespaces',
    (iova) => ({ ...read({ slba: 0, lbas: 1, prp1: iova }), nsid: 0xffff_ffff }),
    INVALID_NAMESPACE,
  ],
  ['an SGL', (iova) => ({ ...read({ slba: 0, lbas: 1, prp1: iova }), flags: 0x40 }), INVALID_FIELD],
  [
    'a fused operation',
    (iova) => ({ ...read({ slba: 0, lbas: 1, prp1: iova }), flags: 0x01 }),
    INVALID_FIELD,
  ],
  ['PRP1 off a dword', (iova) => read({ slba: 0, lbas: 1, prp1: iova + 2 }), PRP_OFFSET_INVALID],
  [
    'PRP2 off its page',
    (iova) => read({ slba: 0, lbas: 16, prp1: iova, prp2: iova + 512 }),
    PRP_OFFSET_INVALID,
  ],
  [
    'a list off a qword',
    (iova) => read({ slba: 0, lbas: 24, prp1: iova, prp2: iova + 4 }),
    PRP_OFFSET_INVALID,
  ],
  ['PRP1 not mapped', () => read({ slba: 0, lbas: 1, prp1: 0x30_0000_0000 }), DATA_TRANSFER_ERROR],
  [
    'PRP2 not mapped',
    (iova) => write({ slba: 0, lbas: 16, prp1: iova, prp2: 0x30_0000_0000 }),
    DATA_TRANSFER_ERROR,
  ],
  [
    'a list not mapped',
    (iova) => read({ slba: 0, lbas: 24, prp1: iova, prp2: 0x30_0000_0000 }),
    DATA_TRANSFER_ERROR,
  ],
  ['a reserved opcode', () => ({ opcode: 0x7f, nsid: 1 }), INVALID_OPCODE],
  ['Flush', () => ({ opcode: 0x00, nsid: 1 }), [0, 0]],
  ['Flush of all namespaces', () => ({ opcode: 0x00, nsid: 0xffff_ffff }), [0, 0]],
  ['Flush of namespace 0', () => ({ opcode: 0x00, nsid: 0 }), INVALID_NAMESPACE],
  ['Write Zeroes beyond MDTS', () => ({ opcode: 0x08, nsid: 1, cdw12: 0xffff }), [0, 0]],
  ['Write Zeroes past the end', () => ({ opcode: 0x08, nsid: 1, cdw10: SIZE_LBAS }), LBA_OUT_OF_RANGE],
];

for (const [what, command, expected] of cases) {
  test(`an I/O command for ${what} gets SCT ${expected[0]} SC 0x${expected[1].toString(16)}`, async () => {
    const driver = await RawDriver.ready('size=1GiB&mdts=128KiB&latency=none');
    const completion = driver.ioQueue(1).run(command(driver.dma(8192).iova));
    assert.deepEqual(statusOf(completion), expected);
    await driver.close();
  });
}

test('without media an I/O command gets the same, but that data is nowhere looked for', async () => {
  const driver = await RawDriver.ready('size=1GiB&mdts=128KiB&latency=none&media=null');
  const queue = driver.ioQueue(1);
  const { iova } = driver.dma(8192);
  for (const [what, command, expected] of cases)
    assert.deepEqual(
      statusOf(queue.run(command(iova))),
      expected === DATA_TRANSFER_ERROR ? [0, 0] : expected,
      what,
    );
  assert.deepEqual(statusOf(queue.run({ opcode: 0x04, nsid: 1, cdw10: 7 })), [0, 0]);
  assert.deepEqual(statusOf(queue.run(read({ slba: 7, lbas: 1, prp1: iova }))), UNRECOVERED_READ);
  assert.deepEqual(statusOf(queue.run(write({ slba: 7, lbas: 1, prp1: iova }))), [0, 0]);
  assert.deepEqual(statusOf(queue.run(read({ slba: 7, lbas: 1, prp1: iova }))), [0, 0]);
  await driver.close();
});

test('a list entry off its page is refused and nothing is transferred', async () => {
  const driver = await RawDriver.ready('latency=none');
  const queue = driver.ioQueue(1);
  const [data, list] = [driver.dma(4096 * 3), driver.dma(4096)];
  data.bytes.fill(0xee);
  list.view.setBigUint64(0, BigInt(data.iova + 4096), true);
  list.view.setBigUint64(8, BigInt(data.iova + 8192 + 512), true);
  const completion = queue.run(read({ slba: 0, lbas: 24, prp1: data.iova, prp2: list.iova }));
  assert.deepEqual(statusOf(completion), PRP_OFFSET_INVALID);
  assert.ok(data.bytes.every((byte) => byte === 0xee));
  await driver.close();
});

/** Blocks that are marked, and then what becomes of them; opcodes of the NVM command set 1.0, figure 18. */
test('what Write Uncorrectable marks cannot be read or verified until it is written or deallocated', async () => {
  const driver = await RawDriver.ready('size=1GiB&latency=none');
  const queue = driver.ioQueue(1);
  const { iova, view } = driver.dma(4096);
  const at = (opcode: number, slba: number, lbas: number): Command => ({
    opcode,
    nsid: 1,
    cdw10: slba,
    cdw12: lbas - 1,
  });
  const done = (command: Command): [number, number] => statusOf(queue.run(command));
  const reads = (slba: number, lbas: number) => done(read({ slba, lbas, prp1: iova }));
  const [OK, uncorrectable, zeroes, verify] = [[0, 0], 0x04, 0x08, 0x0c];
  // Across two leaves of the store.
  assert.deepEqual(done(at(uncorrectable, 4090, 20)), OK);
  assert.deepEqual(
    [reads(4089, 1), reads(4110, 1), reads(4089, 2), reads(4109, 1)],
    [OK, OK, UNRECOVERED_READ, UNRECOVERED_READ],
  );
  assert.deepEqual(done(at(verify, 4100, 1)), UNRECOVERED_READ);
  assert.deepEqual(
    [done(write({ slba: 4090, lbas: 1, prp1: iova })), reads(4090, 1), reads(4091, 1)],
    [OK, OK, UNRECOVERED_READ],
  );
  assert.deepEqual([done(at(zeroes, 4091, 6)), reads(4090, 6), reads(4096, 2)], [OK, OK, UNRECOVERED_READ]);
  // Dataset Management: one range of all blocks, Deallocate.
  view.setUint32(4, 2097152, true);
  assert.deepEqual([done({ opcode: 0x09, nsid: 1, prp1: iova, cdw11: 4 }), reads(4097, 8)], [OK, OK]);
  assert.deepEqual(done(at(uncorrectable, SIZE_LBAS, 1)), LBA_OUT_OF_RANGE);
  await driver.close();
});

test('Compare answers whether blocks hold the data of the host, each byte of it, and changes neither', async () => {
  const driver = await RawDriver.ready('size=1GiB&latency=none');
  const queue = driver.ioQueue(1);
  const { iova, bytes } = driver.dma(8192);
  const at = { lbas: 16, prp1: iova, prp2: iova + 4096 };
  const compares = (slba: number): [number, number] =>
    statusOf(queue.run({ ...write({ slba, ...at }), opcode: 0x05 }));
  for (const [i] of bytes.entries()) bytes[i] = (i * 7) ^ (i >> 8);
  // Across pages of the media, and not along them.
  assert.deepEqual(statusOf(queue.run(write({ slba: 3, ...at }))), [0, 0]);
  assert.deepEqual([compares(3), compares(4), compares(1000)], [[0, 0], COMPARE_FAILURE, COMPARE_FAILURE]);
  for (const byte of [0, 511, 4095, 4096, 8191]) {
    bytes[byte] ^= 0x80;
    assert.deepEqual(compares(3), COMPARE_FAILURE, `byte ${byte}`);
    bytes[byte] ^= 0x80;
    assert.deepEqual(compares(3), [0, 0]);
  }
  // What was never written reads as zeroes.
  bytes.fill(0);
  assert.deepEqual([compares(1000), compares(3)], [[0, 0], COMPARE_FAILURE]);
  // Write Uncorrectable: there is nothing to compare with.
  queue.run({ opcode: 0x04, nsid: 1, cdw10: 1015, cdw12: 0 });
  assert.deepEqual(compares(1000), UNRECOVERED_READ);
  await driver.close();
});

test('null media checks the offsets and moves nothing', async () => {
  const driver = await RawDriver.ready('media=null&latency=none');
  const queue = driver.ioQueue(1);
  const data = driver.dma(4096);
  data.bytes.fill(0xee);
  assert.deepEqual(statusOf(queue.run(read({ slba: 0, lbas: 8, prp1: data.iova }))), [0, 0]);
  assert.ok(data.bytes.every((byte) => byte === 0xee));
  assert.deepEqual(statusOf(queue.run(read({ slba: 0, lbas: 1, prp1: data.iova + 1 }))), PRP_OFFSET_INVALID);
  await driver.close();
});
