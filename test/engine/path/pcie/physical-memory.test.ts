/** What becomes of memory that a device may still write to, where no IOMMU can stop it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineError } from '../../../../engine/errors.js';
import { hugepagePools } from '../../../../engine/memory/hugepage-pools.js';
import { physicalRuns } from '../../../../engine/memory/pagemap.js';
import { Controller } from '../../../../engine/path/pcie/controller.js';
import { mapAnonymous } from '../../../../engine/sys/mapping.js';
import { FakeDevice, type FakeOptions } from './fake-device.js';

const CSTS_RDY = 1;

/** Why the test cannot run here; false where it can. */
function hindrance(): string | false {
  const pool = hugepagePools().find(({ pageSizeBytes }) => pageSizeBytes === 2 ** 21);
  if (pool === undefined || pool.availablePages === 0) return 'no free hugepages of 2 MiB';
  const memory = mapAnonymous(4096);
  new Uint8Array(memory.buffer)[0] = 1;
  try {
    physicalRuns(memory, 4096, 'x');
    return false;
  } catch (error) {
    return error instanceof EngineError ? error.reason : String(error);
  }
}
const skip = hindrance();

function physicalDevice(options: FakeOptions = {}): FakeDevice {
  const device = new FakeDevice(options);
  Object.assign(device.dma, { iovaMode: 'pa' });
  return device;
}

test('a controller that is disabled gives its memory back', { skip }, async () => {
  const device = physicalDevice();
  const controller = await Controller.start(device);
  await controller.close();
  assert.deepEqual(device.mapped, []);
  assert.equal(device.log.at(-1), 'close');
});

test('a controller that can be neither disabled nor reset keeps its memory, and says so', {
  skip,
}, async () => {
  const device = physicalDevice({ cstsWhenDisabled: CSTS_RDY });
  const controller = await Controller.start(device).catch(() => assert.fail('the fake did not start'));
  const buffer = controller.arena.allocate(4096, 4096);
  await assert.rejects(controller.close(), {
    code: 'DMA_MEMORY_KEPT',
    reason: /neither disabled nor reset.*2 MiB/,
  });
  assert.equal(device.mapped.length, 1);
  assert.equal(device.log.at(-1), 'close');
  const [run] = physicalRuns({ address: buffer.address, lengthBytes: 4096 }, 4096, 'x');
  assert.equal(run.physicalAddress, buffer.iova);
});

test('a reset of the device is as good as disabling it', { skip }, async () => {
  const device = physicalDevice({
    cstsWhenDisabled: CSTS_RDY,
    reset: (fake) => {
      fake.csts = 0;
      return true;
    },
  });
  const controller = await Controller.start(device);
  await controller.close();
  assert.deepEqual(device.mapped, []);
});

test('a device that is lost is not trusted to leave memory alone', { skip }, async () => {
  const device = physicalDevice();
  const controller = await Controller.start(device);
  device.lostReason = 'it reads as all ones';
  await assert.rejects(controller.close(), { code: 'DMA_MEMORY_KEPT' });
  assert.equal(device.mapped.length, 1);
});
