/** Write amplification of the flash model, held against what analysis says of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greedyWriteAmplification } from './theory.js';
import { SMALL, VirtualDrive } from './virtual-drive.js';

const UNITS = 131_072;

/** In steady state, of uniform random writes, and the flash for each unit of the namespace that collection really had. */
function steady(overProvisioning: number): { amplification: number; alpha: number } {
  const drive = new VirtualDrive({ ...SMALL, overProvisioning }, UNITS);
  const { mapping, geometry } = drive.flash;
  drive.fill();
  drive.writeRandomly(3 * UNITS);
  const [programmed, host] = [drive.programmed(), drive.hostUnits()];
  let writable = 0;
  for (let part = 0; part < 64; part++) {
    drive.writeRandomly(UNITS / 32);
    writable += mapping.writable() / 64;
  }
  const amplification = (drive.programmed() - programmed) / (drive.hostUnits() - host);
  return { amplification, alpha: (geometry.physicalUnits - writable) / UNITS };
}

const near = (found: number, wanted: number, within: number): void =>
  assert.ok(Math.abs(found / wanted - 1) < within, `${found} where ${wanted} is expected`);

test('the closed form gives what its authors publish', () => {
  near(greedyWriteAmplification(1.3), 2.36, 0.003);
});

test('7 and 28 % of over-provisioning amplify writes as greedy collection does by analysis', () => {
  for (const overProvisioning of [0.07, 0.28]) {
    const { amplification, alpha } = steady(overProvisioning);
    near(alpha, 1 + overProvisioning, 0.005);
    near(amplification, greedyWriteAmplification(1 + overProvisioning), 0.05);
  }
});

test('sequential writes are not amplified', () => {
  const drive = new VirtualDrive(SMALL, 32_768);
  for (let pass = 0; pass < 4; pass++) drive.fill();
  near(drive.programmed() / drive.hostUnits(), 1, 0.01);
  assert.equal(drive.flash.collector.movedUnits, 0);
});

test('what is written over while it is in the buffer is programmed once', () => {
  const drive = new VirtualDrive(SMALL, 32_768);
  for (let i = 0; i < 1000; i++) drive.pass(drive.write(i % 4));
  assert.equal(drive.programmed(), 0);
  assert.equal(drive.hostUnits(), 1000);
});
