import type { ConfigSpace } from '../../../../../../engine/pci/config-space.js';

/** A header with one capability, MSI-X, at 40h (PCI Local Bus 3.0, 6.8.2). */
export function functionWithMsix(msixControl: number): { config: ConfigSpace; bytes: Buffer } {
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
