/** Log pages that a drive has where it is asked to: endurance group, OCP's extended SMART, and what version 2.0 says of all. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nvmeSays } from '../../../fixtures/nvme-cli-of.js';
import { RawDriver } from '../raw-driver.js';
import { statusOf, write } from '../raw-rings.js';

const groupLog = (driver: RawDriver, group: number) => {
  const page = driver.dma(512);
  const command = { opcode: 0x02, prp1: page.iova, cdw10: 0x09 | (127 << 16), cdw11: group << 16 };
  return { status: statusOf(driver.admin.run(command)), view: page.view };
};

test('the endurance group has its identifiers and counts what the drive did', async () => {
  const driver = await RawDriver.ready('latency=none&logs=endurance&faults=error(lba=9-9,sct=2,sc=0x81)');
  const controller = driver.identify(1, 0);
  assert.deepEqual([controller.getUint32(96, true) & 0x10, controller.getUint16(340, true)], [0x10, 1]);
  assert.equal(driver.identify(0, 1).getUint16(102, true), 1);
  const groups = driver.identify(0x19, 0);
  assert.deepEqual([groups.getUint16(0, true), groups.getUint16(2, true)], [1, 1]);
  const queue = driver.ioQueue(1);
  const data = driver.dma(4096);
  for (const slba of [0, 8]) queue.run(write({ slba, lbas: 8, prp1: data.iova }));
  const { status, view } = groupLog(driver, 1);
  assert.deepEqual(status, [0, 0]);
  // One write of 4096 bytes is a billion begun; the other failed.
  const counters = [48, 64, 80, 96, 112, 128, 144, 160].map((at) => Number(view.getBigUint64(at, true)));
  assert.deepEqual(counters, [0, 1, 1, 0, 1, 1, 1, 2 ** 30]);
  assert.deepEqual(
    [3, 4, 5].map((at) => view.getUint8(at)),
    [100, 10, 0],
  );
  assert.deepEqual(groupLog(driver, 2).status, [0, 0x02]);
  await driver.close();
});

test('the extended SMART of OCP, as nvme-cli reads it from a drive of flash', async (t) => {
  const driver = await RawDriver.ready('size=64MiB&logs=ocp&flash=tlc(start=steady,cycles=1500)');
  const page = driver.logPage(0xc0, 512);
  const guid = Buffer.from(page.buffer, 496, 16).reverse().toString('hex');
  assert.deepEqual([guid, page.getUint16(494, true)], ['afd514c97c6f4f9ca4f2bfea2810afc5', 3]);
  const flash = driver.logPage(0xf0, 512);
  assert.equal(page.getBigUint64(0, true), flash.getBigUint64(56, true));
  // The most and the fewest erases of a superblock, of which there were 1500 at the start.
  const erases = [page.getUint32(88, true), page.getUint32(92, true)];
  assert.deepEqual(erases, [flash.getUint32(144, true), flash.getUint32(140, true)]);
  assert.ok(erases[1] >= 1500);
  const said = await nvmeSays(t, driver, 'ocp', 'smart-add-log', '/dev/null', '-o', 'json');
  await driver.close();
  if (said === undefined) return;
  const json = JSON.parse(said) as Record<string, unknown>;
  assert.equal(Number(json['Capacitor health']), 100);
  assert.equal(Number(json['Max User data erase counts']), page.getUint32(88, true));
});

test('version 2.0 names its log pages and features; of 1.4 there are no such pages', async (t) => {
  const driver = await RawDriver.ready('vs=2.0&logs=persistent&sanitize=1s');
  assert.equal(driver.identify(1, 0).getUint8(261) & 0x30, 0x30);
  const named = (logId: number): number[] => {
    const page = driver.logPage(logId, 1024);
    return Array.from({ length: 256 }, (_, index) => index).filter(
      (index) => page.getUint32(index * 4, true) & 1,
    );
  };
  assert.deepEqual(named(0x00), [0x00, 1, 2, 3, 4, 5, 0x0d, 0x12, 0x13, 0x81]);
  const features = Array.from({ length: 256 }, (_, id) => id).filter(
    (id) =>
      statusOf(driver.admin.run({ opcode: 0x0a, cdw10: id, prp1: driver.dma(4096).iova })).join() === '0,0',
  );
  assert.deepEqual(named(0x12), features);
  // Commands say what they are about: Read a namespace, Identify the controller, Sanitize all of it.
  const effects = driver.logPage(0x05, 4096);
  const scopes = [0x102, 0x06, 0x84].map((dword) => effects.getUint32(dword * 4, true) >>> 20);
  assert.deepEqual(scopes, [1, 2, 0x20]);
  const said = await nvmeSays(t, driver, 'supported-log-pages', '/dev/null');
  await driver.close();
  if (said !== undefined) assert.match(said, /LID 0xd \(Persistent Event Log\), supports 0x10001/);
  const older = await RawDriver.ready();
  for (const logId of [0x00, 0x07, 0x08, 0x09, 0x0d, 0x12, 0x13, 0xc0]) {
    const command = { opcode: 0x02, prp1: older.dma(4096).iova, cdw10: logId | (127 << 16) };
    assert.deepEqual(statusOf(older.admin.run(command)), [1, 0x09], `log page ${logId}`);
  }
  await older.close();
});
