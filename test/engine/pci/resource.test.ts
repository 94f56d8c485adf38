import assert from 'node:assert/strict';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { readBars } from '../../../engine/pci/resource.js';
import { EMPTY_BAR, NVME_BAR0, SysfsTree } from '../../fixtures/sysfs.js';

let tree: SysfsTree;
beforeEach(() => {
  tree = new SysfsTree();
});
afterEach(() => tree.remove());

function bars(...lines: string[]) {
  tree.write('resource', `${lines.join('\n')}\n`);
  return readBars(join(tree.root, 'resource'));
}

const padded = (...lines: string[]) => bars(...lines, ...Array(13 - lines.length).fill(EMPTY_BAR));

test('a 64-bit memory BAR is decoded', () => {
  assert.deepEqual(padded(NVME_BAR0), [
    {
      index: 0,
      start: 0xdf20_0000n,
      end: 0xdf20_3fffn,
      flags: 0x140204,
      lengthBytes: 16384,
      io: false,
      prefetchable: false,
      is64Bit: true,
    },
  ]);
});

test('a 32-bit memory BAR is neither 64-bit nor I/O', () => {
  const [bar] = padded('0x00000000f7c00000 0x00000000f7c00fff 0x0000000000040200');
  assert.deepEqual([bar.is64Bit, bar.io, bar.prefetchable, bar.lengthBytes], [false, false, false, 4096]);
});

test('a prefetchable BAR above 4 GiB keeps its exact address', () => {
  const [bar] = padded('0x0000383800000000 0x00003838ffffffff 0x000000000014220c');
  assert.equal(bar.start, 0x3838_0000_0000n);
  assert.equal(bar.prefetchable, true);
  assert.equal(bar.lengthBytes, 2 ** 32);
});

test('an I/O BAR is told from memory', () => {
  const [bar] = padded('0x000000000000e000 0x000000000000e01f 0x0000000000040101');
  assert.deepEqual([bar.io, bar.is64Bit, bar.lengthBytes], [true, false, 32]);
});

test('empty BARs are left out and the others keep their index', () => {
  const found = padded(NVME_BAR0, EMPTY_BAR, EMPTY_BAR, EMPTY_BAR, NVME_BAR0);
  assert.deepEqual(
    found.map((bar) => bar.index),
    [0, 4],
  );
});

test('lines past the sixth (ROM, windows) are not BARs', () => {
  const rom = '0x00000000df100000 0x00000000df10ffff 0x0000000000046200';
  assert.deepEqual(padded(EMPTY_BAR, EMPTY_BAR, EMPTY_BAR, EMPTY_BAR, EMPTY_BAR, EMPTY_BAR, rom), []);
});

test('a truncated file is malformed', () => {
  assert.throws(() => bars(NVME_BAR0, EMPTY_BAR, EMPTY_BAR), { code: 'SYSFS_MALFORMED', reason: /3 lines/ });
});

for (const line of ['0x0 0x0', 'df200000 df203fff 140204', `${NVME_BAR0} 0x0`, '0xzz 0x0 0x0']) {
  test(`the line "${line}" is malformed`, () => {
    assert.throws(() => padded(line), { code: 'SYSFS_MALFORMED' });
  });
}

test('a range that ends before it starts is malformed', () => {
  const line = '0x00000000df203fff 0x00000000df200000 0x0000000000140204';
  assert.throws(() => padded(line), { code: 'SYSFS_MALFORMED' });
});
