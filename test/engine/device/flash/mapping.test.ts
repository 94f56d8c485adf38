/** The translation layer under everything at once, held against a plain account of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flashGeometry } from '../../../../engine/device/flash/geometry.js';
import type { Mapping } from '../../../../engine/device/flash/mapping.js';
import { FLASH_PARTS } from '../../../../engine/device/flash/parts.js';
import { SMALL, UNIT_BYTES, VirtualDrive } from './virtual-drive.js';

const UNITS = 4096;

/** Each unit that is mapped has a place to itself, and each superblock as many valid units as lie there. */
function check(mapping: Mapping, mapped: ReadonlySet<number>): void {
  const valid = new Int32Array(mapping.geometry.blocks);
  const taken = new Set<number>();
  for (const [unit, place] of mapping.places.entries()) {
    assert.equal(place !== -1, mapped.has(unit), `unit ${unit}`);
    if (place === -1) continue;
    assert.ok(!taken.has(place) && mapping.units[place] === unit, `unit ${unit} at ${place}`);
    taken.add(place);
    valid[Math.floor(place / mapping.geometry.unitsPerBlock)]++;
  }
  assert.deepEqual(mapping.valid, valid);
  assert.equal(mapping.mapped, mapped.size);
}

test('whatever is written, trimmed and flushed, each unit has one place and no count is off', () => {
  for (const [overProvisioning, cacheShare] of [
    [0.02, 0],
    [0.5, 0],
    [0.3, 0.2],
  ]) {
    const cached = { cacheShare, cacheProgramNs: 300_000, cacheReadNs: 25_000, restNs: 1e6 };
    const spec = { ...SMALL, ...cached, planes: 1, protectedBuffer: false, overProvisioning };
    const drive = new VirtualDrive(spec, UNITS);
    const { flash } = drive;
    const mapped = new Set<number>();
    for (let step = 0; step < 9000; step++) {
      const unit = drive.below(UNITS - 32);
      const units = 1 + drive.below(32);
      const what = drive.below(100);
      if (what < 90) {
        drive.pass(drive.write(unit, units));
        for (let i = 0; i < units; i++) mapped.add(unit + i);
      } else if (what < 94) {
        drive.trim(unit, units);
        for (let i = 0; i < units; i++) mapped.delete(unit + i);
      } else if (what < 95) drive.flush();
      else drive.read(unit, units);
      if (what === 99) drive.pass(drive.below(1000));
      if (step === 6000) {
        flash.refresh();
        mapped.clear();
      }
      if (step % 2000 === 0) check(flash.mapping, mapped);
    }
    check(flash.mapping, mapped);
  }
});

test('what the counters call programmed is what erases and open superblocks add up to', () => {
  const drive = new VirtualDrive(SMALL, UNITS);
  drive.fill();
  drive.writeRandomly(8 * UNITS);
  const { mapping, collector, geometry } = drive.flash;
  let erased = 0;
  for (const erases of mapping.erases) erased += erases;
  assert.equal(erased, collector.erasedBlocks);
  const consumed = erased * geometry.unitsPerBlock + geometry.physicalUnits - mapping.writable();
  const unfilled = consumed - drive.programmed();
  // what has not made a program of either frontier yet
  assert.ok(unfilled >= 0 && unfilled < 2 * geometry.unitsPerProgram, `${unfilled}`);
});

test('superblocks wear alike, also where half of the drive is never written again', () => {
  const drive = new VirtualDrive({ ...SMALL, planes: 1 }, UNITS);
  drive.fill();
  drive.writeRandomly(120 * UNITS, 16, UNITS / 2);
  const { mapping, collector } = drive.flash;
  const [least, most] = [Math.min(...mapping.erases), Math.max(...mapping.erases)];
  assert.ok(
    collector.levelledBlocks > 0 && most > 60,
    `${collector.levelledBlocks} levelled, at most ${most} erases`,
  );
  assert.ok(most - least < 32, `${least} to ${most} erases`);
});

test('drives of every size have superblocks enough and the over-provisioning that is asked for', () => {
  for (const [name, spec] of Object.entries(FLASH_PARTS))
    for (const sizeBytes of [2 ** 26, 2 ** 28, 2 ** 30, 2 ** 34, 2 ** 40]) {
      const geometry = flashGeometry(spec, sizeBytes);
      assert.ok(geometry !== undefined, `${name} of ${sizeBytes} bytes`);
      const { physicalUnits, logicalUnits, unitsPerBlock, blocks } = geometry;
      const op = (physicalUnits - 3 * unitsPerBlock) / logicalUnits - 1;
      assert.ok(Math.abs(op - spec.overProvisioning) < 0.006, `${name} of ${sizeBytes} bytes: ${op}`);
      assert.ok(blocks > 64, `${name} of ${sizeBytes} bytes: ${blocks} superblocks`);
    }
  assert.equal(flashGeometry(SMALL, 64 * UNIT_BYTES), undefined);
});
