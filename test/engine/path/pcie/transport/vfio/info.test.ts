import assert from 'node:assert/strict';
import { test } from 'node:test';
import { queryInfo } from '../../../../../../engine/path/pcie/transport/vfio/info.js';

/** Answers as the kernel does: the whole structure only where argsz has room, else just the needed size. */
function answering(neededBytes: number, seen: number[]): (info: Uint8Array) => void {
  return (info) => {
    const view = new DataView(info.buffer);
    const sizeBytes = view.getUint32(0, true);
    seen.push(sizeBytes);
    assert.equal(info.length, sizeBytes);
    view.setUint32(0, Math.max(neededBytes, sizeBytes), true);
    if (sizeBytes >= neededBytes) info[neededBytes - 1] = 0xee;
  };
}

test('asks again with the size that the kernel states', () => {
  const seen: number[] = [];
  const info = queryInfo(24, answering(120, seen));
  assert.deepEqual(seen, [24, 120]);
  assert.equal(info[119], 0xee);
});

test('asks once where the first size is enough', () => {
  const seen: number[] = [];
  queryInfo(32, answering(32, seen));
  assert.deepEqual(seen, [32]);
});

test('fills the request again for each round', () => {
  const indexes: number[] = [];
  queryInfo(
    32,
    (info) => {
      const view = new DataView(info.buffer);
      indexes.push(view.getUint32(8, true));
      view.setUint32(0, 64, true);
    },
    (view) => view.setUint32(8, 7, true),
  );
  assert.deepEqual(indexes, [7, 7]);
});

test('a size that keeps growing is an error', () => {
  assert.throws(
    () =>
      queryInfo(8, (info) => {
        new DataView(info.buffer).setUint32(0, info.length * 2, true);
      }),
    { code: 'VFIO_INFO_BROKEN' },
  );
});
