import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SystemError } from '../../../engine/errors.js';
import { checkPlacement, type Placement } from '../../../engine/memory/numa-placement.js';
import { mapAnonymous, unmap } from '../../../engine/sys/mapping.js';
import { nodesOfPages } from '../../../engine/sys/numa.js';

const MIB = 2 ** 20;
const pool = { pageSizeBytes: 2 * MIB, totalPages: 8, availablePages: 8 };
const placement = (more: Partial<Placement> = {}): Placement => ({
  mapping: { address: 0x7000_0000_0000n, lengthBytes: 8 * MIB },
  pageSizeBytes: 2 * MIB,
  numaNode: 1,
  target: '0000:01:00.0',
  pool,
  ...more,
});

test('memory on the node of the device is nothing to warn of', () => {
  assert.deepEqual(
    checkPlacement(placement(), (addresses) => addresses.map(() => 1)),
    [],
  );
});

test('pages on another node are counted, and how to reserve on the right one is said', () => {
  const [warning] = checkPlacement(placement(), () => [0, 1, 0, 1]);
  assert.equal(warning.code, 'numa-placement-failed');
  assert.match(warning.message, /^2 of 4 pages .* lie on NUMA node 0, not on node 1/);
  assert.match(warning.advice, /nvbench hugepages --reserve 8MiB --page 2MiB --node 1/);
});

test('base pages are not reserved: the advice is the memory of the node', () => {
  const [warning] = checkPlacement(placement({ pool: undefined, pageSizeBytes: 4096 }), () => [0]);
  assert.match(warning.advice, /free memory of node 1/);
});

test('pages that are not there count for nothing', () => {
  assert.deepEqual(
    checkPlacement(placement(), () => [-2, -2, 1, 1]),
    [],
  );
});

test('of a large mapping some hundred pages are asked for, each of them within it', () => {
  let asked: readonly bigint[] = [];
  const mapping = { address: 0n, lengthBytes: 4096 * MIB };
  checkPlacement(placement({ mapping, pageSizeBytes: 4096 }), (addresses) => {
    asked = addresses;
    return [];
  });
  assert.ok(asked.length > 100 && asked.length < 1000, `${asked.length}`);
  assert.ok(asked.every((at) => at >= 0n && at < BigInt(mapping.lengthBytes) && at % 4096n === 0n));
});

test('a kernel that does not tell is nothing to warn of', () => {
  const refusal = { code: 'EPERM', op: '', target: '', reason: '', hint: '', errno: 1, errnoName: 'EPERM' };
  assert.deepEqual(
    checkPlacement(placement(), () => {
      throw new SystemError(refusal);
    }),
    [],
  );
});

test('a device without a node is not asked for', () => {
  assert.deepEqual(
    checkPlacement(placement({ numaNode: -1 }), () => assert.fail('asked')),
    [],
  );
});

test('the kernel tells the node of a page that was touched, or refuses to', (t) => {
  const mapping = mapAnonymous(4096);
  t.after(() => unmap(mapping));
  new Uint8Array(mapping.buffer)[0] = 1;
  try {
    assert.ok(nodesOfPages([mapping.address])[0] >= 0);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    assert.match(error.errnoName, /^(EPERM|ENOSYS)$/);
  }
});
