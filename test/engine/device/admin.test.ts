/** Admin commands of the software controller, as a driver without the product's code sends them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RawDriver } from './raw-driver.js';
import { type Completion, read, statusOf, write } from './raw-rings.js';

const INVALID_FIELD = [0, 0x02];

test('the number of queues asked for is granted up to the limit', async () => {
  const driver = await RawDriver.ready('queues=8');
  const few = driver.admin.run({ opcode: 0x09, cdw10: 0x07, cdw11: 3 | (1 << 16) });
  assert.deepEqual([...statusOf(few), few.dw0], [0, 0, 3 | (1 << 16)]);
  const many = driver.admin.run({ opcode: 0x09, cdw10: 0x07, cdw11: 99 | (99 << 16) });
  assert.equal(many.dw0, 7 | (7 << 16));
  assert.equal(driver.admin.run({ opcode: 0x0a, cdw10: 0x07 }).dw0, 7 | (7 << 16));
  await driver.close();
});

test('a queue beyond the number granted is refused', async () => {
  const driver = await RawDriver.ready('queues=8');
  driver.admin.run({ opcode: 0x09, cdw10: 0x07, cdw11: 0 });
  assert.deepEqual(statusOf(driver.createCq(2, 16, driver.dma(4096).iova)), [1, 0x01]);
  await driver.close();
});

test('a personality refuses the CNS, the features and the numbers of queues that it is told to', async () => {
  const driver = await RawDriver.ready('refuse_cns=2;3&refuse_features=0x0b;2&queues_asked=8&nn=4&nsid=3');
  const { iova } = driver.dma(4096);
  const identify = (cns: number, nsid: number) =>
    statusOf(driver.admin.run({ opcode: 0x06, nsid, prp1: iova, cdw10: cns }));
  assert.deepEqual([identify(2, 0), identify(3, 3)], [INVALID_FIELD, INVALID_FIELD]);
  assert.deepEqual(
    [identify(0, 4), identify(0, 5)],
    [
      [0, 0],
      [0, 0x0b],
    ],
  );
  const feature = (opcode: number, id: number, cdw11 = 0) =>
    statusOf(driver.admin.run({ opcode, cdw10: id, cdw11 }));
  assert.deepEqual([feature(0x0a, 0x0b), feature(0x09, 2)], [INVALID_FIELD, INVALID_FIELD]);
  assert.deepEqual(feature(0x09, 7, 8 | (8 << 16)), INVALID_FIELD);
  assert.deepEqual(feature(0x09, 7, 7 | (7 << 16)), [0, 0]);
  assert.equal(driver.identify(0x00, 3).getBigUint64(0, true) > 0n, true);
  assert.equal(driver.identify(0x00, 1).getBigUint64(0, true), 0n);
  await driver.close();
});

test('a queue whose doorbells are not there is refused', async () => {
  const driver = await RawDriver.ready('dstrd=8&doorbell_bytes=4KiB');
  assert.deepEqual(statusOf(driver.createCq(2, 16, driver.dma(4096).iova)), [1, 0x01]);
  await driver.close();
});

test('the number of queues cannot change while queues exist', async () => {
  const driver = await RawDriver.ready();
  driver.ioQueue(1);
  assert.deepEqual(statusOf(driver.admin.run({ opcode: 0x09, cdw10: 0x07, cdw11: 0 })), [0, 0x0c]);
  await driver.close();
});

test('the volatile write cache is a switch that a reset turns on again', async () => {
  const driver = await RawDriver.ready();
  assert.equal(driver.admin.run({ opcode: 0x0a, cdw10: 0x06 }).dw0, 1);
  driver.admin.run({ opcode: 0x09, cdw10: 0x06, cdw11: 0 });
  assert.equal(driver.admin.run({ opcode: 0x0a, cdw10: 0x06 }).dw0, 0);
  driver.disable();
  driver.enable();
  assert.equal(driver.admin.run({ opcode: 0x0a, cdw10: 0x06 }).dw0, 1);
  await driver.close();
});

test('the table of autonomous power states is what was set last, and zeros after a reset', async () => {
  const driver = await RawDriver.ready('power_states=2');
  const { iova, bytes } = driver.dma(4096);
  const table = (): number[] => {
    bytes.fill(0xee);
    assert.deepEqual(statusOf(driver.admin.run({ opcode: 0x0a, prp1: iova, cdw10: 0x0c })), [0, 0]);
    return [...new Set(bytes.subarray(0, 256))];
  };
  bytes.fill(7);
  driver.admin.run({ opcode: 0x09, prp1: iova, cdw10: 0x0c, cdw11: 1 });
  assert.deepEqual(table(), [7]);
  driver.disable();
  driver.enable();
  assert.deepEqual(table(), [0]);
  await driver.close();
});

for (const [what, command, expected] of [
  ['an unknown feature', { opcode: 0x0a, cdw10: 0x7f }, INVALID_FIELD],
  ['a saved value', { opcode: 0x0a, cdw10: 0x206 }, INVALID_FIELD],
  ['saving', { opcode: 0x09, cdw10: 0x8000_0006, cdw11: 1 }, [1, 0x0d]],
  ['a power state it has not', { opcode: 0x09, cdw10: 0x02, cdw11: 3 }, INVALID_FIELD],
  ['65536 queues', { opcode: 0x09, cdw10: 0x07, cdw11: 0xffff }, INVALID_FIELD],
  ['a format it has not', { opcode: 0x80, nsid: 1, cdw10: 7 }, [1, 0x0a]],
  ['a cryptographic erase', { opcode: 0x80, nsid: 1, cdw10: 2 << 9 }, INVALID_FIELD],
  ['a format of another namespace', { opcode: 0x80, nsid: 2 }, [0, 0x0b]],
  ['an opcode it has not', { opcode: 0x7f, nsid: 1 }, [0, 0x01]],
  ['Keep Alive', { opcode: 0x18 }, [0, 0x01]],
  ['an SGL', { opcode: 0x06, cdw10: 1, flags: 0x40 }, INVALID_FIELD],
  ['an unknown log page', { opcode: 0x02, cdw10: 0x7f }, [1, 0x09]],
  ['a log page of one namespace', { opcode: 0x02, nsid: 1, cdw10: 0x02 }, INVALID_FIELD],
  ['an offset past a log page', { opcode: 0x02, cdw10: 0x02, cdw12: 516 }, INVALID_FIELD],
] as const) {
  test(`an admin command for ${what} gets SCT ${expected[0]} SC 0x${expected[1].toString(16)}`, async () => {
    const driver = await RawDriver.ready();
    assert.deepEqual(statusOf(driver.admin.run({ prp1: driver.dma(4096).iova, ...command })), expected);
    await driver.close();
  });
}

test('SMART counts commands, data units and media errors', async () => {
  const driver = await RawDriver.ready('latency=none&faults=error(lba=100-100,sct=2,sc=0x81)');
  const queue = driver.ioQueue(1);
  const data = driver.dma(4096);
  for (let i = 0; i < 250; i++) queue.run(write({ slba: 0, lbas: 8, prp1: data.iova }));
  for (let i = 0; i < 3; i++) queue.run(read({ slba: 0, lbas: 8, prp1: data.iova }));
  queue.run(read({ slba: 100, lbas: 1, prp1: data.iova }));
  const page = driver.logPage(0x02, 512);
  assert.equal(page.getBigUint64(32, true), 1n);
  assert.equal(page.getBigUint64(48, true), 2n);
  assert.equal(page.getBigUint64(64, true), 3n);
  assert.equal(page.getBigUint64(80, true), 250n);
  assert.equal(page.getBigUint64(160, true), 1n);
  assert.equal(page.getBigUint64(176, true), 1n);
  assert.equal(page.getUint16(1, true), 310);
  await driver.close();
});

test('the error log has the newest error first', async () => {
  const driver = await RawDriver.ready('latency=none');
  const queue = driver.ioQueue(1);
  queue.run({ opcode: 0x7f, nsid: 1 });
  const cid = queue.submit(read({ slba: 2 ** 33, lbas: 1, prp1: 0 }));
  queue.wait();
  const page = driver.logPage(0x01, 4096);
  assert.equal(page.getBigUint64(0, true), 2n);
  assert.deepEqual([page.getUint16(8, true), page.getUint16(10, true)], [1, cid]);
  assert.equal((page.getUint16(12, true) >>> 1) & 0x7ff, 0x80);
  assert.equal(page.getBigUint64(16, true), 2n ** 33n);
  assert.equal(page.getBigUint64(64, true), 1n);
  assert.equal(page.getBigUint64(128, true), 0n);
  await driver.close();
});

test('the firmware log names slot 1 and its revision', async () => {
  const driver = await RawDriver.ready();
  const page = driver.logPage(0x03, 512);
  assert.equal(page.getUint8(0), 1);
  assert.equal(Buffer.from(page.buffer, 8, 8).toString('latin1'), '1.0     ');
  await driver.close();
});

const INVALID_OPCODE = [0, 0x01];

for (const options of ['latency=none', 'latency=none&metadata=8&pi=1', 'latency=none&zone=1MiB'])
  test(`the effects log has the commands that are carried out, and no others: ${options}`, async () => {
    const driver = await RawDriver.ready(options);
    const queue = driver.ioQueue(1);
    const page = driver.logPage(0x05, 4096);
    const said = (dword: number): boolean => (page.getUint32(dword * 4, true) & 1) !== 0;
    const carriedOut = (completion: Completion): boolean =>
      statusOf(completion).join() !== INVALID_OPCODE.join();
    for (let opcode = 0; opcode < 0x100; opcode++) {
      assert.equal(carriedOut(queue.run({ opcode, nsid: 1 })), said(0x100 + opcode), `I/O ${opcode}`);
      // That one has its completion with an event.
      if (opcode === 0x0c) continue;
      assert.equal(carriedOut(driver.admin.run({ opcode, nsid: 5 })), said(opcode), `admin ${opcode}`);
    }
    await driver.close();
  });

test('the effects log says what changes blocks, and what stands alone', async () => {
  const driver = await RawDriver.ready('latency=none');
  const page = driver.logPage(0x05, 4096);
  const [read, write, format] = [0x100 + 0x02, 0x100 + 0x01, 0x80];
  assert.deepEqual(
    [read, write, format].map((dword) => page.getUint32(dword * 4, true)),
    [1, 3, 0x10003],
  );
  // The zoned command set, of a drive without zones.
  const other = { opcode: 0x02, nsid: 0xffff_ffff, prp1: driver.dma(4096).iova, cdw10: 0x05, cdw14: 2 << 24 };
  assert.deepEqual(statusOf(driver.admin.run(other)), INVALID_FIELD);
  await driver.close();
});

test('a log page can be read in parts', async () => {
  const driver = await RawDriver.ready();
  const data = driver.dma(4096);
  data.bytes.fill(0xee);
  const command = { opcode: 0x02, prp1: data.iova, cdw10: 0x03 | (1 << 16), cdw12: 8 };
  assert.deepEqual(statusOf(driver.admin.run(command)), [0, 0]);
  assert.equal(Buffer.from(data.bytes.subarray(0, 8)).toString('latin1'), '1.0     ');
  assert.equal(data.bytes[8], 0xee);
  await driver.close();
});

test('four event requests are held, the fifth is one too many', async () => {
  const driver = await RawDriver.ready();
  for (let i = 0; i < 4; i++) driver.admin.submit({ opcode: 0x0c });
  const cid = driver.admin.submit({ opcode: 0x0c });
  const completion = driver.admin.wait();
  assert.equal(completion.cid, cid);
  assert.deepEqual(statusOf(completion), [1, 0x05]);
  assert.ok(driver.admin.quiet(5));
  await driver.close();
});

test('a held event request can be aborted', async () => {
  const driver = await RawDriver.ready();
  const held = driver.admin.submit({ opcode: 0x0c });
  const abort = driver.admin.submit({ opcode: 0x08, cdw10: held << 16 });
  const [first, second] = [driver.admin.wait(), driver.admin.wait()];
  assert.deepEqual([first.cid, ...statusOf(first)], [held, 0, 0x07]);
  assert.deepEqual([second.cid, second.dw0], [abort, 0]);
  await driver.close();
});

test('a command that waits for its latency is aborted with status 07h', async () => {
  const driver = await RawDriver.ready('latency=none&faults=delay(1,60s)');
  const queue = driver.ioQueue(1);
  const cid = queue.submit({ opcode: 0x00, nsid: 1 });
  // it has been fetched, as the one behind it has
  assert.equal(queue.run({ opcode: 0x00, nsid: 1 }).sqHead, 2);
  const abort = driver.admin.run({ opcode: 0x08, cdw10: 1 | (cid << 16) });
  assert.deepEqual([...statusOf(abort), abort.dw0], [0, 0, 0]);
  const completion = queue.wait();
  assert.deepEqual([completion.cid, ...statusOf(completion)], [cid, 0, 0x07]);
  await driver.close();
});

test('Abort of an unknown command says that it aborted nothing', async () => {
  const driver = await RawDriver.ready();
  driver.ioQueue(1);
  const completion = driver.admin.run({ opcode: 0x08, cdw10: 1 | (99 << 16) });
  assert.deepEqual([...statusOf(completion), completion.dw0], [0, 0, 1]);
  await driver.close();
});

test('a namespace that changed is told of where the host wants that, and listed until the list is read', async () => {
  const driver = await RawDriver.ready('latency=none&faults=detach(1)');
  // OAES, and what Set Features enables.
  assert.equal(driver.identify(1, 0).getUint32(92, true) & 0x100, 0x100);
  driver.admin.run({ opcode: 0x09, cdw10: 0x0b, cdw11: 0x100 });
  const cid = driver.admin.submit({ opcode: 0x0c });
  driver.ioQueue(1, 8).run({ opcode: 0x00, nsid: 1 });
  const event = driver.admin.wait();
  assert.deepEqual([event.cid, event.dw0], [cid, 0x04_00_02]);
  const retained = driver.dma(4096);
  driver.admin.run({ opcode: 0x02, prp1: retained.iova, cdw10: 0x04 | (1 << 15) | (1 << 16) });
  assert.equal(retained.view.getUint32(0, true), 1);
  assert.deepEqual(
    [0, 1].map(() => driver.logPage(0x04, 4096).getUint32(0, true)),
    [1, 0],
  );
  await driver.close();
});
