/** A drive that warms: where its temperature goes, and what it does then. In virtual time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FLASH_PARTS } from '../../../../engine/device/flash/parts.js';
import { VirtualDrive } from './virtual-drive.js';

const UNITS = 65_536;
const HEAT_MS = 100;
const SPEC = { ...FLASH_PARTS['storage-class'], heatNs: HEAT_MS * 1e6 };
const IDLE = 328;
const LIMIT = 343;
/** Kelvin for a byte a second. */
const PER_RATE = 4 * 2e-9;

/** Writes of 64 units in order, one every so many ms or, where it is not done by then, once it is; bytes a second. */
function write(drive: VirtualDrive, ms: number, everyMs: number): number {
  const fromMs = drive.nowMs;
  let unit = 0;
  let bytes = 0;
  while (drive.nowMs < fromMs + ms) {
    drive.pass(Math.max(everyMs, drive.write(unit, 64)));
    unit = (unit + 64) % UNITS;
    bytes += 64 * 4096;
  }
  return (1000 * bytes) / (drive.nowMs - fromMs);
}

const near = (found: number, wanted: number, within: number): void =>
  assert.ok(Math.abs(found / wanted - 1) < within, `${found} where ${wanted} is expected`);

test('it warms as its work says, and cools', () => {
  const drive = new VirtualDrive(SPEC, UNITS);
  const { heat } = drive.flash;
  const told = (): number => drive.flash.kelvin(Float64Array.of(drive.nowMs));
  assert.equal(told(), IDLE);
  const rate = write(drive, 10 * HEAT_MS, 0.2);
  near(heat!.kelvin[0] - IDLE, rate * PER_RATE, 0.03);
  assert.equal(heat!.throttled, 0);
  const warm = heat!.kelvin[0] - IDLE;
  assert.equal(told(), Math.round(heat!.kelvin[0]));
  drive.pass(HEAT_MS);
  // what SMART says of a drive that rests
  near(told() - IDLE, warm / Math.E, 0.1);
  drive.read(UNITS - 1);
  near(heat!.kelvin[0] - IDLE, warm / Math.E, 0.02);
});

test('beyond the limit it is slowed until heat and cooling are even', () => {
  const drive = new VirtualDrive(SPEC, UNITS);
  const { heat } = drive.flash;
  const cold = write(drive, HEAT_MS / 10, 0);
  write(drive, 10 * HEAT_MS, 0);
  const slowed = write(drive, 2 * HEAT_MS, 0);
  const kelvin = heat!.kelvin[0];
  assert.ok(kelvin > LIMIT && kelvin < LIMIT + 5, `${kelvin} K`);
  near(slowed * PER_RATE, kelvin - IDLE, 0.05);
  assert.ok(slowed < 0.6 * cold && heat!.throttled > 0, `${cold} and ${slowed} B/s`);
});
