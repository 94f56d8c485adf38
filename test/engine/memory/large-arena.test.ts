/** `arena.ts` with more than 4 GiB: what 34 queue pairs of 1023 I/Os of 128 KiB take, more than any view shows. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { DmaArena } from '../../../engine/memory/arena.js';
import type { DmaMapper } from '../../../engine/memory/dma-mapper.js';
import { viewAt } from '../../../engine/sys/mapping.js';

const GIB = 2 ** 30;
const QUEUE_BYTES = 1023 * 131_072;
const QUEUES = 34;

/** Free memory of this host; its pages are touched. */
const availableBytes =
  1024 * Number(/^MemAvailable:\s+(\d+)/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1] ?? 0);
const skip = availableBytes < 10 * GIB && 'it takes 5 GiB of 10 that are to be free';

test('buffers of more than 4 GiB together lie in one mapping, each seen whole', { skip }, () => {
  const mapped: { iova: bigint; lengthBytes: number; address: bigint }[] = [];
  const dma: DmaMapper = {
    iovaRanges: [{ start: 0n, last: 0x7f_ffff_ffffn }],
    pageSizeBytes: 4096,
    mappingsAvailable: Number.POSITIVE_INFINITY,
    map: ({ address, lengthBytes }, iova) => mapped.push({ iova, lengthBytes, address }),
    unmap: () => undefined,
  };
  const arena = DmaArena.create({ dma, target: 'fake:0', numaNode: -1, hugepages: 'never' });
  arena.reserve(QUEUES * QUEUE_BYTES);
  const buffers = Array.from({ length: QUEUES }, () => arena.allocate(QUEUE_BYTES, 4096));
  buffers.forEach(({ view }, index) => {
    new Uint32Array(view, QUEUE_BYTES - 4, 1)[0] = index + 1;
  });
  const region = mapped.find(({ lengthBytes }) => lengthBytes > 4 * GIB) ?? assert.fail('no such mapping');
  const last = buffers[QUEUES - 1];
  assert.ok(last.iova - region.iova > 4n * BigInt(GIB), 'beyond 32 bits');
  buffers.forEach(({ iova }, index) => {
    const at = region.address + (iova - region.iova) + BigInt(QUEUE_BYTES - 4);
    assert.equal(new Uint32Array(viewAt(at, 4))[0], index + 1);
  });
  arena.close();
});
