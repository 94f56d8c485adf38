/** What the drive tells of its flash, held against an account of its own and against the bytes that are documented. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flashLogPage } from '../../../../engine/device/flash/log-page.js';
import {
  decodeFlashLog,
  FLASH_LOG_ID,
  type FlashLog,
  hasFlashLog,
} from '../../../../engine/spec/flash-log.js';
import { BenchController } from '../bench-controller.js';
import { SMALL, UNIT_BYTES, VirtualDrive } from './virtual-drive.js';

const UNITS = 32_768;

function logOf(drive: VirtualDrive): FlashLog {
  return decodeFlashLog(new DataView(flashLogPage(drive.flash).buffer))!;
}

test('the write amplification that the log tells is that of the places that were taken', () => {
  const drive = new VirtualDrive({ ...SMALL, overProvisioning: 0.07 }, UNITS);
  const { mapping, geometry } = drive.flash;
  drive.fill();
  for (let round = 0; round < 4; round++) {
    drive.writeRandomly(UNITS / 2);
    const log = logOf(drive);
    let erases = 0;
    for (const each of mapping.erases) erases += each;
    const taken = erases * geometry.unitsPerBlock + geometry.physicalUnits - mapping.writable();
    const amplification = log.nandBytesProgrammed / log.hostBytesWritten;
    const counted = (taken * UNIT_BYTES) / (UNITS * (1 + (round + 1) / 2) * UNIT_BYTES);
    assert.ok(Math.abs(amplification / counted - 1) < 0.01, `${amplification} and ${counted}`);
    assert.ok(round < 1 || amplification > 1.2);
    assert.equal(log.mappedUnits, UNITS);
    assert.equal(log.superblockErases, erases);
    assert.ok(log.leastErases <= log.mostErases && log.freeSuperblocks >= 1);
  }
});

test('the page lies as documented', () => {
  const drive = new VirtualDrive({ ...SMALL, protectedBuffer: false }, UNITS);
  drive.write(0, 24);
  drive.write(24);
  drive.flush();
  const page = Buffer.from(flashLogPage(drive.flash));
  assert.equal(page.length, 512);
  assert.equal(page.toString('latin1', 0, 8), 'nvbflash');
  assert.deepEqual([page.readUInt16LE(8), page[10], page.readUInt32LE(12)], [1, 0, UNIT_BYTES]);
  assert.equal(page.readBigUInt64LE(16), BigInt(UNITS));
  assert.equal(page.readBigUInt64LE(32), 25n);
  assert.equal(page.readBigUInt64LE(48), BigInt(25 * UNIT_BYTES));
  assert.equal(page.readBigUInt64LE(56), BigInt(48 * UNIT_BYTES));
  assert.equal(page.readBigUInt64LE(72), BigInt(23 * UNIT_BYTES));
  assert.equal(page.readUInt32LE(128), drive.flash.geometry.blocks);
  assert.equal(page.readUInt32LE(148), SMALL.ratedCycles);
});

const IDENTIFY = 0x06;
const GET_LOG_PAGE = 0x02;

/** The first page of the host's data after an admin command that brings one. */
function asked(bench: BenchController, opcode: number, cdw10: number): DataView {
  bench.submit(0, { opcode, 1: opcode === GET_LOG_PAGE ? 0xffff_ffff : 0, 6: bench.dataIova, 10: cdw10 });
  return new DataView(Uint32Array.from(bench.words(bench.dataIova, 1024)).buffer);
}

const FLASH_LOG = FLASH_LOG_ID | (127 << 16);

test('a controller of flash signs that it has the log, and counts what its host writes', () => {
  const bench = new BenchController({ size: '64MiB', flash: 'tlc', lba: '4096' });
  bench.start();
  assert.ok(hasFlashLog(asked(bench, IDENTIFY, 1)));
  for (let i = 0; i < 10; i++) bench.submit(1, { opcode: 0x01, 1: 1, 6: bench.dataIova, 10: i });
  const log = decodeFlashLog(asked(bench, GET_LOG_PAGE, FLASH_LOG));
  assert.equal(log?.hostBytesWritten, 10 * 4096);
  assert.equal(log.mappedUnits, 10);
  // Write Zeroes, of four blocks
  bench.submit(1, { opcode: 0x08, 1: 1, 10: 2, 12: 3 });
  assert.equal(decodeFlashLog(asked(bench, GET_LOG_PAGE, FLASH_LOG))?.mappedUnits, 6);
  const plain = new BenchController();
  plain.start();
  assert.ok(!hasFlashLog(asked(plain, IDENTIFY, 1)));
  assert.equal(decodeFlashLog(asked(plain, GET_LOG_PAGE, FLASH_LOG)), undefined);
});
