import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PersistentEvents } from '../../../../engine/device/logs/persistent-events.js';
import { Timestamp } from '../../../../engine/device/timestamp.js';
import { nvmeSays } from '../../../fixtures/nvme-cli-of.js';
import { RawDriver } from '../raw-driver.js';
import { statusOf } from '../raw-rings.js';

const [READ, ESTABLISH, RELEASE, HEADER] = [0, 1, 2, 3];
const SEQUENCE_ERROR = 0x00c;

function drive() {
  const controller = new Uint8Array(4096);
  controller.set(Buffer.from('SN', 'latin1'), 4);
  controller.set(Buffer.from('1.0     ', 'latin1'), 64);
  controller[78] = 1;
  const timestamp = new Timestamp(1000);
  const log = new PersistentEvents({
    controller: () => controller,
    smart: () => new Uint8Array(512).fill(0x5a),
    powerOnHours: () => 0x0102,
    powerCycles: () => 3,
    timestamp,
  });
  const ask = (action: number, nowMs: number): Buffer | number => {
    const command = new Uint32Array(16);
    command[10] = 0x0d | (action << 8);
    const answer = log.page(command, nowMs);
    return typeof answer === 'number' ? answer & 0x7ff : Buffer.from(answer);
  };
  const page = (nowMs: number): Buffer => {
    ask(RELEASE, nowMs);
    return ask(ESTABLISH, nowMs) as Buffer;
  };
  return { log, ask, page };
}

test('the header and events, byte for byte, the newest first', () => {
  // NVMe base 2.0, figures 221 to 227.
  const { log, page } = drive();
  log.wasReset(false, 1005);
  const bytes = page(1010);
  assert.equal(bytes.length, 512 + 24 + 512 + 24 + 44);
  const counts = '0d000000' + '02000000' + '5c04000000000000' + '0200' + 'ec01';
  assert.equal(bytes.toString('hex', 0, 20), counts);
  assert.equal(bytes.toString('hex', 20, 36), '0a00000000000000' + '0201000000000000');
  assert.equal(bytes.toString('hex', 44, 46), '0300');
  assert.equal(bytes.toString('latin1', 56, 58), 'SN');
  assert.equal(bytes.toString('hex', 480, 484), 'be170000');
  const smart =
    '01' + '01' + '15' + '00' + '0100' + '0500000000000000' + '0000' + '00000000' + '0000' + '0002';
  assert.equal(bytes.toString('hex', 512, 536), smart);
  const on = '04' + '01' + '15' + '00' + '0100' + '0500000000000000' + '0000' + '00000000' + '0000' + '2c00';
  assert.equal(bytes.toString('hex', 1048, 1072), on);
  const info = `${Buffer.from('1.0     ').toString('hex')}0100${'00'.repeat(14)}03000000`;
  assert.equal(bytes.toString('hex', 1072, 1100), info);
});

test('format and sanitize have a start and an end, which comes when it is due', () => {
  const { log, page } = drive();
  const command = new Uint32Array(16);
  [command[1], command[10]] = [1, 2];
  log.formatted(command, 0, 2000);
  log.sanitizing(command, 3, 3000, 5000);
  const types = (bytes: Buffer): number[] => {
    const found: number[] = [];
    for (let at = 512; at < bytes.length; at += 24 + bytes.readUInt16LE(at + 22)) found.push(bytes[at]);
    return found;
  };
  assert.deepEqual(types(page(4000)), [9, 8, 7]);
  const ended = page(6000);
  assert.deepEqual(types(ended), [10, 9, 8, 7]);
  assert.equal(ended.readUInt32LE(512 + 6), 4000);
  assert.equal(ended.toString('hex', 536, 544), 'ffff010000000000');
});

