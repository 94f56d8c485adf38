import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeviceLists, type ListedAddresses } from '../../../engine/pci/device-lists.js';

const ADDRESS = '0000:01:00.0';
const codeOf = (lists: ListedAddresses, address = ADDRESS): string | undefined =>
  new DeviceLists(lists).refusal(address)?.code;

test('empty lists permit everything', () => {
  assert.equal(codeOf({}), undefined);
});

test('a blocked address is refused, in any spelling', () => {
  assert.equal(codeOf({ block: ['01:00.0'] }), 'DEVICE_BLOCKED');
});

test('the block list wins over the allow list', () => {
  assert.equal(codeOf({ allow: [ADDRESS], block: [ADDRESS] }), 'DEVICE_BLOCKED');
});

test('a non-empty allow list means only those', () => {
  assert.equal(codeOf({ allow: ['0000:02:00.0'] }), 'DEVICE_NOT_ALLOWED');
  assert.equal(codeOf({ allow: ['0000:02:00.0'] }, '02:00.0'), undefined);
});

test('check names the operation, and is bad input', () => {
  assert.throws(() => new DeviceLists({ block: [ADDRESS] }).check(ADDRESS, 'run'), {
    code: 'DEVICE_BLOCKED',
    kind: 'input',
    op: 'run',
    target: ADDRESS,
    hint: /--pci-blocked/,
  });
});

test('a bad address in a list is refused', () => {
  assert.throws(() => new DeviceLists({ block: ['nvme0'] }), { code: 'BAD_PCI_ADDRESS' });
});
