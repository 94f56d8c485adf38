import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deviceIdAt } from '../../../engine/pci/device-id.js';

test('a character device has the numbers of the kernel', () => {
  assert.equal(deviceIdAt('/dev/null'), 'c1:3'); // devices.txt of the kernel
});

test('what is no device, or not there, has no id', () => {
  assert.equal(deviceIdAt('/'), undefined);
  assert.equal(deviceIdAt('/no/such/path'), undefined);
});
