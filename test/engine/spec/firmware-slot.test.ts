import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeFirmwareSlots } from '../../../engine/spec/index.js';

const page = (afi: number, revisions: Readonly<Record<number, string>>): DataView => {
  const data = new Uint8Array(512);
  data[0] = afi;
  // FRS1 is at byte 8, each is 8 bytes
  for (const [slot, text] of Object.entries(revisions))
    data.set(Buffer.from(text, 'latin1'), 8 * Number(slot));
  return new DataView(data.buffer);
};

test('the firmware slot log names the active slot, the next one and each revision', () => {
  const slots = decodeFirmwareSlots(page(0x32, { 1: '1B2QEXM7', 2: '2B2QEXM7', 3: '3B2Q    ' }));
  assert.equal(slots.activeSlot, 2);
  assert.equal(slots.nextSlot, 3);
  assert.deepEqual(slots.revisions, ['1B2QEXM7', '2B2QEXM7', '3B2Q', '', '', '', '']);
});

test('reserved bits of AFI are passed over, and a revision holds nothing but printable ASCII', () => {
  const slots = decodeFirmwareSlots(page(0x89, { 7: 'A\x1bB' }));
  assert.deepEqual([slots.activeSlot, slots.nextSlot, slots.revisions[6]], [1, 0, 'A?B']);
});
