import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc16 } from '../../../engine/device/crc16.js';

const DIGITS = Buffer.from('123456789');

test('the guard of the digits 1 to 9 is the check value of CRC-16/T10-DIF', () => {
  assert.equal(crc16(0, DIGITS, 0, 9), 0xd0db);
});

test('a guard goes on where it stopped', () => {
  assert.equal(crc16(crc16(0, DIGITS, 0, 4), DIGITS, 4, 5), 0xd0db);
});

test('the guard of zeroes is 0', () => {
  assert.equal(crc16(0, new Uint8Array(4096), 0, 4096), 0);
});
