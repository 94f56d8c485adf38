/** What a drive of flash is like before the first command: full, steady, worn. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greedyWriteAmplification } from './theory.js';
import { SMALL, VirtualDrive } from './virtual-drive.js';

const UNITS = 131_072;

test('a drive that starts steady amplifies random writes from the first one on as one that was written for long', () => {
  for (const overProvisioning of [0.07, 0.28]) {
    const drive = new VirtualDrive({ ...SMALL, overProvisioning, start: 'steady' }, UNITS);
    assert.equal(drive.flash.mapping.mapped, UNITS);
    const wanted = greedyWriteAmplification(1 + overProvisioning);
    for (let part = 0; part < 3; part++) {
      const [programmed, host] = [drive.programmed(), drive.hostUnits()];
      drive.writeRandomly(UNITS / 4);
      const found = (drive.programmed() - programmed) / (drive.hostUnits() - host);
      assert.ok(Math.abs(found / wanted - 1) < 0.06, `${found} of ${wanted} in quarter ${part}`);
    }
  }
});

test('a drive that starts full has its data on the flash, and its spare blocks to write to', () => {
  const full = new VirtualDrive({ ...SMALL, start: 'full' }, UNITS);
  assert.equal(full.flash.mapping.mapped, UNITS);
  const filled = new VirtualDrive(SMALL, UNITS);
  filled.fill();
  assert.equal(full.flash.mapping.writable(), filled.flash.mapping.writable());
  assert.ok(full.read(0) > SMALL.readNs[0] / 1e6);
});

test('reads of worn flash are sensed again, the oftener the more it has been erased', () => {
  const mean = (startCycles: number): { us: number; retries: number } => {
    const drive = new VirtualDrive({ ...SMALL, start: 'full', startCycles }, UNITS);
    let us = 0;
    for (let i = 0; i < 4000; i++) {
      drive.pass(1);
      us += (1000 * drive.read(drive.below(UNITS))) / 4000;
    }
    return { us, retries: drive.flash.dies.retries / 4000 };
  };
  const [fresh, half, rated] = [0, SMALL.ratedCycles / 2, SMALL.ratedCycles].map(mean);
  assert.equal(fresh.retries, 0);
  assert.ok(Math.abs(half.retries - 0.25) < 0.03, `${half.retries}`);
  assert.ok(Math.abs(rated.retries - 1) < 0.01, `${rated.retries}`);
  const tR = SMALL.readNs[0] / 1000;
  assert.ok(Math.abs((rated.us - fresh.us) / tR - 1) < 0.02, `${fresh.us} and ${rated.us} us`);
  const worn = new VirtualDrive({ ...SMALL, startCycles: 1500 }, UNITS);
  assert.equal(worn.flash.usedPercent(), 50);
});
