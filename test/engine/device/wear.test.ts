/** The speed of writes on a drive that wears, in a time of its own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Wear } from '../../../engine/device/wear.js';

const MIB = 2 ** 20;
const SPEC = { freshBytesPerSecond: 64 * MIB, steadyBytesPerSecond: 8 * MIB, afterBytes: 32 * MIB };
const SIZE = 64 * MIB;

/** Writes so much in pieces, all asked for at once; ms until the last is over. */
function writeAll(wear: Wear, bytes: number, pieceBytes = 4096, fromMs = 0): number {
  const times = Float64Array.of(fromMs, 0);
  for (let done = 0; done < bytes; done += pieceBytes) {
    times[1] = times[0];
    wear.wrote(0, pieceBytes);
    wear.delay(times, 0, 1);
  }
  return times[1] - fromMs;
}

/** The same by the integral of dw / rate(w), in ms. */
function expectedMs(fromBytes: number, toBytes: number): number {
  const { freshBytesPerSecond: fresh, steadyBytesPerSecond: steady, afterBytes } = SPEC;
  const at = (bytes: number): number => Math.log(steady * Math.exp(bytes / afterBytes) + (fresh - steady));
  return ((1000 * afterBytes) / steady) * (at(toBytes) - at(fromBytes));
}

const near = (found: number, wanted: number): void =>
  assert.ok(Math.abs(found / wanted - 1) < 0.005, `${found} where ${wanted} is expected`);

test('writes take as long as the decline of the rate says', () => {
  const wear = new Wear(SPEC, SIZE, 1);
  near(writeAll(wear, 32 * MIB), expectedMs(0, 32 * MIB));
  near(writeAll(wear, 32 * MIB, 131_072, 1e6), expectedMs(32 * MIB, 64 * MIB));
});

test('it settles at the steady rate', () => {
  const wear = new Wear(SPEC, SIZE, 1);
  writeAll(wear, 512 * MIB, 131_072);
  near(writeAll(wear, 8 * MIB, 4096, 1e9), 1000);
});

test('it is fresh once all of it was deallocated with no write between, and when it is formatted', () => {
  const wear = new Wear(SPEC, SIZE, 1);
  const again = (): number => writeAll(wear, 8 * MIB, 4096, 1e9);
  const fresh = writeAll(wear, 8 * MIB);
  writeAll(wear, 256 * MIB, 131_072);
  wear.deallocated(0, SIZE / 2);
  wear.reset();
  near(again(), 1000);
  wear.deallocated(0, SIZE / 2);
  wear.reset();
  near(again(), 1000);
  wear.deallocated(0, SIZE / 4);
  wear.deallocated(0, (3 * SIZE) / 4);
  wear.reset();
  near(again(), fresh);
  wear.refresh();
  wear.reset();
  near(again(), fresh);
});

test('what is no write takes no time', () => {
  const wear = new Wear(SPEC, SIZE, 1);
  const times = Float64Array.of(7, 7);
  wear.delay(times, 0, 1);
  assert.equal(times[1], 7);
});
