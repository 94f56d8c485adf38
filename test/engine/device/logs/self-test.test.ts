import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SelfTest } from '../../../../engine/device/logs/self-test.js';
import { nvmeSays } from '../../../fixtures/nvme-cli-of.js';
import { RawDriver } from '../raw-driver.js';
import { statusOf } from '../raw-rings.js';

const [SHORT, EXTENDED, ABORT] = [1, 2, 15];

function drive() {
  const found: { warning: number; bad: number | undefined } = { warning: 0, bad: undefined };
  const selfTest = new SelfTest([1000, 4000], {
    mostNsid: 3,
    nsid: () => 1,
    warning: () => found.warning,
    unreadable: () => found.bad,
    powerOnHours: () => 0x0102,
  });
  const start = (code: number, nowMs: number, nsid = 1): number => {
    const command = new Uint32Array(16);
    command[1] = nsid;
    command[10] = code;
    return selfTest.execute(command, nowMs) & 0x7ff;
  };
  const page = (nowMs: number): Buffer => Buffer.from(selfTest.logPage(nowMs));
  return { found, selfTest, start, page };
}

test('the log page, byte for byte: what is under way, and the results, the newest first', () => {
  // NVMe base 2.0, figures 216 and 217.
  const { found, start, page } = drive();
  assert.equal(start(SHORT, 0), 0);
  assert.deepEqual([...page(250).subarray(0, 5)], [1, 25, 0, 0, 0x0f]);
  assert.deepEqual([...page(1000).subarray(0, 5)], [0, 0, 0, 0, 0x10]);
  found.bad = 0x0304;
  assert.equal(start(EXTENDED, 2000), 0);
  assert.deepEqual([...page(5000).subarray(0, 2)], [2, 75]);
  const result = '27070f00' + '0201000000000000' + '01000000' + '0403000000000000' + '02810000';
  assert.equal(page(6000).toString('hex', 4, 32), result);
  assert.equal(page(6000).toString('hex', 32, 44), '100000000201000000000000');
  assert.deepEqual([page(6000).length, page(6000)[60]], [564, 0x0f]);
});

test('one at a time; what it is asked for in vain; what ends it', () => {
  const { found, selfTest, start, page } = drive();
  const last = (nowMs: number): number => page(nowMs)[4];
  // Invalid Field, Invalid Namespace or Format, Device Self-test In Progress.
  assert.deepEqual([start(3, 0), start(SHORT, 0, 2), start(SHORT, 0, 4)], [0x002, 0x002, 0x00b]);
  assert.deepEqual([start(SHORT, 0, 0xffff_ffff), start(EXTENDED, 999), start(ABORT, 999)], [0, 0x11d, 0]);
  assert.equal(last(999), 0x11);
  // With nothing under way it does nothing.
  assert.deepEqual([start(ABORT, 1000), page(1000)[32]], [0, 0x0f]);
  start(SHORT, 2000);
  selfTest.reset(2500);
  assert.equal(last(2500), 0x12);
  start(EXTENDED, 3000);
  selfTest.reset(3500);
  selfTest.abort(4, 4000);
  assert.equal(last(4000), 0x24);
  // A warning of SMART fails its segment, and the controller's part alone reads no block.
  found.bad = 7;
  start(EXTENDED, 5000, 0);
  assert.equal(last(9000), 0x20);
  found.warning = 4;
  start(SHORT, 10_000);
  assert.equal(page(11_000).toString('hex', 4, 7), '170200');
});

test('a drive that has it says so, and nvme-cli reads what the test found', async (t) => {
  const driver = await RawDriver.ready('latency=none&self_test=1ms;1ms&faults=error(lba=5-9,sct=2,sc=0x81)');
  const identity = driver.identify(1, 0);
  assert.deepEqual([identity.getUint16(256, true) & 0x10, identity.getUint16(316, true)], [0x10, 1]);
  const effects = driver.logPage(0x05, 4096);
  assert.equal(effects.getUint32(0x14 * 4, true) & 1, 1);
  assert.deepEqual(statusOf(driver.admin.run({ opcode: 0x14, nsid: 1, cdw10: EXTENDED })), [0, 0]);
  while (driver.logPage(0x06, 4).getUint8(0) !== 0);
  const said = await nvmeSays(t, driver, 'self-test-log', '/dev/null', '-o', 'json', '-e', '1');
  await driver.close();
  if (said === undefined) return;
  const [result] = Object.values(JSON.parse(said) as Record<string, unknown>).find(Array.isArray) as [
    Record<string, unknown>,
  ];
  assert.deepEqual(
    [result['Self test result'], result['Self test code'], result['Segment number']].map(Number),
    [7, 2, 7],
  );
  assert.equal(Number(result['Failing LBA']), 5);
});

test('a drive without it refuses the command and the page', async () => {
  const driver = await RawDriver.ready();
  assert.deepEqual(statusOf(driver.admin.run({ opcode: 0x14, nsid: 1, cdw10: SHORT })), [0, 0x01]);
  const page = { opcode: 0x02, nsid: 0xffff_ffff, prp1: driver.dma(4096).iova, cdw10: 0x06 };
  assert.deepEqual(statusOf(driver.admin.run(page)), [1, 0x09]);
  assert.equal(driver.identify(1, 0).getUint16(256, true) & 0x10, 0);
  await driver.close();
});
