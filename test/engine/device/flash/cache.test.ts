/** The cache of one bit a cell: how fast it is, where it ends, what rest makes of it. In virtual time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FLASH_PARTS } from '../../../../engine/device/flash/parts.js';
import { UNIT_BYTES, VirtualDrive } from './virtual-drive.js';

const UNITS = 32_768;
const SPEC = { ...FLASH_PARTS.consumer, channels: 1, diesPerChannel: 1, planes: 2, ownMapShare: 1 };
const PLANE_BYTES = SPEC.planes * SPEC.pageBytes;
/** MB/s of programs with a bit a cell, and with all of them. */
const CACHE = PLANE_BYTES / (SPEC.cacheProgramNs / 1e3);
const DIRECT = (PLANE_BYTES * SPEC.pagesPerProgram) / (SPEC.programNs / 1e3);

/** MB/s of so many units in order, 8 a command and two of these under way. */
function written(drive: VirtualDrive, from: number, units: number): number {
  const fromMs = drive.nowMs;
  for (let unit = from; unit < from + units; unit += 8) drive.pass(drive.write(unit, 8));
  return (units * UNIT_BYTES) / (drive.nowMs - fromMs) / 1e3;
}

const near = (found: number, wanted: number, within: number): void =>
  assert.ok(Math.abs(found / wanted - 1) < within, `${found} where ${wanted} is expected`);

test('a burst is as fast as programs of one bit until the cache is full, then as those of all bits; rest makes room', () => {
  const drive = new VirtualDrive(SPEC, UNITS);
  const { mapping, collector, geometry } = drive.flash;
  const cached = geometry.cacheBlocks * (geometry.unitsPerBlock / geometry.bitsPerCell);
  near(cached, SPEC.cacheShare * UNITS, 0.02);
  near(written(drive, 0, 2048), CACHE, 0.1);
  written(drive, 2048, Math.ceil((cached - 2048) / 8) * 8);
  near(mapping.cachedBlocks, geometry.cacheBlocks, 0.01);
  near(written(drive, 8192, 4096), DIRECT, 0.1);
  assert.equal(collector.movedUnits, 0);
  // it folds while nothing comes, and makes up for that with the next commands
  drive.pass(20_000);
  for (let i = 0; i < 50; i++) drive.read(0);
  assert.ok(mapping.cachedBlocks <= 1, `${mapping.cachedBlocks} superblocks are left in the cache`);
  near(collector.movedUnits, cached, 0.02);
  near(written(drive, 16_384, 2048), CACHE, 0.1);
});

test('a full drive folds its cache where room is scarce, and goes on at the speed of collection', () => {
  const drive = new VirtualDrive({ ...SPEC, overProvisioning: 0.28 }, UNITS);
  drive.fill();
  drive.writeRandomly(4 * UNITS);
  assert.ok(drive.flash.mapping.cachedBlocks <= 1);
  const worn = drive.writeRandomly(UNITS / 2);
  assert.ok(worn < DIRECT / 2 && worn > DIRECT / 4, `${worn} MB/s of ${DIRECT}`);
});

test('what is read of the cache is read fast', () => {
  const drive = new VirtualDrive(SPEC, UNITS);
  written(drive, 0, 4096);
  drive.pass(50);
  const us = 1000 * drive.read(0);
  assert.ok(us > 46.5 && us < 60, `${us} us`);
});
