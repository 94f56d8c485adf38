import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configureFunction } from '../../../../../../engine/path/pcie/transport/vfio-user/function-config.js';
import { functionWithMsix } from './msix-function.js';

test('memory, bus master and no INTx are set, MSI-X cleared, and both put back', () => {
  const { config, bytes } = functionWithMsix(0x807f);
  bytes.writeUInt16LE(0x0100, 0x04);
  const restore = configureFunction(config);
  assert.equal(bytes.readUInt16LE(0x04), 0x0506);
  assert.equal(bytes.readUInt16LE(0x42), 0x007f);
  restore();
  assert.equal(bytes.readUInt16LE(0x04), 0x0100);
  assert.equal(bytes.readUInt16LE(0x42), 0x807f);
});

test('MSI-X that was off stays off', () => {
  const { config, bytes } = functionWithMsix(0x007f);
  configureFunction(config)();
  assert.equal(bytes.readUInt16LE(0x42), 0x007f);
});
