import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { EngineError } from '../../../engine/errors.js';
import { hugepagePools } from '../../../engine/memory/hugepage-pools.js';
import { allocateBacking, type Backing, type BackingOptions } from '../../../engine/memory/hugepages.js';
import { viewAt } from '../../../engine/sys/mapping.js';

const MIB = 2 ** 20;
const available = hugepagePools().find((pool) => pool.pageSizeBytes === 2 * MIB)?.availablePages ?? 0;

interface PoolFiles {
  nr: number;
  free: number;
  resv: number;
}

function sysfsWith(t: TestContext, pools: Record<string, PoolFiles>): string {
  const root = mkdtempSync(join(tmpdir(), 'nvbench-hugepages-'));
  t.after(() => rmSync(root, { recursive: true }));
  for (const [name, { nr, free, resv }] of Object.entries(pools)) {
    const folder = join(root, 'kernel/mm/hugepages', name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'nr_hugepages'), `${nr}\n`);
    writeFileSync(join(folder, 'free_hugepages'), `${free}\n`);
    writeFileSync(join(folder, 'resv_hugepages'), `${resv}\n`);
  }
  return root;
}

function allocate(t: TestContext, options: Partial<BackingOptions>) {
  const backing = allocateBacking({
    lengthBytes: 3 * MIB,
    numaNode: -1,
    target: '0000:01:00.0',
    ...options,
  });
  t.after(() => backing.release());
  return backing;
}

function bytesOf({ mapping }: Backing): Uint8Array {
  return new Uint8Array(viewAt(mapping.address, mapping.lengthBytes));
}

test('pools count pages that are promised to others as taken', (t) => {
  const root = sysfsWith(t, {
    'hugepages-1048576kB': { nr: 2, free: 1, resv: 0 },
    'hugepages-2048kB': { nr: 64, free: 40, resv: 30 },
  });
  assert.deepEqual(
    hugepagePools(root).map((pool) => [pool.pageSizeBytes, pool.availablePages]),
    [
      [2 * MIB, 10],
      [1024 * MIB, 1],
    ],
  );
});

test('without free hugepages base pages are used, with the command that would help', (t) => {
  const root = sysfsWith(t, { 'hugepages-2048kB': { nr: 4, free: 1, resv: 0 } });
  const backing = allocate(t, { sysfsRoot: root });
  assert.equal(backing.pageSizeBytes, 4096);
  assert.equal(backing.mapping.lengthBytes, 3 * MIB);
  assert.equal(backing.warnings.length, 1);
  assert.equal(backing.warnings[0].code, 'hugepages-unavailable');
  assert.match(backing.warnings[0].message, /2 pages of 2 MiB needed, 1 free/);
  assert.match(backing.warnings[0].advice, /`sudo nvbench hugepages --reserve 4MiB`/);
});

test('required hugepages that are not there are an error with need, stock and remedy', (t) => {
  const root = sysfsWith(t, { 'hugepages-2048kB': { nr: 0, free: 0, resv: 0 } });
  assert.throws(
    () => allocate(t, { sysfsRoot: root, hugepages: 'require' }),
    (error: unknown) =>
      error instanceof EngineError &&
      error.code === 'HUGEPAGES_UNAVAILABLE' &&
      /2 pages of 2 MiB needed, 0 free/.test(error.reason) &&
      error.hint.includes('sudo nvbench hugepages --reserve 4MiB'),
  );
});

test('pages that vanish after they were counted end in base pages, not in a signal', (t) => {
  const root = sysfsWith(t, { 'hugepages-2048kB': { nr: 999_999, free: 999_999, resv: 0 } });
  const beyond = (available + 1) * 2 * MIB;
  const backing = allocate(t, { sysfsRoot: root, lengthBytes: beyond });
  assert.equal(backing.pageSizeBytes, 4096);
  assert.match(backing.warnings[0].message, /ENOMEM/);
});

test('policy never asks for no hugepages and warns of nothing', (t) => {
  const backing = allocate(t, { hugepages: 'never' });
  assert.equal(backing.pageSizeBytes, 4096);
  assert.deepEqual(backing.warnings, []);
});

test('hugepages are used where they are free', { skip: available < 2 && 'no free 2 MiB pages' }, (t) => {
  const backing = allocate(t, { hugepages: 'require' });
  assert.equal(backing.pageSizeBytes, 2 * MIB);
  assert.equal(backing.mapping.lengthBytes, 4 * MIB);
  assert.equal(backing.mapping.address % BigInt(2 * MIB), 0n);
});

test('the length is a multiple of the granule of the IOMMU', (t) => {
  const backing = allocate(t, { hugepages: 'never', lengthBytes: 4096, granuleBytes: 65536 });
  assert.equal(backing.mapping.lengthBytes, 65536);
});

test('memory is zeroed and can be placed on a node', (t) => {
  const backing = allocate(t, { hugepages: 'never', numaNode: 0 });
  assert.ok(bytesOf(backing).every((byte) => byte === 0));
  for (const warning of backing.warnings) assert.equal(warning.code, 'numa-placement-failed');
});

test('a node that does not exist is a warning', (t) => {
  const backing = allocate(t, { hugepages: 'never', numaNode: 1000 });
  assert.deepEqual(
    backing.warnings.map((warning) => warning.code),
    ['numa-placement-failed'],
  );
});

test('views outlive the release', (t) => {
  const backing = allocate(t, { hugepages: 'never' });
  const bytes = bytesOf(backing);
  bytes[0] = 7;
  backing.release();
  backing.release();
  assert.equal(bytes[0], 0);
  bytes[bytes.length - 1] = 1;
  assert.equal(bytes[bytes.length - 1], 1);
});

test('more base pages than the host has are refused, and nobody is ended for them', () => {
  // no address space holds as much: without the refusal it would not come to pages
  assert.throws(
    () => allocateBacking({ target: 'x', numaNode: -1, hugepages: 'never', lengthBytes: 2 ** 50 }),
    {
      code: 'MEMORY_SHORT',
      message: /this host has .* available/,
    },
  );
});

test('where the host does not tell what it has, nothing is refused for it', (t) => {
  t.mock.method(process, 'availableMemory', () => 0);
  assert.ok(bytesOf(allocate(t, { hugepages: 'never' })).length > 0);
});
