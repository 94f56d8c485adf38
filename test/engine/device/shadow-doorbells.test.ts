/** Doorbell Buffer Config (NVMe base 2.0, 5.8) as a host that is none of this project's driver sends it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RawDriver } from './raw-driver.js';
import { statusOf } from './raw-rings.js';

const DOORBELL_BUFFER_CONFIG = 0x7c;
const INVALID_OPCODE = [0, 0x01];
const INVALID_FIELD = [0, 0x02];

test('pages that are not whole, or not mapped, are an invalid field', async () => {
  const driver = await RawDriver.ready('shadow_doorbells=true');
  const { iova } = driver.dma(8192);
  for (const [prp1, prp2] of [
    [iova + 8, iova + 4096],
    [iova, iova + 4092],
    [iova, 0x7000_0000],
    [0x7000_0000, iova],
  ])
    assert.deepEqual(
      statusOf(driver.admin.run({ opcode: DOORBELL_BUFFER_CONFIG, prp1, prp2 })),
      INVALID_FIELD,
    );
  assert.deepEqual(
    statusOf(driver.admin.run({ opcode: DOORBELL_BUFFER_CONFIG, prp1: iova, prp2: iova + 4096 })),
    [0, 0],
  );
  await driver.close();
});

test('without the capability it is no command', async () => {
  const driver = await RawDriver.ready();
  const { iova } = driver.dma(8192);
  assert.deepEqual(
    statusOf(driver.admin.run({ opcode: DOORBELL_BUFFER_CONFIG, prp1: iova, prp2: iova + 4096 })),
    INVALID_OPCODE,
  );
  await driver.close();
});
