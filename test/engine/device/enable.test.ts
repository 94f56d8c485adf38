/** Registers of the software controller: what it says of itself, enabling, disabling, shutdown, resets. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HastyHost } from './fast-reset.js';
import { RawDriver } from './raw-driver.js';
import { settle } from './settle.js';

const RDY = 1;
const CFS = 2;
const SHST_COMPLETE = 2 << 2;

test('CAP and VS say what a 1.4 controller of 1024-entry queues must say', async () => {
  const driver = await RawDriver.attach();
  const cap = driver.device.registers.read64(0x00);
  assert.equal(cap & 0xffffn, 1023n);
  assert.equal((cap >> 16n) & 1n, 1n);
  assert.equal((cap >> 32n) & 0xfn, 0n);
  assert.equal((cap >> 37n) & 0xffn, 1n);
  assert.equal((cap >> 48n) & 0xffn, 0x40n);
  assert.ok(((cap >> 24n) & 0xffn) > 0n);
  assert.equal(driver.device.registers.read32(0x08), 0x0001_0400);
  await driver.close();
});

test('a personality sets VS, CAP and CRTO', async () => {
  const options = 'vs=1.0&dstrd=3&css=65&to=7&mpsmin=2&crto=300';
  const driver = await RawDriver.attach(options);
  const cap = driver.device.registers.read64(0x00);
  assert.deepEqual(
    [24n, 32n, 37n, 48n, 52n, 59n].map((shift, i) =>
      Number((cap >> shift) & [0xffn, 0xfn, 0xffn, 0xfn, 0xfn, 0x3n][i]),
    ),
    [7, 3, 65, 2, 4, 1],
  );
  assert.equal(driver.device.registers.read32(0x08), 0x0001_0000);
  assert.equal(driver.device.registers.read32(0x68), 300);
  assert.equal(driver.device.doorbells.lengthBytes, Math.ceil((65 * 2 * 32) / 4096) * 4096);
  await driver.close();
});

test('a controller that hangs when it is looked at too early is revived by a reset alone', async () => {
  const driver = await RawDriver.ready('deaf_before=10s');
  driver.device.registers.write32(0x14, 0);
  assert.equal(driver.csts(), 0xffff_ffff);
  driver.device.registers.write32(0x14, 0x46_0001);
  assert.equal(driver.csts(), 0xffff_ffff);
  await driver.device.reset();
  assert.equal(driver.csts(), 0);
  await driver.close();
});

test('RDY and SHST come when the personality says, and not before', async () => {
  const driver = await RawDriver.attach('ready_after=200ms&shutdown_takes=200ms');
  const { registers } = driver.device;
  const begin = performance.now();
  registers.write32(0x24, 0x000f_000f);
  const { iova } = driver.dma(8192);
  registers.write64(0x28, BigInt(iova));
  registers.write64(0x30, BigInt(iova) + 4096n);
  registers.write32(0x14, 0x46_0001);
  const until = async (mask: number): Promise<number> => {
    while ((driver.csts() & mask) === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    return performance.now();
  };
  assert.ok((await until(1)) - begin >= 200);
  const shutdown = performance.now();
  registers.write32(0x14, 0x46_4001);
  assert.ok((await until(8)) - shutdown >= 200);
  await driver.close();
});

test('entries sets MQES', async () => {
  const driver = await RawDriver.attach('entries=256');
  assert.equal(driver.device.registers.read64(0x00) & 0xffffn, 255n);
  await driver.close();
});

test('enable, disable and enable again', async () => {
  const driver = await RawDriver.ready();
  driver.disable();
  assert.equal(driver.csts(), 0);
  driver.enable();
  assert.equal(driver.identify(0x01, 0).getUint32(80, true), 0x0001_0400);
  await driver.close();
});

test('disabling forgets the I/O queues and keeps AQA, ASQ and ACQ', async () => {
  const driver = await RawDriver.ready();
  driver.ioQueue(1);
  const asq = driver.device.registers.read64(0x28);
  driver.disable();
  assert.equal(driver.device.registers.read64(0x28), asq);
  driver.enable();
  driver.ioQueue(1);
  await driver.close();
});

test('a disabled controller reads no doorbell and writes nothing', async () => {
  const driver = await RawDriver.ready('latency=5ms&media=null');
  const queue = driver.ioQueue(1);
  queue.submit({ opcode: 0x02, nsid: 1, prp1: driver.dma(4096).iova });
  driver.disable();
  queue.peek(); // what came before is none of it
  queue.submit({ opcode: 0x00, nsid: 1 });
  assert.ok(queue.quiet(30));
  await driver.close();
});

const badConfigurations: [string, (driver: RawDriver, sq: number, cq: number) => void][] = [
  ['ASQS of one entry', (driver, sq, cq) => start(driver, 1, 32, sq, cq)],
  ['ACQS of one entry', (driver, sq, cq) => start(driver, 32, 1, sq, cq)],
  ['ASQ off its page', (driver, sq, cq) => start(driver, 32, 32, sq + 64, cq)],
  ['ACQ not mapped', (driver, sq) => start(driver, 32, 32, sq, 0x20_0000_0000)],
  ['a queue that ends behind its mapping', (driver, sq, cq) => start(driver, 65, 32, sq, cq)],
  ['MPS above MPSMAX', (driver, sq, cq) => start(driver, 32, 32, sq, cq, 0x0046_0001 | (5 << 7))],
  ['IOSQES of 32 bytes', (driver, sq, cq) => start(driver, 32, 32, sq, cq, 0x0045_0001)],
  ['IOCQES of 32 bytes', (driver, sq, cq) => start(driver, 32, 32, sq, cq, 0x0056_0001)],
  ['a command set it has not', (driver, sq, cq) => start(driver, 32, 32, sq, cq, 0x0046_0061)],
];

function start(driver: RawDriver, sqN: number, cqN: number, sq: number, cq: number, cc = 0x0046_0001): void {
  driver.setAdminQueues(sqN, cqN, sq, cq);
  driver.writeCc(cc);
}

for (const [what, configure] of badConfigurations) {
  test(`${what}: CFS instead of RDY, and a reset leads out`, async () => {
    const driver = await RawDriver.attach();
    configure(driver, driver.dma(4096).iova, driver.dma(4096).iova);
    driver.awaitCsts(CFS, CFS);
    assert.equal(driver.csts() & RDY, 0);
    driver.writeCc(0);
    driver.awaitCsts(CFS | RDY, 0);
    driver.enable();
    await driver.close();
  });
}

test('shutdown completes, and the controller can be enabled again after a reset', async () => {
  const driver = await RawDriver.ready();
  driver.writeCc(0x0046_4001);
  driver.awaitCsts(0xc, SHST_COMPLETE);
  driver.disable();
  assert.equal(driver.csts() & 0xc, 0);
  driver.enable();
  await driver.close();
});

test('function-level reset disables and clears the registers', async () => {
  const driver = await RawDriver.ready();
  assert.equal(await driver.device.reset(), true);
  assert.equal(driver.csts(), 0);
  assert.equal(driver.device.registers.read32(0x14), 0);
  assert.equal(driver.device.registers.read64(0x28), 0n);
  driver.enable();
  await driver.close();
});

test('pages of 64 KiB can be chosen', async () => {
  const driver = await RawDriver.attach();
  const [sq, cq] = [driver.dma(65536), driver.dma(65536)];
  start(driver, 32, 32, sq.iova, cq.iova, 0x0046_0001 | (4 << 7));
  driver.awaitCsts(RDY | CFS, RDY);
  await driver.close();
});

for (const seed of [1, 2, 3])
  test(`a host that resets and enables at once after a fatal status is never missed, seed ${seed}`, async () => {
    const driver = await RawDriver.attach();
    const host = new HastyHost(driver, seed);
    for (let round = 0; round < 100; round++) host.round(`round ${round}`);
    await driver.close();
  });

test('any number of resets at once are obeyed in their order', async () => {
  const driver = await RawDriver.ready();
  const { device } = driver;
  const [sq, cq] = [driver.dma(4096), driver.dma(4096)];
  for (let round = 0; round < 20; round++) {
    for (let write = 0; write < 200; write++) driver.writeCc(write % 2 === 0 ? 0 : 0x46_0001);
    assert.equal(driver.csts(), RDY);
    driver.writeCc(0);
    assert.equal(driver.csts(), 0, 'a read comes after the writes before it');
    driver.setAdminQueues(32, 32, sq.iova, cq.iova);
  }
  assert.equal(device.registers.read32(0x14), 0);
  await driver.close();
});

test('a controller that hangs hears no write, and takes no reader along', async () => {
  const driver = await RawDriver.ready('faults=hang(1)');
  const queue = driver.ioQueue(1);
  queue.submit({ opcode: 0x00, nsid: 1 });
  settle(driver);
  assert.ok(queue.quiet(20));
  for (let write = 0; write < 200; write++) driver.writeCc(write % 2);
  assert.equal(driver.csts(), RDY);
  await driver.device.reset();
  assert.equal(driver.csts(), 0);
  driver.enable();
  await driver.close();
});
