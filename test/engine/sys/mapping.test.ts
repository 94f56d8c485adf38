import assert from 'node:assert/strict';
import { fstatSync } from 'node:fs';
import { test } from 'node:test';
import { closeFd } from '../../../engine/sys/fd.js';
import { discard, mapMemfd, retire } from '../../../engine/sys/mapping.js';

const PAGE = 4096;
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
