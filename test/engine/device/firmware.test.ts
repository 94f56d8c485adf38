import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Firmware } from '../../../engine/device/firmware.js';
import { nvmeSays } from '../../fixtures/nvme-cli-of.js';
import { RawDriver } from './raw-driver.js';
import { statusOf } from './raw-rings.js';

const BLOCK = 4096;
const [REPLACE, AT_RESET, EXISTING_AT_RESET, NOW] = [0, 1, 2, 3];
/** Status code types and codes: NVMe base 2.0, figures 96 and 184. */
const [INVALID_FIELD, SLOT, IMAGE, OVERLAP] = [0x002, 0x106, 0x107, 0x114];

const image = (revision: string, blocks = 2): Uint8Array => {
  const bytes = Buffer.alloc(blocks * BLOCK);
  bytes.write(`nvbfirmw${revision.padEnd(8)}`, 'latin1');
  return bytes;
};

function drive(slots = 3) {
  const firmware = new Firmware(slots);
  const download = (bytes: Uint8Array, atBlock = 0): number =>
    firmware.download(atBlock * BLOCK, bytes) & 0x7ff;
  const commit = (action: number, slot: number): number => {
    const command = new Uint32Array(16);
    command[10] = slot | (action << 3);
    return firmware.commit(command, () => undefined) & 0x7ff;
  };
  const slotsNow = (): string =>
    Buffer.from(firmware.logPage()).toString('latin1', 0, 40).replaceAll('\0', '.');
  return { firmware, download, commit, slotsNow };
}

test('an image comes in pieces of any order, and runs from the next reset on, or at once', () => {
  const { firmware, download, commit, slotsNow } = drive();
  const whole = image('2.0');
  assert.deepEqual([download(whole.slice(BLOCK), 1), download(whole.slice(0, BLOCK))], [0, 0]);
  assert.equal(commit(AT_RESET, 2), 0);
  // AFI: slot 1 runs, slot 2 will (NVMe base 2.0, figure 209).
  assert.equal(slotsNow(), '!.......1.0     2.0     ................');
  assert.deepEqual([firmware.revision, firmware.reset(), firmware.revision], ['1.0     ', true, '2.0     ']);
  assert.equal(slotsNow().charCodeAt(0), 2);
  download(image('3.0'));
  assert.equal(commit(REPLACE, 3), 0);
  assert.deepEqual([firmware.reset(), firmware.revision], [false, '2.0     ']);
  assert.deepEqual([commit(NOW, 3), firmware.revision], [0, '3.0     ']);
  assert.deepEqual(
    [commit(EXISTING_AT_RESET, 1), firmware.reset(), firmware.revision],
    [0, true, '1.0     '],
  );
});

test('with slot 0 the controller takes one that is free, or does not run', () => {
  const { firmware, download, commit } = drive();
  for (const revision of ['2', '3', '4']) {
    download(image(revision));
    assert.equal(commit(NOW, 0), 0);
  }
  assert.equal(firmware.logPage()[0], 2);
  assert.equal(firmware.revision.trim(), '4');
});

test('what runs is what was activated, also where its slot has another image', () => {
  const { firmware, download, commit } = drive();
  for (const revision of ['2', '3']) {
    download(image(revision));
    commit(revision === '2' ? NOW : REPLACE, 2);
  }
  assert.equal(firmware.revision.trim(), '2');
});

test('pieces that overlap, gaps, images of others, slots that are not there or read-only are refused', () => {
  const { firmware, download, commit } = drive();
  download(image('2.0'));
  assert.equal(download(image('2.0', 1), 1), OVERLAP);
  assert.equal(commit(4, 2), INVALID_FIELD);
  assert.deepEqual([commit(REPLACE, 1), commit(REPLACE, 4)], [SLOT, SLOT]);
  assert.equal(commit(REPLACE, 2), 0);
  // It is gone once it was committed, and by a reset.
  assert.deepEqual([commit(REPLACE, 2), commit(EXISTING_AT_RESET, 3)], [IMAGE, IMAGE]);
  download(image('3.0'));
  firmware.reset();
  assert.equal(commit(REPLACE, 3), IMAGE);
  download(image('3.0', 1));
  download(new Uint8Array(BLOCK), 2);
  assert.equal(commit(REPLACE, 3), IMAGE);
  download(new Uint8Array(BLOCK));
  assert.equal(commit(REPLACE, 3), IMAGE);
});

test('nvme-cli brings an image to a drive, which runs it after a reset and says so', async (t) => {
  const driver = await RawDriver.ready('latency=none&firmware_slots=2&logs=persistent');
  const identity = driver.identify(1, 0);
  // OACS, FRMW (slot 1 read-only, two of them, without reset, overlaps), FWUG.
  const said = [identity.getUint16(256, true) & 4, identity.getUint8(260), identity.getUint8(319)];
  assert.deepEqual(said, [4, 0x35, 1]);
  const folder = mkdtempSync(join(tmpdir(), 'nvbench-'));
  const file = join(folder, 'image');
  try {
    writeFileSync(file, image('2.0'));
    if ((await nvmeSays(t, driver, 'fw-download', '/dev/null', '-f', file, '-x', '4096')) === undefined)
      return;
    await nvmeSays(t, driver, 'fw-commit', '/dev/null', '-s', '2', '-a', '1');
    const revision = (): string => Buffer.from(driver.identify(1, 0).buffer, 64, 8).toString('latin1').trim();
    assert.equal(revision(), '1.0');
    driver.disable();
    driver.enable();
    assert.equal(revision(), '2.0');
    const log = await nvmeSays(t, driver, 'fw-log', '/dev/null');
    assert.match(log ?? '', /afi\s*: 0x2.*frs2\s*: 0x[0-9a-f]+ \(2\.0\.*\)/s);
    const events = await nvmeSays(t, driver, 'persistent-event-log', '/dev/null', '-a', '1', '-l', '4096');
    assert.match(events ?? '', /Firmware Activation: 1.*Firmware Commit Event.*Action: 1.*Slot: 2/s);
  } finally {
    rmSync(folder, { recursive: true });
    await driver.close();
  }
});

test('a piece that is not aligned is refused, and so is all of it by a drive with one slot', async () => {
  const driver = await RawDriver.ready('firmware_slots=2');
  const { iova } = driver.dma(BLOCK);
  const download = (on: RawDriver, dwords: number, offsetDwords: number) =>
    statusOf(on.admin.run({ opcode: 0x11, prp1: iova, cdw10: dwords - 1, cdw11: offsetDwords }));
  assert.deepEqual(
    [download(driver, 1024, 1024), download(driver, 1024, 1)],
    [
      [0, 0],
      [0, 2],
    ],
  );
  assert.deepEqual(
    [download(driver, 128, 0), download(driver, 1024, 0x3fff_fc00)],
    [
      [0, 2],
      [0, 2],
    ],
  );
  await driver.close();
  const plain = await RawDriver.ready();
  assert.deepEqual(download(plain, 1024, 0), [0, 1]);
  assert.equal(plain.identify(1, 0).getUint16(256, true) & 4, 0);
  await plain.close();
});
