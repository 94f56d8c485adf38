/** Events that a controller tells of by itself: taken in order, asked for again, and kept where it dies or is reset. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { EngineError } from '../../../../engine/errors.js';
import { attachTransport } from '../../../../engine/index.js';
import { Controller } from '../../../../engine/path/pcie/controller.js';
import { FakeDevice, type FakeOptions } from './fake-device.js';

/** DW0 of NVMe base 2.0, figure 145: Persistent Internal Error of the error log, Spare Below Threshold of the health log. */
const [INTERNAL_ERROR, SPARE] = [0x0001_0300, 0x0002_0201];
/** An answer says that what was posted before it has been fetched. */
const fetched = (controller: Controller): Promise<unknown> => controller.admin.smart();

async function started(options: FakeOptions = {}): Promise<{ device: FakeDevice; controller: Controller }> {
  const device = new FakeDevice({ eventRequests: 4, ...options });
  const controller = await Controller.start(device, { hugepages: 'never' });
  await fetched(controller);
  device.log.length = 0;
  return { device, controller };
}

const infosOf = (controller: Controller): number[] => controller.events().map(({ info }) => info);

describe('events', { concurrency: true }, () => {
  test('come once each, in order; their log pages are read, and as many requests wait again', async () => {
    const { device, controller } = await started();
    assert.equal(device.waiting, 2);
    device.tell(SPARE);
    device.tell(INTERNAL_ERROR);
    assert.deepEqual(infosOf(controller), [2, 3]);
    assert.deepEqual(infosOf(controller), []);
    await fetched(controller);
    assert.equal(device.waiting, 2);
    assert.deepEqual(device.log, ['admin 02', 'admin 02', 'admin 02']);
    await controller.close();
  });

  test('no more requests wait than the controller takes', async () => {
    const { device, controller } = await started({ eventRequests: 1 });
    assert.equal(device.waiting, 1);
    await controller.close();
  });

  test('that came before it died are told', async () => {
    const { device, controller } = await started();
    device.tell(INTERNAL_ERROR);
    device.csts |= 2;
    assert.deepEqual(infosOf(controller), [3]);
    await controller.close();
  });

  test('that came before a reset are told, and those after it', async () => {
    const { device, controller } = await started();
    device.tell(INTERNAL_ERROR);
    controller.unusable();
    await controller.reset();
    await fetched(controller);
    assert.equal(device.waiting, 2);
    device.tell(SPARE);
    assert.deepEqual(infosOf(controller), [3, 2]);
    await controller.close();
  });

  test('of a controller that never moves its SQ head end, and nothing else does', async () => {
    const { device, controller } = await started({ sqHead: 0 });
    let full: unknown;
    while (full === undefined) {
      device.tell(SPARE);
      assert.deepEqual(infosOf(controller), [2]);
      await fetched(controller).catch((error: unknown) => {
        full = error;
      });
    }
    assert.equal((full as EngineError).code, 'QUEUE_FULL');
    for (let request = 0; request < 2; request++) {
      device.tell(SPARE);
      controller.events();
    }
    assert.equal(device.waiting, 0);
    await controller.close();
    assert.equal(device.log.at(-1), 'close');
  });

  test('where it knows none of them, that is a warning', async () => {
    for (const [faults, codes] of [
      ['refuse(12,9,sct=0,sc=1,crd=0)', ['events-refused']],
      // Asynchronous Event Request Limit Exceeded
      ['refuse(12,9,sct=1,sc=5,crd=0)', []],
    ] as const) {
      const transport = await attachTransport(`sim:?size=1MiB&latency=none&faults=${faults}`);
      const controller = await Controller.start(transport, { hugepages: 'never' });
      await fetched(controller);
      controller.unusable();
      assert.deepEqual(
        controller.warnings.map(({ code }) => code),
        codes,
      );
      await controller.close();
    }
  });
});
