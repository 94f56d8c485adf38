import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  checkIovaMode,
  decideIovaMode,
  ProcessIovaMode,
  supportedIovaModes,
} from '../../../engine/pci/iova-mode.js';
import { classifyDriver } from '../../../engine/pci/kernel-driver.js';

const device = (driver: string | undefined, iommuGroup?: number, noIommu = false) => ({
  address: '0000:01:00.0',
  driver: classifyDriver(driver),
  iommuGroup,
  noIommu,
});
const vfio = device('vfio-pci', 5);
const noIommuVfio = device('vfio-pci', 0, true);

test('vfio-pci behind an IOMMU supports both modes', () => {
  assert.deepEqual(supportedIovaModes(vfio), ['va', 'pa']);
});

for (const [name, subject] of [
  ['vfio-pci in no-IOMMU mode', noIommuVfio],
  ['uio_pci_generic', device('uio_pci_generic', 5)],
  ['igb_uio', device('igb_uio')],
] as const) {
  test(`${name} supports physical addresses only`, () => {
    assert.deepEqual(supportedIovaModes(subject), ['pa']);
  });
}

test('a driver of the kernel supports no mode', () => {
  assert.deepEqual(supportedIovaModes(device('nvme', 5)), []);
});

test('the process takes va where every device can', () => {
  assert.equal(decideIovaMode([vfio, vfio]), 'va');
  assert.equal(decideIovaMode([]), 'va');
});

test('one device that takes physical addresses only decides for all', () => {
  assert.equal(decideIovaMode([vfio, noIommuVfio]), 'pa');
});

test('devices that user space cannot drive have no say', () => {
  assert.equal(decideIovaMode([vfio, device('nvme'), device(undefined)]), 'va');
});

test('a fitting mode passes', () => {
  checkIovaMode(vfio, 'va');
  checkIovaMode(vfio, 'pa');
  checkIovaMode(noIommuVfio, 'pa');
});

test('a physical-only device in a va process is refused with a next step', () => {
  assert.throws(() => checkIovaMode(noIommuVfio, 'va'), {
    code: 'IOVA_MODE_MISMATCH',
    target: '0000:01:00.0',
    reason: /vfio-pci without an IOMMU/,
    hint: /enable the IOMMU/,
  });
});

test('a device without a user-space driver is refused in either mode', () => {
  for (const mode of ['va', 'pa'] as const)
    assert.throws(() => checkIovaMode(device(undefined), mode), {
      code: 'IOVA_MODE_MISMATCH',
      reason: /no driver/,
      hint: 'bind it to vfio-pci',
    });
});

const uio = device('uio_pci_generic');

test('the first device decides for the process', () => {
  assert.equal(new ProcessIovaMode().claim(vfio), 'va');
  assert.equal(new ProcessIovaMode().claim(uio), 'pa');
});

test('a device behind an IOMMU joins a process that uses physical addresses', () => {
  const modes = new ProcessIovaMode();
  modes.claim(uio);
  assert.equal(modes.claim(vfio), 'pa');
});

test('a uio device that comes later is refused, with a next step', () => {
  const modes = new ProcessIovaMode();
  modes.claim(vfio);
  assert.throws(() => modes.claim(uio), { code: 'IOVA_MODE_MISMATCH', hint: /from the start/ });
  assert.equal(modes.mode, 'va');
});

test('a uio device that is named from the start decides, although it is attached later', () => {
  const modes = new ProcessIovaMode();
  assert.equal(modes.claim(vfio, [vfio, uio]), 'pa');
  assert.equal(modes.claim(uio, [vfio, uio]), 'pa');
});

test('the mode ends with the last device', () => {
  const modes = new ProcessIovaMode();
  modes.claim(vfio);
  modes.claim(vfio);
  modes.release();
  assert.throws(() => modes.claim(uio), { code: 'IOVA_MODE_MISMATCH' });
  modes.release();
  assert.equal(modes.mode, undefined);
  assert.equal(modes.claim(uio), 'pa');
});
