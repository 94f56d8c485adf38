/** What a host sees of flash: the write cliff, the steady state, reads behind writes, trim. In virtual time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SMALL, VirtualDrive } from './virtual-drive.js';

const UNITS = 32_768;
const SPEC = { ...SMALL, overProvisioning: 0.07 };

test('random writes are as fast as programs until the spare blocks are used up, then fall by the amplification', () => {
  const drive = new VirtualDrive(SPEC, UNITS);
  drive.fill();
  const { unitsPerProgram } = drive.flash.geometry;
  const programs = (unitsPerProgram * 4096) / (SPEC.programNs / 1e6) / 1e3;
  // of the 7 % that are spare, so much is left when collection begins
  const fresh = drive.writeRandomly(UNITS * 0.06);
  assert.ok(Math.abs(fresh / programs - 1) < 0.05, `${fresh} MB/s of ${programs}`);
  drive.writeRandomly(4 * UNITS);
  const [programmed, host] = [drive.programmed(), drive.hostUnits()];
  const steady = drive.writeRandomly(UNITS);
  const again = drive.writeRandomly(UNITS);
  assert.ok(Math.abs(steady / again - 1) < 0.05, `${steady} and then ${again} MB/s`);
  const amplification = (drive.programmed() - programmed) / (drive.hostUnits() - host);
  // reads of the collection and erases take time too, a tenth or so
  const bound = fresh / amplification;
  assert.ok(steady < bound && steady > 0.7 * bound, `${steady} MB/s, ${bound} without reads and erases`);
  assert.ok(fresh / steady > 7, `${fresh} and then ${steady} MB/s`);
});

/** The slowest and the median of reads, one at a time, while random writes go on; in us. */
function readsBesideWrites(suspendNs: number): { median: number; slowest: number } {
  const drive = new VirtualDrive({ ...SPEC, suspendNs }, UNITS);
  drive.fill();
  const us: number[] = [];
  for (let i = 0; i < 3000; i++) {
    drive.write(drive.below(UNITS));
    us.push(1000 * drive.read(drive.below(UNITS)));
    drive.pass(us[i] / 1000 + 0.7);
  }
  us.sort((a, b) => a - b);
  return { median: us[us.length / 2], slowest: us[us.length - 1] };
}

test('a read behind a program waits for it, or for the die to be suspended', () => {
  const idle = new VirtualDrive(SPEC, UNITS);
  idle.fill();
  idle.pass(100);
  const alone = 1000 * idle.read(0);
  // tR, the transfers and the firmware
  assert.ok(alone > 77.5 && alone < 90, `${alone} us`);
  const waits = readsBesideWrites(0);
  const suspends = readsBesideWrites(20_000);
  assert.ok(waits.slowest > SPEC.programNs / 1000, `${waits.slowest} us`);
  assert.ok(waits.slowest < (SPEC.programNs + SPEC.eraseNs) / 1000 + 300, `${waits.slowest} us`);
  assert.ok(suspends.slowest < alone + 20 + 2 * 56 + 5, `${suspends.slowest} us`);
  assert.ok(suspends.median < alone + 21 && waits.median >= suspends.median);
});

test('reads of what is buffered, and of what was never written, do not touch the flash', () => {
  const drive = new VirtualDrive(SPEC, UNITS);
  drive.write(5);
  assert.ok(drive.read(5) < 0.01);
  assert.ok(drive.read(6) < 0.01);
  assert.equal(drive.flash.dies.pagesRead, 0);
});

test('a drive is as fast as a new one again once it was trimmed and written in order', () => {
  const drive = new VirtualDrive(SPEC, UNITS);
  drive.fill();
  const fresh = drive.writeRandomly(UNITS * 0.06);
  drive.writeRandomly(4 * UNITS);
  const worn = drive.writeRandomly(UNITS * 0.06);
  drive.trim(0, UNITS);
  drive.pass(1000);
  assert.equal(drive.flash.mapping.mapped, 0);
  const trimmed = drive.writeRandomly(UNITS * 0.06);
  assert.ok(worn < fresh / 5 && Math.abs(trimmed / fresh - 1) < 0.1, `${fresh}, ${worn}, ${trimmed} MB/s`);
  // what is trimmed is over-provisioning: of half a drive, writes are amplified as little as that lets
  const half = new VirtualDrive(SPEC, UNITS);
  half.fill();
  half.trim(UNITS / 2, UNITS / 2);
  half.writeRandomly(4 * UNITS, 16, UNITS / 2);
  const [programmed, host] = [half.programmed(), half.hostUnits()];
  half.writeRandomly(UNITS, 16, UNITS / 2);
  const amplification = (half.programmed() - programmed) / (half.hostUnits() - host);
  assert.ok(amplification > 1 && amplification < 1.3, `${amplification}`);
});

test('Flush waits for what is buffered where that would be lost, and fills its program up', () => {
  const kept = new VirtualDrive(SPEC, UNITS);
  kept.write(0);
  assert.ok(kept.flush() < 0.01);
  const lost = new VirtualDrive({ ...SPEC, protectedBuffer: false }, UNITS);
  lost.write(0);
  const ms = lost.flush();
  assert.ok(ms > SPEC.programNs / 1e6 && ms < SPEC.programNs / 1e6 + 0.12, `${ms} ms`);
  assert.equal(lost.flash.paddedUnits, lost.flash.geometry.unitsPerProgram - 1);
  assert.ok(lost.flush() >= 0 && lost.programmed() === lost.flash.geometry.unitsPerProgram);
});

test('a write with FUA is over once it is programmed, where the buffer would be lost', () => {
  const kept = new VirtualDrive(SPEC, UNITS);
  assert.equal(kept.writeThrough(0), new VirtualDrive(SPEC, UNITS).write(0));
  const lost = new VirtualDrive({ ...SPEC, protectedBuffer: false }, UNITS);
  const ms = lost.writeThrough(0);
  assert.ok(ms > SPEC.programNs / 1e6 && ms < SPEC.programNs / 1e6 + 0.12, `${ms} ms`);
  assert.ok(lost.write(1) < SPEC.programNs / 1e6);
});

test('writes wait for the dies once the buffer is full', () => {
  const drive = new VirtualDrive(SPEC, UNITS);
  const { unitsPerProgram, dies } = drive.flash.geometry;
  const room = SPEC.bufferedProgramsPerDie * dies * unitsPerProgram;
  for (let unit = 0; unit < room; unit++) {
    assert.ok(drive.write(unit) < 0.01, `unit ${unit} of ${room}`);
    drive.pass(0.001);
  }
  assert.ok(drive.write(room) > SPEC.programNs / 1e6 - 0.05);
});
