import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  doorbellBytes,
  mapBar,
  mappableAreas,
} from '../../../../../../engine/path/pcie/transport/vfio/bar.js';
import type { RegionInfo } from '../../../../../../engine/path/pcie/transport/vfio/structs.js';
import type { MsixCapability } from '../../../../../../engine/pci/config-space.js';
import { FakeVfio } from './fake-vfio.js';

const ADDRESS = '0000:01:00.0';

function region(change: Partial<RegionInfo> = {}): RegionInfo {
  return {
    index: 0,
    flags: 7,
    lengthBytes: 0x8000,
    fdOffset: 0n,
    sparseAreas: undefined,
    msixMappable: false,
    ...change,
  };
}

function msix(change: Partial<MsixCapability> = {}): MsixCapability {
  return {
    offset: 0xb0,
    tableSize: 65,
    tableBir: 0,
    tableOffset: 0x3000,
    pbaBir: 0,
    pbaOffset: 0x3800,
    enabled: false,
    ...change,
  };
}

test('the whole BAR is mapped where the MSI-X table may be mapped with it', () => {
  assert.deepEqual(mappableAreas(region({ msixMappable: true }), msix()), [
    { offset: 0, lengthBytes: 0x8000 },
  ]);
});

test('the whole BAR is mapped where the MSI-X table is in another', () => {
  assert.deepEqual(mappableAreas(region(), msix({ tableBir: 4 })), [{ offset: 0, lengthBytes: 0x8000 }]);
});

test('the pages of the MSI-X table are left out where nothing allows them', () => {
  // 65 entries of 16 bytes from 3010h end in the page of 3000h.
  assert.deepEqual(mappableAreas(region(), msix({ tableOffset: 0x3010 })), [
    { offset: 0, lengthBytes: 0x3000 },
    { offset: 0x4000, lengthBytes: 0x4000 },
  ]);
});

test('a table of more than one page leaves all of them out', () => {
  assert.deepEqual(mappableAreas(region(), msix({ tableOffset: 0x4000, tableSize: 512 })), [
    { offset: 0, lengthBytes: 0x4000 },
    { offset: 0x6000, lengthBytes: 0x2000 },
  ]);
});

test('stated areas decide, in ascending order', () => {
  const sparseAreas = [
    { offset: 0x4000, lengthBytes: 0x4000 },
    { offset: 0, lengthBytes: 0x2000 },
  ];
  assert.deepEqual(
    mappableAreas(region({ sparseAreas }), undefined).map((area) => area.offset),
    [0, 0x4000],
  );
});

test('doorbells end where the mapping has its first hole', () => {
  const areas = [
    { offset: 0, lengthBytes: 0x3000 },
    { offset: 0x4000, lengthBytes: 0x4000 },
  ];
  assert.equal(doorbellBytes(areas, region(), undefined, ADDRESS), 0x2000);
});

test('doorbells end where a mappable MSI-X table begins', () => {
  const areas = [{ offset: 0, lengthBytes: 0x8000 }];
  assert.equal(doorbellBytes(areas, region(), msix({ tableOffset: 0x2000 }), ADDRESS), 0x1000);
});

test('doorbells end where the pending bits of MSI-X begin', () => {
  const areas = [{ offset: 0, lengthBytes: 0x8000 }];
  assert.equal(doorbellBytes(areas, region(), msix({ pbaOffset: 0x1800 }), ADDRESS), 0x800);
  assert.equal(doorbellBytes(areas, region(), msix({ pbaOffset: 0x1800, pbaBir: 2 }), ADDRESS), 0x2000);
});

test('pending bits over the first doorbell are an error that names them', () => {
  const areas = [{ offset: 0, lengthBytes: 0x8000 }];
  assert.throws(() => doorbellBytes(areas, region(), msix({ pbaOffset: 0x1000 }), ADDRESS), {
    code: 'BAR_NOT_MAPPABLE',
    reason: /^MSI-X has its pending bits from byte 4096 on/,
  });
});

test('what MSI-X has before the doorbells takes none of them', () => {
  const areas = [{ offset: 0, lengthBytes: 0x4000 }];
  const before = msix({ tableSize: 16, tableOffset: 0x800, pbaOffset: 0xf00 });
  assert.equal(doorbellBytes(areas, region(), before, ADDRESS), 0x3000);
});

for (const tableOffset of [0x1000, 0xff0])
  test(`an MSI-X table at ${tableOffset.toString(16)}h, over the first doorbell, is an error`, () => {
    const areas = [{ offset: 0, lengthBytes: 0x8000 }];
    assert.throws(() => doorbellBytes(areas, region(), msix({ tableOffset }), ADDRESS), {
      code: 'BAR_NOT_MAPPABLE',
      reason: /^MSI-X has its table from byte 4096 on, and the doorbells start at 4096$/,
    });
  });

test('a BAR that cannot be mapped is an error', () => {
  const areas = mappableAreas(region({ flags: 3 }), undefined);
  assert.throws(() => doorbellBytes(areas, region(), undefined, ADDRESS), { code: 'BAR_NOT_MAPPABLE' });
});

test('a BAR without room for doorbells is an error', () => {
  const areas = [{ offset: 0, lengthBytes: 0x1000 }];
  assert.throws(() => doorbellBytes(areas, region(), undefined, ADDRESS), { code: 'BAR_NOT_MAPPABLE' });
});

test('areas are mapped in place over reserved space, at their own offsets', () => {
  const system = new FakeVfio();
  const bar = mapBar({ system, fd: 9, address: ADDRESS }, region({ fdOffset: 1n << 40n }), msix());
  assert.deepEqual(system.log, [
    'reserve 32768',
    'mmap 12288 at 0 from 1099511627776',
    'mmap 16384 at 16384 from 1099511644160',
  ]);
  assert.equal(bar.doorbells.address, bar.mapping.address + 0x1000n);
  assert.equal(bar.doorbells.lengthBytes, 0x2000);
});

test('an area that cannot be mapped takes the reserved space with it', () => {
  const system = new FakeVfio();
  system.failures.set('mmap at 16384', 'EINVAL');
  assert.throws(() => mapBar({ system, fd: 9, address: ADDRESS }, region(), msix()), { code: 'EINVAL' });
  assert.equal(system.log.at(-1), 'munmap');
});

test('of a BAR with a large memory behind its doorbells only the beginning is mapped', () => {
  const system = new FakeVfio();
  const lengthBytes = 16 * 2 ** 30;
  const areas = [
    { offset: 0, lengthBytes: 0x4000 },
    { offset: 0x8000, lengthBytes: lengthBytes - 0x8000 },
  ];
  const handle = { system, fd: 9, address: ADDRESS };
  mapBar(handle, region({ lengthBytes, msixMappable: true }), undefined);
  mapBar(handle, region({ lengthBytes, sparseAreas: areas }), undefined);
  assert.deepEqual(system.log, [
    'mmap 67108864',
    'reserve 67108864',
    'mmap 16384 at 0 from 0',
    'mmap 67076096 at 32768 from 32768',
  ]);
});
