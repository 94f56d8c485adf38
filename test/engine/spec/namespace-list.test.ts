import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeNamespaceList } from '../../../engine/spec/index.js';

const page = (...nsids: number[]): DataView => {
  const data = new DataView(new ArrayBuffer(4096));
  for (const [i, nsid] of nsids.entries()) data.setUint32(i * 4, nsid, true);
  return data;
};
const full = (first: number): number[] => Array.from({ length: 1024 }, (_, i) => first + i);

test('a list of namespaces ends at 0, or fills its page', () => {
  assert.deepEqual(decodeNamespaceList(page(1, 3, 70_000)), [1, 3, 70_000]);
  assert.deepEqual(decodeNamespaceList(page(...full(5)), 4), full(5));
});

test('what does not ascend, or is of no namespace, ends it: a controller that repeats a page is not asked for ever', () => {
  assert.deepEqual(decodeNamespaceList(page(...full(1)), 1024), []);
  assert.deepEqual(decodeNamespaceList(page(2, 7, 7, 8)), [2, 7]);
  assert.deepEqual(decodeNamespaceList(page(1, 0xffff_fffe)), [1]);
  assert.deepEqual(decodeNamespaceList(page(0xffff_ffff)), []);
});
