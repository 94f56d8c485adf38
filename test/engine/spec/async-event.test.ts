import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeAsyncEvent } from '../../../engine/spec/index.js';

test('DW0 of an event has type, information and log page, with the name that the specification has', () => {
  assert.deepEqual(decodeAsyncEvent(0x0002_0201), {
    type: 1,
    info: 2,
    logPage: 2,
    name: 'Spare Below Threshold (type 1h, 02h)',
  });
  assert.equal(decodeAsyncEvent(0x0004_0002).name, 'Namespace Attribute Changed (type 2h, 00h)');
  assert.equal(decodeAsyncEvent(0x00ca_ff07).name, 'Vendor Specific Event (type 7h, ffh)');
  assert.equal(decodeAsyncEvent(0x0000_7f03).name, 'Reserved Event (type 3h, 7fh)');
});
