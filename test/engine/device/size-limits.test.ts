import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RawDriver } from './raw-driver.js';
import type { Command, Completion } from './raw-rings.js';

const INVALID_FIELD = 0x02;
const NOT_ENABLED = 0x12a;
const REJECTED = 0x12b;
const SIZE_LIMIT = 0x183;

const statusOf = ({ sct, sc }: Completion): number => (sct << 8) | sc;

const LIMITS = 'vs=2.0&vsl=8KiB&wzsl=16KiB&wusl=1MiB&dmrl=2&dmrsl=16&dmsl=24';

test('limits of commands are where CNS 06h has them, and their bits of ONCS are 0', async () => {
  const driver = await RawDriver.ready(LIMITS);
  const page = driver.identify(0x06, 0);
  assert.deepEqual(
    [...new Uint8Array(page.buffer, 0, 16)],
    [1, 2, 8, 2, 16, 0, 0, 0, 24, 0, 0, 0, 0, 0, 0, 0],
  );
  assert.equal(driver.identify(0x01, 0).getUint16(520, true), 1);
  await driver.close();
});

test('a controller before 2.0 of one command set has no CNS 06h and 1Ch', async () => {
  const driver = await RawDriver.ready();
  const statuses = [0x06, 0x1c].map((cns) => {
    const prp1 = driver.dma(4096).iova;
    return statusOf(driver.admin.run({ opcode: 0x06, prp1, cdw10: cns }));
  });
  assert.deepEqual(statuses, [INVALID_FIELD, INVALID_FIELD]);
  await driver.close();
});

test('commands beyond their limits are refused', async () => {
  const driver = await RawDriver.ready(`${LIMITS}&latency=none&lba=512`);
  const queue = driver.ioQueue(1);
  const status = (command: Command): number => statusOf(queue.run({ ...command, nsid: 1 }));
  const long = (opcode: number, lbas: number): number => status({ opcode, cdw12: lbas - 1 });
  assert.deepEqual(
    [long(0x0c, 16), long(0x0c, 17), long(0x08, 32), long(0x08, 33), long(0x04, 2048), long(0x04, 2049)],
    [0, INVALID_FIELD, 0, INVALID_FIELD, 0, INVALID_FIELD],
  );
  const ranges = driver.dma(4096);
  const deallocate = (...lengths: number[]): number => {
    for (const [i, lbas] of lengths.entries()) ranges.view.setUint32(i * 16 + 4, lbas, true);
    return status({ opcode: 0x09, prp1: ranges.iova, cdw10: lengths.length - 1, cdw11: 4 });
  };
  assert.deepEqual(
    [deallocate(16, 8), deallocate(16, 9), deallocate(17), deallocate(1, 1, 1)],
    [0, SIZE_LIMIT, SIZE_LIMIT, SIZE_LIMIT],
  );
  await driver.close();
});

test('command sets are in force by the combination that was chosen', async () => {
  const driver = await RawDriver.ready('zone=1MiB&size=4MiB&lba=4096&combinations=0x1;0x5');
  const page = driver.identify(0x1c, 0);
  assert.deepEqual([page.getUint8(0), page.getUint8(8), page.getUint8(16)], [1, 5, 0]);
  const zoned = (): number =>
    statusOf(
      driver.admin.run({ opcode: 0x06, nsid: 1, prp1: driver.dma(4096).iova, cdw10: 5, cdw11: 2 << 24 }),
    );
  const choose = (index: number): number =>
    statusOf(driver.admin.run({ opcode: 0x09, cdw10: 0x19, cdw11: index }));
  assert.deepEqual([zoned(), choose(2), choose(1), zoned()], [NOT_ENABLED, REJECTED, 0, 0]);
  await driver.close();
});
