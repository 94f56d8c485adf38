import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineError } from '../../../../../../engine/errors.js';
import { IommuDmaMapper } from '../../../../../../engine/path/pcie/transport/vfio/dma.js';
import { IommuSpace } from '../../../../../../engine/path/pcie/transport/vfio/iommu-space.js';
import type { Type1Info } from '../../../../../../engine/path/pcie/transport/vfio/type1-structs.js';
import { type1SpaceInfo, type1Table } from '../../../../../../engine/path/pcie/transport/vfio/type1-table.js';
import type { Mapping } from '../../../../../../engine/sys/mapping.js';
import { FakeVfio } from './fake-vfio.js';

const MIB = 2 ** 20;

function memory(lengthBytes: number): Mapping {
  return { address: 0x7f00_0000_0000n, lengthBytes };
}

function mapperOver(system: FakeVfio, change: Partial<Type1Info> = {}): IommuDmaMapper {
  const info: Type1Info = {
    pageSizes: 0x4020_1000n,
    iovaRanges: [{ start: 0n, last: 0x7f_ffff_ffffn }],
    dmaAvailable: 65_535,
    ...change,
  };
  const table = { ...type1Table(system, 3), readInfo: () => type1SpaceInfo(info) };
  const space = new IommuSpace(table, () => system.memlockBytes, '0000:01:00.0');
  return new IommuDmaMapper(space, '0000:01:00.0');
}

function errorOf(run: () => void): EngineError {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof EngineError);
    return error;
  }
  assert.fail('nothing was thrown');
}

test('the page size is the smallest of the IOMMU, not below the host page', () => {
  assert.equal(mapperOver(new FakeVfio()).pageSizeBytes, 4096);
  assert.equal(mapperOver(new FakeVfio(), { pageSizes: 0x2001_0000n }).pageSizeBytes, 65_536);
  assert.equal(mapperOver(new FakeVfio(), { pageSizes: 0xffff_ffff_ffff_ffffn }).pageSizeBytes, 4096);
});

test('a kernel that states no ranges gets addresses below the MSI window', () => {
  const dma = mapperOver(new FakeVfio(), { iovaRanges: undefined });
  assert.deepEqual(dma.iovaRanges, [{ start: 0n, last: 0xfedf_ffffn }]);
});

test('every mapping counts against what the kernel allows', () => {
  const dma = mapperOver(new FakeVfio(), { dmaAvailable: 10 });
  dma.map(memory(MIB), 0x20_0000n);
  assert.equal(dma.mappingsAvailable, 9);
  dma.unmap(memory(MIB), 0x20_0000n);
  assert.equal(dma.mappingsAvailable, 10);
});

test('a memory limit is named with the need and the remedy', () => {
  const system = new FakeVfio();
  system.memlockBytes = 8 * MIB;
  const dma = mapperOver(system);
  dma.map(memory(4 * MIB), 0x20_0000n);
  system.failures.set('MAP_DMA', 'ENOMEM');
  const error = errorOf(() => dma.map(memory(64 * MIB), 0x1000_0000n));
  assert.match(
    error.message,
    /^VFIO_IOMMU_MAP_DMA of 64 MiB \(0000:01:00\.0\): RLIMIT_MEMLOCK is 8 MiB, 68 MiB needed/,
  );
  assert.match(error.hint, /ulimit -l 69632/);
  assert.match(error.hint, /LimitMEMLOCK/);
  assert.match(error.hint, /limits\.conf/);
});

test('no memory within the limit is not blamed on the limit', () => {
  const system = new FakeVfio();
  system.failures.set('MAP_DMA', 'ENOMEM');
  const error = errorOf(() => mapperOver(system).map(memory(MIB), 0x20_0000n));
  assert.match(error.reason, /the host cannot pin it/);
});

test('used up mappings, taken addresses and wrong addresses are told apart', () => {
  const expected = {
    ENOSPC: /dma_entry_limit/,
    EEXIST: /0x200000 is mapped already/,
    EINVAL: /0x7fffffffff/,
  };
  for (const [errno, text] of Object.entries(expected)) {
    const system = new FakeVfio();
    system.failures.set('MAP_DMA', errno);
    assert.match(errorOf(() => mapperOver(system).map(memory(MIB), 0x20_0000n)).message, text);
  }
});

test('a refused mapping is not counted', () => {
  const system = new FakeVfio();
  const dma = mapperOver(system, { dmaAvailable: 10 });
  system.failures.set('MAP_DMA', 'EEXIST');
  errorOf(() => dma.map(memory(MIB), 0x20_0000n));
  assert.equal(dma.mappingsAvailable, 10);
});

test('an unmap that leaves something mapped is an error', () => {
  const system = new FakeVfio();
  const dma = mapperOver(system);
  dma.map(memory(MIB), 0x20_0000n);
  system.unmapShortBytes = 4096;
  const error = errorOf(() => dma.unmap(memory(MIB), 0x20_0000n));
  assert.equal(error.code, 'DMA_UNMAP_SHORT');
  assert.match(error.reason, /1044480 bytes/);
});

test('close takes the newest first and goes on past a failure', () => {
  const system = new FakeVfio();
  const dma = mapperOver(system);
  for (const iova of [0x20_0000n, 0x40_0000n, 0x60_0000n]) dma.map(memory(MIB), iova);
  system.log.length = 0;
  system.failures.set('at 0x400000', 'EINVAL');
  assert.equal(errorOf(() => dma.close()).code, 'EINVAL');
  assert.deepEqual(system.log, [
    'VFIO_IOMMU_UNMAP_DMA of 1 MiB at 0x600000',
    'VFIO_IOMMU_UNMAP_DMA of 1 MiB at 0x200000',
  ]);
});

test('what was mapped before the close is given back after it without a call', () => {
  const system = new FakeVfio();
  const dma = mapperOver(system);
  dma.map(memory(MIB), 0x20_0000n);
  dma.close();
  system.log.length = 0;
  dma.unmap(memory(MIB), 0x20_0000n);
  assert.deepEqual(system.log, []);
  assert.equal(errorOf(() => dma.map(memory(MIB), 0x20_0000n)).code, 'DEVICE_DETACHED');
});
