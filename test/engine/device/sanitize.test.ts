import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Sanitize } from '../../../engine/device/sanitize.js';
import { decodeSanitizeStatus } from '../../../engine/spec/index.js';
import { RawDriver } from './raw-driver.js';
import { statusOf } from './raw-rings.js';

const command = (cdw10: number): Uint32Array =>
  Uint32Array.from({ length: 16 }, (_, at) => (at === 10 ? cdw10 : 0));
const statusAt = (sanitize: Sanitize, nowMs: number) =>
  decodeSanitizeStatus(new DataView(sanitize.logPage(nowMs).buffer));

test('it is at it for its time, says how far, and takes no other meanwhile', () => {
  const sanitize = new Sanitize(2000);
  const times = { blockEraseS: 2, cryptoEraseS: 2 };
  assert.equal(statusAt(sanitize, 0).state, 0);
  let erased = 0;
  const start = (action: number, nowMs: number): number =>
    sanitize.start(command(action), nowMs, () => erased++ && 0);
  assert.equal(start(2, 1000), 0);
  // Sanitize In Progress; overwriting is no action that it has.
  assert.deepEqual([start(4, 2000) & 0xff, start(3, 2000) & 0xff, erased], [0x1d, 0x02, 1]);
  assert.deepEqual(statusAt(sanitize, 1500), { state: 2, progress: 0.25, ...times });
  assert.deepEqual([sanitize.isBusy(2999), sanitize.isBusy(3000)], [true, false]);
  assert.equal(statusAt(sanitize, 3000).state, 1);
});

test('the log page, byte for byte: progress, state, CDW10 and times that are not told', () => {
  // NVMe base 2.0, figure 255.
  const page = Buffer.alloc(20);
  page.writeUInt16LE(0x8000, 0);
  page.writeUInt16LE(0x0102, 2);
  page.writeUInt32LE(2, 4);
  for (const at of [8, 12, 16]) page.writeUInt32LE(0xffff_ffff, at);
  const view = new DataView(page.buffer, page.byteOffset, page.length);
  assert.deepEqual(decodeSanitizeStatus(view), { state: 2, progress: 0.5 });
});

test('meanwhile the controller flushes, and neither reads, writes nor formats', async () => {
  const driver = await RawDriver.ready('latency=none&sanitize=60s');
  const queue = driver.ioQueue(1);
  const prp1 = driver.dma(4096).iova;
  assert.deepEqual(statusOf(driver.admin.run({ opcode: 0x84, cdw10: 2 })), [0, 0]);
  const [flush, write, read] = [0, 1, 2].map((opcode) => statusOf(queue.run({ opcode, nsid: 1, prp1 })));
  const format = statusOf(driver.admin.run({ opcode: 0x80, nsid: 1 }));
  assert.deepEqual(
    [flush, write, read, format],
    [
      [0, 0],
      [0, 0x1d],
      [0, 0x1d],
      [0, 0x1d],
    ],
  );
  await driver.close();
});
