import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MmioRegisters } from '../../../../../engine/path/pcie/transport/mmio-registers.js';
import { mapAnonymous, retire } from '../../../../../engine/sys/mapping.js';

test('32-bit registers are little-endian words of the mapping', () => {
  const mapping = mapAnonymous(4096);
  const registers = new MmioRegisters(mapping);
  registers.write32(0x14, 0x8046_0001);
  assert.deepEqual([...new Uint8Array(mapping.buffer, 0x14, 4)], [0x01, 0x00, 0x46, 0x80]);
  assert.equal(registers.read32(0x14), 0x8046_0001);
});

test('64-bit registers have the low word first', () => {
  const mapping = mapAnonymous(4096);
  const registers = new MmioRegisters(mapping);
  registers.write64(0x28, 0xffff_fff0_8765_4000n);
  assert.deepEqual([...new Uint32Array(mapping.buffer, 0x28, 2)], [0x8765_4000, 0xffff_fff0]);
  assert.equal(registers.read64(0x28), 0xffff_fff0_8765_4000n);
});

test('a retired mapping reads as a missing function does', () => {
  const mapping = mapAnonymous(4096);
  const registers = new MmioRegisters(mapping);
  retire(mapping, 0xff);
  assert.equal(registers.read32(0x1c), 0xffff_ffff);
  assert.equal(registers.read64(0), 0xffff_ffff_ffff_ffffn);
});
