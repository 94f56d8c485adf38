import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RawDriver } from './raw-driver.js';
import { statusOf } from './raw-rings.js';

const ascii = (view: DataView, at: number, lengthBytes: number): string =>
  Buffer.from(view.buffer, view.byteOffset + at, lengthBytes).toString('latin1');

test('Identify Controller has its fields where NVMe 1.4 figure 247 has them', async () => {
  const driver = await RawDriver.ready('serial=ABC123&model=Some drive&mdts=128KiB&size=64GiB');
  const page = driver.identify(0x01, 0);
  assert.equal(ascii(page, 4, 20), 'ABC123              ');
  assert.equal(ascii(page, 24, 40), 'Some drive                              ');
  assert.equal(page.getUint8(77), 5);
  assert.equal(page.getUint32(80, true), 0x10400);
  assert.equal(page.getUint8(111), 1);
  assert.equal(page.getUint8(259), 3);
  assert.equal(page.getBigUint64(280, true), 64n * 2n ** 30n);
  assert.equal(page.getUint8(512), 0x66);
  assert.equal(page.getUint8(513), 0x44);
  assert.equal(page.getUint32(516, true), 1);
  assert.equal(page.getUint16(520, true), (1 << 0) | (1 << 1) | (1 << 2) | (1 << 3) | (1 << 7));
  assert.equal(page.getUint8(525) & 1, 1);
  assert.match(ascii(page, 768, 68), /^nqn\.2014-08\.org\.nvmexpress:uuid:[0-9a-f-]{36}$/);
  await driver.close();
});

test('Identify Namespace gives size and format', async () => {
  const driver = await RawDriver.ready('size=64GiB&lba=4096');
  const page = driver.identify(0x00, 1);
  assert.equal(page.getBigUint64(0, true), 16777216n);
  assert.equal(page.getBigUint64(8, true), 16777216n);
  const format = page.getUint8(26) & 0xf;
  assert.ok(format <= page.getUint8(25));
  assert.equal(page.getUint32(128 + 4 * format, true) & 0xff_ffff, 12 << 16);
  await driver.close();
});

test('blocks are 512 bytes unless asked otherwise', async () => {
  const driver = await RawDriver.ready('size=1GiB');
  const page = driver.identify(0x00, 1);
  assert.equal(page.getBigUint64(0, true), 2097152n);
  assert.equal(page.getUint32(128 + 4 * (page.getUint8(26) & 0xf), true) & 0xff_ffff, 9 << 16);
  await driver.close();
});

test('NUSE counts what was written', async () => {
  const driver = await RawDriver.ready('latency=none');
  assert.equal(driver.identify(0x00, 1).getBigUint64(16, true), 0n);
  const queue = driver.ioQueue(1);
  queue.run({ opcode: 0x01, nsid: 1, prp1: driver.dma(4096).iova, cdw12: 7 });
  assert.equal(driver.identify(0x00, 1).getBigUint64(16, true), 8n);
  await driver.close();
});

test('NUSE of a drive of flash counts what lies on the flash, though nothing is kept', async () => {
  const used = async (start: string): Promise<bigint> => {
    const driver = await RawDriver.ready(
      `size=64MiB&lba=4096&media=null&flash=tlc(op=7%,channels=1,dies=1${start})`,
    );
    const lbas = driver.identify(0x00, 1).getBigUint64(16, true);
    await driver.close();
    return lbas;
  };
  assert.deepEqual([await used(''), await used(',start=full')], [0n, 16_384n]);
});

test('the active namespaces are namespace 1 and none above it', async () => {
  const driver = await RawDriver.ready();
  assert.deepEqual([...new Uint32Array(driver.identify(0x02, 0).buffer, 0, 2)], [1, 0]);
  assert.equal(driver.identify(0x02, 1).getUint32(0, true), 0);
  await driver.close();
});

test('the descriptors repeat the identifiers of Identify Namespace', async () => {
  const driver = await RawDriver.ready();
  const namespace = new Uint8Array(driver.identify(0x00, 1).buffer);
  const list = new Uint8Array(driver.identify(0x03, 1).buffer);
  assert.deepEqual([...list.subarray(0, 4)], [1, 8, 0, 0]);
  assert.deepEqual(list.subarray(4, 12), namespace.subarray(120, 128));
  assert.deepEqual([...list.subarray(12, 16)], [2, 16, 0, 0]);
  assert.deepEqual(list.subarray(16, 32), namespace.subarray(104, 120));
  assert.deepEqual([...list.subarray(32, 36)], [3, 16, 0, 0]);
  assert.equal(list[52], 0);
  await driver.close();
});

for (const [what, cns, nsid, expected] of [
  ['a namespace that is not', 0x00, 2, [0, 0x0b]],
  ['all namespaces at once', 0x00, 0xffff_ffff, [0, 0x0b]],
  ['descriptors of namespace 0', 0x03, 0, [0, 0x0b]],
  ['namespaces above the last identifier', 0x02, 0xffff_ffff, [0, 0x0b]],
  ['a structure that is not', 0x55, 0, [0, 0x02]],
] as const) {
  test(`Identify of ${what} is refused`, async () => {
    const driver = await RawDriver.ready();
    const completion = driver.admin.run({ opcode: 0x06, nsid, prp1: driver.dma(4096).iova, cdw10: cns });
    assert.deepEqual(statusOf(completion), expected);
    await driver.close();
  });
}

test('Identify across two pages fills both', async () => {
  const driver = await RawDriver.ready();
  const [first, second] = [driver.dma(4096), driver.dma(4096)];
  second.bytes.fill(0xee);
  const command = { opcode: 0x06, prp1: first.iova + 2048, prp2: second.iova, cdw10: 1 };
  assert.deepEqual(statusOf(driver.admin.run(command)), [0, 0]);
  assert.equal(first.view.getUint32(2048 + 80, true), 0x10400);
  assert.equal(first.view.getUint8(2048 + 512), 0x66);
  assert.equal(ascii(first.view, 2048 + 768, 4), 'nqn.');
  // power state 0 begins at byte 2048: with the second page
  assert.equal(second.view.getUint8(0), 0);
  assert.equal(second.view.getUint8(2048), 0xee);
  await driver.close();
});
