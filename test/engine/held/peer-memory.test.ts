/** What a secondary announces that maps its memory by itself. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PeerMemory } from '../../../engine/held/peer-memory.js';
import type { TransportDevice } from '../../../engine/path/pcie/transport/transport.js';

const PAGE = 4096;
const WINDOW = { start: 0x10_0000n, last: 0x1fff_ffffn };

function subject(): { memory: PeerMemory; undone: bigint[] } {
  const undone: bigint[] = [];
  const sharing = { unmapForeign: (iova: bigint) => undone.push(iova) };
  const device = { target: 'fake:0', sharing } as unknown as TransportDevice;
  return { memory: new PeerMemory(device, WINDOW), undone };
}

const refused = { code: 'SHARED_MAP_REFUSED' };
const page = (index: number): bigint => WINDOW.start + BigInt(index * PAGE);

test('no more can be announced than is sensible, and room comes back', () => {
  const { memory, undone } = subject();
  for (let index = 0; index < 4096; index++) memory.map(page(index), PAGE, []);
  assert.throws(() => memory.map(page(4096), PAGE, []), refused);
  memory.unmap(page(7), PAGE);
  memory.map(page(4096), PAGE, []);
  assert.equal(memory.release(), true);
  assert.equal(undone.length, 4096);
  assert.ok(!undone.includes(page(7)));
});

test('an announcement does not hide an earlier one', () => {
  const { memory, undone } = subject();
  memory.map(page(0), 2 * PAGE, []);
  assert.throws(() => memory.map(page(0), PAGE, []), refused);
  assert.throws(() => memory.unmap(page(0), PAGE), refused);
  memory.unmap(page(0), 2 * PAGE);
  assert.equal(memory.release(), true);
  assert.deepEqual(undone, []);
});
