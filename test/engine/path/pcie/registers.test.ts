import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  disable,
  enable,
  failedByRegisters,
  readCapabilities,
  shutDown,
} from '../../../../engine/path/pcie/registers.js';
import { FakeDevice, PLAIN_CAP } from './fake-device.js';

const setup = { entries: 32, sqIova: 0x20_0000n, cqIova: 0x20_1000n, pageBytes: 4096 };
const RDY = 1;
const CFS = 2;
const NSSRO = 1 << 4;

// Deadlines below pass in real time, side by side.
describe('registers', { concurrency: true }, () => {
  for (const cap of [0xffff_ffff_ffff_ffffn, 0n]) {
    test(`a CAP of 0x${cap.toString(16)} is a device that does not answer`, () => {
      assert.throws(() => readCapabilities(new FakeDevice({ cap })), {
        code: 'DEVICE_LOST',
        hint: /nvbench list/,
      });
    });
  }

  test('a controller without the NVM command set is refused', () => {
    const device = new FakeDevice({ cap: 63n | (1n << 44n) });
    assert.throws(() => readCapabilities(device), {
      code: 'UNSUPPORTED_CONTROLLER',
      reason: /CAP\.CSS 0x80/,
    });
  });

  test('a controller whose pages are beyond 2 MiB is refused', () => {
    const device = new FakeDevice({ cap: PLAIN_CAP | (10n << 48n) });
    assert.throws(() => readCapabilities(device), { reason: /MPSMIN/, hint: /up to 2 MiB/ });
  });

  test('a controller whose doorbells lie beyond those that can be reached is refused', () => {
    const device = (dstrd: bigint): FakeDevice => new FakeDevice({ cap: PLAIN_CAP | (dstrd << 32n) });
    // 4096 bytes hold two doorbells that are 2048 bytes apart, not 4096
    assert.equal(readCapabilities(device(9n)).doorbellStrideBytes, 2048);
    for (const dstrd of [10n, 15n])
      assert.throws(() => readCapabilities(device(dstrd)), {
        code: 'UNSUPPORTED_CONTROLLER',
        reason: /DSTRD/,
      });
  });

  test('enabling sets the admin queues before CC.EN, with entry sizes of 64 and 16 bytes', async () => {
    const device = new FakeDevice();
    await enable(device, readCapabilities(device), setup);
    assert.deepEqual(device.log, ['AQA=1f001f', 'ASQ', 'ACQ', 'CC=460001']);
  });

  test('a reset of the subsystem before is cleared on enabling, and one after is told of', async () => {
    const device = new FakeDevice({ cap: PLAIN_CAP | (1n << 36n), cstsAtFirst: NSSRO });
    await enable(device, readCapabilities(device), setup);
    assert.deepEqual(device.log, ['AQA=1f001f', 'ASQ', 'ACQ', 'CSTS=10', 'CC=460001']);
    assert.equal(failedByRegisters(device), undefined);
    device.csts = 0;
    assert.match(failedByRegisters(device) ?? '', /by itself, or by another process/);
    device.csts = NSSRO;
    assert.match(failedByRegisters(device) ?? '', /with its whole NVM subsystem/);
  });

  test('a fatal status on enabling is told apart from a slow controller', async () => {
    const device = new FakeDevice({ cstsWhenEnabled: CFS });
    await assert.rejects(enable(device, readCapabilities(device), setup), {
      code: 'CONTROLLER_FATAL',
      hint: /IOMMU/,
    });
  });

  test('a controller that never becomes ready is given up after its deadline', async () => {
    const device = new FakeDevice({ cstsWhenEnabled: 0 });
    await assert.rejects(enable(device, readCapabilities(device), setup), {
      code: 'NOT_READY',
      reason: 'CSTS.RDY stayed 0 for 2000 ms',
    });
  });

  test('a device that vanishes while it is enabled is not ready', async () => {
    const device = new FakeDevice({ cstsWhenEnabled: 0xffff_ffff });
    await assert.rejects(enable(device, readCapabilities(device), setup), { code: 'NOT_READY' });
  });

  test('disabling an idle controller writes nothing', async () => {
    const device = new FakeDevice();
    await disable(device, readCapabilities(device));
    assert.deepEqual(device.log, []);
  });

  test('CC.EN is not cleared before the controller has become ready', async () => {
    const device = new FakeDevice({ ccAtFirst: 0x0046_0001 });
    const done = disable(device, readCapabilities(device));
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(device.log, []);
    device.csts = RDY;
    await done;
    assert.deepEqual(device.log, ['CC=460000']);
  });

  test('a controller that failed is disabled without waiting for it to become ready', async () => {
    const device = new FakeDevice({ ccAtFirst: 0x0046_0001, cstsAtFirst: CFS });
    await disable(device, readCapabilities(device));
    assert.deepEqual(device.log, ['CC=460000']);
  });

  test('a controller that stays ready is reset by its transport', async () => {
    const reset = (device: FakeDevice): boolean => {
      device.csts = 0;
      return true;
    };
    const device = new FakeDevice({ ccAtFirst: 1, cstsAtFirst: RDY, cstsWhenDisabled: RDY, reset });
    await disable(device, readCapabilities(device));
    assert.deepEqual(device.log, ['CC=0', 'reset']);
  });

  test('a controller that no reset helps is not ready', async () => {
    const device = new FakeDevice({ ccAtFirst: 1, cstsAtFirst: RDY, cstsWhenDisabled: RDY });
    await assert.rejects(disable(device, readCapabilities(device)), {
      code: 'NOT_READY',
      reason: /CSTS\.RDY stayed 1/,
    });
  });

  test('a device that is gone is left alone', async () => {
    const device = new FakeDevice({ ccAtFirst: 1, cstsAtFirst: RDY });
    device.lostReason = 'pulled';
    await disable(device, readCapabilities(device));
    assert.deepEqual(device.log, []);
  });

  test('a normal shutdown sets CC.SHN to 01b and keeps the rest', async () => {
    const device = new FakeDevice({ ccAtFirst: 0x0046_0001, cstsAtFirst: RDY });
    await shutDown(device, 1000);
    assert.deepEqual(device.log, ['CC=464001']);
  });

  test('a shutdown that does not complete says so', async () => {
    const device = new FakeDevice({ ccAtFirst: 0x0046_0001, cstsAtFirst: RDY, shutsDown: false });
    await assert.rejects(shutDown(device, 30), {
      code: 'NOT_READY',
      reason: /CSTS\.SHST did not become 2 for 30 ms/,
    });
  });
});
