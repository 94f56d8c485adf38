import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type IdMatch, matchesId, matchesIdTable, NVME_CLASS_CODE } from '../../../engine/pci/ids.js';

const drive = {
  classCode: 0x010802,
  vendorId: 0x144d,
  deviceId: 0xa808,
  subsystemVendorId: 0x1028,
  subsystemDeviceId: 0x2100,
};

test('the NVMe class code is base class 01h, subclass 08h, interface 02h', () => {
  const bytes = [NVME_CLASS_CODE >>> 16, (NVME_CLASS_CODE >>> 8) & 0xff, NVME_CLASS_CODE & 0xff];
  assert.deepEqual(bytes, [0x01, 0x08, 0x02]);
});

test('a row without fields matches any function', () => {
  assert.equal(matchesId(drive, {}), true);
});

test('every field that a row names has to match', () => {
  assert.equal(matchesId(drive, { ...drive }), true);
  for (const field of Object.keys(drive) as (keyof typeof drive)[]) {
    const row: IdMatch = { ...drive, [field]: drive[field] ^ 1 };
    assert.equal(matchesId(drive, row), false, field);
  }
});

test('a field of value 0 is compared, not passed over', () => {
  assert.equal(matchesId(drive, { subsystemVendorId: 0 }), false);
});

test('one row of a table is enough, and an empty table matches nothing', () => {
  assert.equal(matchesIdTable(drive, [{ vendorId: 0x8086 }, { classCode: 0x010802 }]), true);
  assert.equal(matchesIdTable(drive, []), false);
});
