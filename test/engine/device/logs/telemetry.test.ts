import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RawDriver } from '../raw-driver.js';
import { type Completion, statusOf } from '../raw-rings.js';

const OPTIONS = 'latency=none&logs=telemetry&flash=tlc';
const [HOST, CONTROLLER] = [0x07, 0x08];
const RETAIN = 1 << 15;

const read = (driver: RawDriver, cdw10: number, blocks: number) => {
  const page = driver.dma(blocks * 512);
  const command = { opcode: 0x02, nsid: 0xffff_ffff, prp1: page.iova, cdw10 };
  const completion: Completion = driver.admin.run({ ...command, cdw10: cdw10 | ((blocks * 128 - 1) << 16) });
  return { status: statusOf(completion), bytes: Buffer.from(page.bytes), view: page.view };
};
/** Last blocks of the three areas; generation of the host's, whether the controller's is there, and its generation. */
const headerOf = ({ view, bytes }: ReturnType<typeof read>) => [
  [8, 10, 12].map((at) => view.getUint16(at, true)),
  [...bytes.subarray(381, 384)],
];

test('the host makes one when it says so, and reads that one until it makes another', async () => {
  const driver = await RawDriver.ready(OPTIONS);
  assert.equal(driver.identify(1, 0).getUint8(261) & 8, 8);
  assert.deepEqual(headerOf(read(driver, HOST, 1)), [
    [0, 0, 0],
    [0, 0, 0],
  ]);
  // SMART and the error log are area 1, the log page of the flash area 2.
  const made = read(driver, HOST | (1 << 8), 8);
  assert.deepEqual(headerOf(made), [
    [9, 10, 10],
    [1, 0, 0],
  ]);
  assert.deepEqual([made.bytes[0], made.view.getUint16(512 + 1, true)], [7, 310]);
  assert.equal(made.bytes.toString('latin1', 384, 407), 'the host asked for it\0\0');
  // An error after it was made is not in it; the next one has it.
  driver.admin.run({ opcode: 0x02, cdw10: 0x7f });
  assert.equal(read(driver, HOST, 4).view.getUint32(1024, true), 0);
  const next = read(driver, HOST | (1 << 8), 4);
  assert.deepEqual([next.view.getUint32(1024, true), next.bytes[381]], [1, 2]);
  await driver.close();
});

test('trouble makes one of its own, with an event, which stays until it is read', async () => {
  const driver = await RawDriver.ready(`${OPTIONS}&faults=deaddie(1,3)`);
  assert.equal(driver.identify(1, 0).getUint32(92, true) & 0x400, 0x400);
  driver.admin.run({ opcode: 0x09, cdw10: 0x0b, cdw11: 0x400 });
  assert.equal(read(driver, CONTROLLER, 1).bytes[382], 0);
  driver.admin.submit({ opcode: 0x0c });
  driver.ioQueue(1, 8).run({ opcode: 0x00, nsid: 1 });
  assert.equal(driver.admin.wait().dw0, 0x08_02_02);
  const kept = read(driver, CONTROLLER | RETAIN, 1);
  assert.deepEqual([kept.bytes[0], kept.bytes[382], kept.bytes[383]], [8, 1, 1]);
  assert.match(kept.bytes.toString('latin1', 384), /^die 3 is gone\0/);
  assert.equal(read(driver, HOST, 1).bytes[382], 1);
  read(driver, CONTROLLER, 1);
  const { bytes } = read(driver, CONTROLLER, 1);
  assert.deepEqual([bytes[382], bytes[383]], [0, 1]);
  await driver.close();
});

test('it is read in whole blocks', async () => {
  const driver = await RawDriver.ready(OPTIONS);
  const { iova } = driver.dma(4096);
  for (const part of [{ cdw10: HOST }, { cdw10: HOST | (127 << 16), cdw12: 4 }])
    assert.deepEqual(statusOf(driver.admin.run({ opcode: 0x02, prp1: iova, ...part })), [0, 0x02]);
  await driver.close();
});
