/** Parts of BARs beside the registers: how far they go, and that they are taken back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BarWindows, reachFrom } from '../../../../../../engine/path/pcie/transport/vfio/bar-windows.js';
import type { RegionInfo } from '../../../../../../engine/path/pcie/transport/vfio/structs.js';
import { type ConfigSpace, readBarAddress } from '../../../../../../engine/pci/config-space.js';
import { FakeVfio } from './fake-vfio.js';

const region: RegionInfo = {
  index: 2,
  flags: 7,
  lengthBytes: 0x10000,
  fdOffset: 2n << 40n,
  sparseAreas: undefined,
  msixMappable: true,
};
const msix = { offset: 0xb0, tableSize: 65, pbaBir: 0, pbaOffset: 0, enabled: false };

test('a window ends where the region does, at a gap, and before what MSI-X has there', () => {
  const reach = (offset: number, change: object, table?: { tableBir: number; tableOffset: number }): number =>
    reachFrom({ ...region, ...change }, table && { ...msix, ...table }, offset);
  assert.deepEqual(
    [
      reach(0x2000, {}),
      reach(0x2000, {}, { tableBir: 0, tableOffset: 0x8000 }),
      reach(0x2000, {}, { tableBir: 2, tableOffset: 0x8000 }),
      // a table before it is in nobody's way
      reach(0x2000, {}, { tableBir: 2, tableOffset: 0x1000 }),
      reach(0x2000, {}, { tableBir: 2, tableOffset: 0x2000 }),
      reach(0x2000, { sparseAreas: [{ offset: 0x1000, lengthBytes: 0x3000 }] }),
      reach(0x5000, { sparseAreas: [{ offset: 0x1000, lengthBytes: 0x3000 }] }),
      reach(0x10000, {}),
      reach(0, { flags: 3 }),
    ],
    [0xe000, 0xe000, 0x6000, 0xe000, 0, 0x2000, 0, 0, 0],
  );
});

test('what was mapped is taken back, and a BAR that cannot be mapped is named', () => {
  const system = new FakeVfio();
  const config: ConfigSpace = { read: () => 0, write() {} };
  let closed = 0;
  const open = (bar: number) => ({
    fd: 9,
    region: { ...region, flags: bar === 2 ? 7 : 3 },
    close: () => void closed++,
  });
  const windows = new BarWindows({ system, address: '0000:01:00.0', config, open });
  assert.equal(windows.map(2, 0x1000, 2 ** 20).lengthBytes, 0xf000);
  assert.throws(() => windows.map(4, 0, 4096), { code: 'BAR_NOT_MAPPABLE', op: /BAR4/ });
  assert.equal(closed, 2);
  const mapped = system.log.filter((line) => line.startsWith('mmap'));
  assert.equal(mapped.length, 1);
  windows.retire();
  windows.retire();
  assert.equal(system.log.filter((line) => line.startsWith('retire')).length, 1);
});

test('the address of a BAR on the bus: 32 bits, 64 bits, none, and of I/O space', () => {
  const words = new Map([
    [0x10, 0xfe80_0000],
    [0x18, 0x0000_000c],
    [0x1c, 0x38],
    [0x20, 0xe001],
  ]);
  const config: ConfigSpace = { read: (offset) => words.get(offset) ?? 0, write() {} };
  assert.deepEqual(
    [0, 2, 4, 5].map((bar) => readBarAddress(config, bar)),
    [0xfe80_0000n, 0x38_0000_0000n, undefined, undefined],
  );
});
