/** A controller without DRAM: what reads cost whose part of the mapping is not at hand, and what memory of the host's is worth. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FLASH_PARTS } from '../../../../engine/device/flash/parts.js';
import { parseSimOptions } from '../../../../engine/path/pcie/transport/sim-options.js';
import { VirtualDrive } from './virtual-drive.js';

const UNITS = 131_072;
const SPEC = { ...FLASH_PARTS.consumer, channels: 1, diesPerChannel: 1, start: 'full' } as const;
const TR = SPEC.readNs[0] / 1000;

/** The mean of random reads one at a time within the first so many units, once what they need has been read; in us. */
function readsWithin(drive: VirtualDrive, units: number): number {
  let us = 0;
  for (let i = 0; i < 8000; i++) {
    drive.pass(1);
    const one = 1000 * drive.read(drive.below(units));
    if (i >= 4000) us += one / 4000;
  }
  return us;
}

test('reads beyond what is at hand read the mapping first; memory that a host lends moves that further out', () => {
  const drive = new VirtualDrive(SPEC, UNITS);
  const lent = 0.03 * UNITS;
  const whole = readsWithin(new VirtualDrive({ ...SPEC, ownMapShare: 1 }, UNITS), lent);
  const wide = readsWithin(drive, lent);
  assert.ok(Math.abs((wide - whole) / TR - 1) < 0.15, `${whole} and ${wide} us`);
  drive.flash.hostMemory(32 * 2 ** 20);
  assert.ok(Math.abs(readsWithin(drive, lent) - whole) < 0.05 * TR);
  const all = readsWithin(drive, UNITS);
  assert.ok(all > wide * 0.9, `${all} us over all of it`);
  // a reset takes it away
  drive.flash.reset();
  assert.ok(Math.abs(readsWithin(drive, lent) - wide) < 0.1 * TR);
});

test('such a drive asks for the memory, unless it is told what to ask for', () => {
  const asked = (options: Record<string, string>): number =>
    parseSimOptions(options, 1).config.personality.hostMemoryBytes;
  assert.equal(asked({ flash: 'consumer' }), 32 * 2 ** 20);
  assert.equal(asked({ flash: 'consumer', hmpre: '8MiB' }), 8 * 2 ** 20);
  assert.equal(asked({ flash: 'tlc' }), 0);
});
