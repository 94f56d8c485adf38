import assert from 'node:assert/strict';
import { fstatSync } from 'node:fs';
import { test } from 'node:test';
import { closeFd } from '../../../engine/sys/fd.js';
import {
  createMemfd,
  discard,
  mapFd,
  mapMemfd,
  mapSparse,
  retire,
  unmap,
  viewAt,
  viewsOf,
} from '../../../engine/sys/mapping.js';

const PAGE = 4096;
const GIB = 2 ** 30;
const BLOCK = 512; // st_blocks counts 512 bytes

test('a part that is discarded goes back to the file, and its view stays harmless', () => {
  const { address, buffer, fd } = mapMemfd(4 * PAGE, 'test');
  new Uint8Array(buffer).fill(7);
  assert.equal(fstatSync(fd).blocks * BLOCK, 4 * PAGE);
  discard({ address: address + BigInt(PAGE), lengthBytes: 2 * PAGE }, 'test');
  assert.equal(fstatSync(fd).blocks * BLOCK, 2 * PAGE);
  const bytes = new Uint8Array(buffer);
  bytes[PAGE] = 1;
  assert.deepEqual([bytes[0], bytes[PAGE], bytes[PAGE + 1], bytes[3 * PAGE]], [7, 1, 0, 7]);
  assert.equal(fstatSync(fd).blocks * BLOCK, 2 * PAGE);
  closeFd(fd);
});

test('a retired mapping reads as it was told, through views made before', () => {
  const mapping = mapMemfd(PAGE, 'test');
  const view = new Uint32Array(mapping.buffer);
  view[3] = 5;
  retire(mapping, 0xff);
  assert.deepEqual([view[0], view[3]], [0xffff_ffff, 0xffff_ffff]);
  closeFd(mapping.fd);
});

test('a view longer than is safe on every version of Node is refused before it is made', () => {
  const fd = createMemfd(12 * GIB, 'test');
  const mapping = mapFd(fd, 12 * GIB, 0, 'test');
  for (const lengthBytes of [0, -1, 1.5, Number.NaN, GIB + 1, 5 * GIB, 2 ** 53])
    assert.throws(() => viewAt(mapping.address, lengthBytes), RangeError);
  assert.throws(() => mapSparse(GIB + 1), RangeError);
  unmap(mapping);
  closeFd(fd);
});

test('a mapping of any length is seen whole in views that follow each other', () => {
  const fd = createMemfd(5 * GIB + PAGE, 'test');
  const mapping = mapFd(fd, 5 * GIB + PAGE, 0, 'test');
  const lengths = [];
  for (const view of viewsOf(mapping)) {
    new Uint8Array(view, 0, 1)[0] = lengths.push(view.byteLength);
  }
  assert.deepEqual(lengths, [GIB, GIB, GIB, GIB, GIB, PAGE]);
  for (let at = 0; at <= 5; at++)
    assert.equal(new Uint8Array(viewAt(mapping.address + BigInt(at * GIB), PAGE))[0], at + 1);
  unmap(mapping);
  closeFd(fd);
});