test('what is read stays as it was until it is released; the oldest events are forgotten', () => {
  const { log, ask, page } = drive();
  assert.equal(ask(READ, 0), SEQUENCE_ERROR);
  log.wasReset(false, 1000);
  const first = ask(ESTABLISH, 1000) as Buffer;
  log.failed(2000);
  assert.deepEqual(ask(READ, 3000), first);
  assert.equal(ask(ESTABLISH, 3000), SEQUENCE_ERROR);
  // RCI bit 18: another has established it before.
  const header = ask(HEADER, 3000) as Buffer;
  assert.deepEqual([header.length, header.readUInt32LE(374)], [512, 1 << 18]);
  const next = page(3000);
  assert.equal(next.toString('hex', 536, 540), '09000000');
  for (let reset = 0; reset < 200; reset++) log.wasReset(false, 4000 + reset);
  const full = page(5000);
  assert.ok(full.length <= 65_536 && full.length > 64_000);
  assert.equal(Number(full.readBigUInt64LE(8)), full.length);
});

test('nvme-cli reads what happened', async (t) => {
  const driver = await RawDriver.ready('latency=none&logs=persistent&sanitize=1s');
  assert.equal(driver.identify(1, 0).getUint32(352, true), 1);
  driver.admin.run({ opcode: 0x80, nsid: 1 });
  driver.admin.run({ opcode: 0x84, cdw10: 2 });
  const said = await nvmeSays(t, driver, 'persistent-event-log', '/dev/null', '-a', '1', '-l', '4096');
  await driver.close();
  if (said === undefined) return;
  const events = [...said.matchAll(/^Event Type: (.*?)\s*\(0x/gm)].map(([, name]) => name);
  const [sanitize, done, start, smart, on] = events;
  assert.deepEqual(
    [sanitize, done, start],
    ['Sanitize Start Event', 'Format NVM Completion Event', 'Format NVM Start Event'],
  );
  assert.deepEqual([smart, on], ['SMART/Health Log Snapshot Event', 'Power-on or Reset Event']);
  assert.match(said, /SANICAP: 3\n/);
});

test('the host tells the drive the time, by which events are from then on', async () => {
  const driver = await RawDriver.ready('latency=none&logs=persistent');
  assert.equal(driver.identify(1, 0).getUint16(520, true) & 0x40, 0x40);
  const data = driver.dma(4096);
  const feature = (opcode: number) => statusOf(driver.admin.run({ opcode, cdw10: 0x0e, prp1: data.iova }));
  const time = Date.UTC(2026, 0, 2);
  // 6 bytes of ms, then the origin (bits 3:1): 0 since power-on, 1 set by the host (figure 331).
  assert.deepEqual([feature(0x0a), data.view.getUint16(6, true)], [[0, 0], 0]);
  data.view.setBigUint64(0, BigInt(time), true);
  assert.deepEqual(feature(0x09), [0, 0]);
  data.bytes.fill(0);
  assert.deepEqual([feature(0x0a), data.view.getUint16(6, true)], [[0, 0], 2]);
  const since = Number(data.view.getBigUint64(0, true) & 0xffff_ffff_ffffn) - time;
  assert.ok(since >= 0 && since < 60_000, `${since} ms`);
  driver.admin.run({ opcode: 0x80, nsid: 1 });
  driver.admin.run({ opcode: 0x02, prp1: data.iova, cdw10: 0x0d | (1 << 8) | (1023 << 16) });
  const at = (offset: number): number => Number(data.view.getBigUint64(offset, true) & 0xffff_ffff_ffffn);
  // Format has ended and begun, then the time before it was set.
  const changed = 512 + 2 * (24 + 12);
  assert.deepEqual(
    [data.bytes[512], data.bytes[changed], data.view.getUint16(changed + 22, true)],
    [8, 3, 16],
  );
  assert.ok(at(512 + 6) >= time && at(changed + 24) < time);
  await driver.close();
  const other = await RawDriver.ready();
  assert.deepEqual(statusOf(other.admin.run({ opcode: 0x0a, cdw10: 0x0e, prp1: 0x1000 })), [0, 0x02]);
  await other.close();
});
