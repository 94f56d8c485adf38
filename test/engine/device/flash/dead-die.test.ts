/** A drive of flash that has lost a die, held against what analysis says of the room that is left. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greedyWriteAmplification } from './theory.js';
import { SMALL, VirtualDrive } from './virtual-drive.js';

const UNITS = 65_536;
const DIES = 8;
const OVER_PROVISIONING = 0.28;

test('without one of eight dies it amplifies writes as with an eighth less flash, and leaves that die alone', () => {
  const spec = { ...SMALL, diesPerChannel: DIES, planes: 1, overProvisioning: OVER_PROVISIONING };
  const drive = new VirtualDrive(spec, UNITS);
  const { mapping, geometry } = drive.flash;
  assert.equal(geometry.dies, DIES);
  drive.fill();
  let lost = 0;
  assert.ok(drive.flash.failDie(3, (_slba, lbas) => (lost += lbas)));
  assert.ok(Math.abs(lost / UNITS - 1 / DIES) < 0.005, `${lost}`);
  assert.equal(mapping.mapped, UNITS - lost);
  assert.equal(
    drive.flash.failDie(4, () => undefined),
    false,
  );
  drive.writeRandomly(4 * UNITS);
  const [programmed, host] = [drive.programmed(), drive.hostUnits()];
  let writable = 0;
  for (let part = 0; part < 32; part++) {
    drive.writeRandomly(UNITS / 16);
    writable += mapping.writable() / 32;
  }
  const amplification = (drive.programmed() - programmed) / (drive.hostUnits() - host);
  const left = (geometry.physicalUnits * (DIES - 1)) / DIES;
  const expected = greedyWriteAmplification((left - writable) / mapping.mapped);
  assert.ok(Math.abs(amplification / expected - 1) < 0.05, `${amplification} where ${expected} is expected`);
  const places = mapping.places.filter((place) => place >= 0);
  const die = (place: number): number =>
    Math.floor((place % geometry.unitsPerBlock) / geometry.unitsPerProgram) % DIES;
  assert.ok(places.length > 0.99 * UNITS && places.every((place) => die(place) !== 3));
});
