import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeviceRecord, FlashRecord } from '../../../reports/document/index.js';
import { flashOf } from '../../../reports/render/flash.js';

const at = (hostBytesWritten: number, nandBytesProgrammed: number, superblockErases: number): FlashRecord =>
  ({
    hostBytesWritten,
    nandBytesProgrammed,
    superblockErases,
    freeSuperblocks: 2,
    superblocks: 100,
    mostErases: 7,
    ratedCycles: 3000,
    collecting: true,
  }) as FlashRecord;

const said = (record: Partial<DeviceRecord>): string => flashOf(record as DeviceRecord);

test('the amplification of a run is of what was written in it', () => {
  const text = said({ flashBefore: at(1024, 1024, 1), flashAfter: at(2048, 5120, 3) });
  assert.match(text, /^write amplification 4.00, 4 KiB programmed for 1 KiB, 2 superblocks erased, /);
  assert.match(text, /, 2 of 100 free, at most 7 of 3,000 cycles, collecting$/);
  assert.match(said({ flashBefore: at(9, 9, 0), flashAfter: at(9, 9, 0) }), /^nothing written, /);
  assert.equal(said({}), '');
});
