import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConfigSpace } from '../../../../engine/pci/config-space.js';
import { configureFunction } from '../../../../engine/transport/vfio-user/function-config.js';

/** A header with one capability, MSI-X, at 40h (PCI Local Bus 3.0, 6.8.2). */
function functionWithMsix(msixControl: number): { config: ConfigSpace; bytes: Buffer } {
  const bytes = Buffer.alloc(256);
  bytes.writeUInt16LE(0x10, 0x06);
  bytes[0x34] = 0x40;
  bytes[0x40] = 0x11;
  bytes.writeUInt16LE(msixControl, 0x42);
  const config: ConfigSpace = {
    read: (offset, count) => bytes.readUIntLE(offset, count),
    write: (offset, count, value) => bytes.writeUIntLE(value, offset, count),
  };
  return { config, bytes };
}

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
