/** Device Control and Link Control out of a configuration space that a file plays. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readPcieControls } from '../../../engine/pci/pcie-controls.js';
import { SysfsTree } from '../../fixtures/sysfs.js';

const ADDRESS = '0000:01:00.0';
const tree = new SysfsTree();
after(() => tree.remove());
tree.addFunction({ address: ADDRESS });

/** A PCI Express capability at 60h behind power management at 40h (PCI 3.0, 6.7; PCIe 5.0, 7.5.3). */
function writeConfig(deviceControl: number, linkControl: number, lengthBytes = 256): void {
  const bytes = Buffer.alloc(lengthBytes);
  bytes.writeUInt16LE(0x10, 0x06);
  bytes[0x34] = 0x40;
  if (lengthBytes > 64) {
    bytes.set([0x01, 0x60], 0x40);
    bytes.set([0x10, 0x00], 0x60);
    bytes.writeUInt16LE(deviceControl, 0x68);
    bytes.writeUInt16LE(linkControl, 0x70);
  }
  writeFileSync(join(tree.root, 'bus/pci/devices', ADDRESS, 'config'), bytes);
}

test('payload, read requests, ordering and ASPM are read as the registers have them', () => {
  writeConfig(0x2830, 0x42);
  assert.deepEqual(readPcieControls(ADDRESS, tree.root), {
    aspmL0s: false,
    aspmL1: true,
    maxPayloadBytes: 256,
    maxReadRequestBytes: 512,
    relaxedOrdering: true,
  });
  writeConfig(0x5000, 0x01);
  assert.deepEqual(readPcieControls(ADDRESS, tree.root), {
    aspmL0s: true,
    aspmL1: false,
    maxPayloadBytes: 128,
    maxReadRequestBytes: 4096,
    relaxedOrdering: false,
  });
});

test('what cannot be read, or ends before the capability as for an ordinary user, is undefined', () => {
  writeConfig(0, 0, 64);
  assert.equal(readPcieControls(ADDRESS, tree.root), undefined);
  assert.equal(readPcieControls('0000:09:00.0', tree.root), undefined);
});
