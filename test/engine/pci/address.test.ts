import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  canonicalPciAddress,
  comparePciAddresses,
  formatPciAddress,
  parsePciAddress,
} from '../../../engine/pci/address.js';

test('parse reads all four parts as hex', () => {
  assert.deepEqual(parsePciAddress('00a1:3b:1f.7'), { domain: 0xa1, bus: 0x3b, device: 0x1f, function: 7 });
});

test('the short form means domain 0', () => {
  assert.deepEqual(parsePciAddress('01:00.0'), { domain: 0, bus: 1, device: 0, function: 0 });
});

test('upper case is read and written in lower case', () => {
  assert.equal(canonicalPciAddress('000A:3B:1C.5'), '000a:3b:1c.5');
});

test('a domain wider than four digits keeps its width', () => {
  assert.equal(canonicalPciAddress('10000:e1:00.0'), '10000:e1:00.0');
  assert.equal(parsePciAddress('ffffffff:00:00.0').domain, 0xffff_ffff);
});

test('format pads every part', () => {
  assert.equal(formatPciAddress({ domain: 0, bus: 1, device: 2, function: 3 }), '0000:01:02.3');
});

const bad = ['', '0000:01:00', '0000:01:00.8', '01:20.0', 'g0:00.0', ' 01:00.0', '01:00.0 ', '01:00.0\n'];
bad.push('100000000:00:00.0', '0000:100:00.0', '0000:01:00.00', '::.', '-1:00.0', 'nvme0', '0000:01:00.0/x');
for (const text of bad) {
  test(`${JSON.stringify(text)} is refused as wrong input`, () => {
    assert.throws(() => parsePciAddress(text), { code: 'BAD_PCI_ADDRESS', kind: 'input', target: text });
  });
}

test('order is numeric by domain, bus, device, function', () => {
  const sorted = [
    '0000:02:00.0',
    '0000:02:00.1',
    '0000:02:01.0',
    '0000:10:00.0',
    '0001:00:00.0',
    '10000:00:00.0',
  ];
  const shuffled = [5, 2, 4, 0, 3, 1].map((i) => parsePciAddress(sorted[i]));
  assert.deepEqual(shuffled.sort(comparePciAddresses).map(formatPciAddress), sorted);
});
