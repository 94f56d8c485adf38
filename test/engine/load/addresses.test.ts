import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AddressStream } from '../../../engine/load/addresses.js';
import type { Workload } from '../../../engine/load/job.js';

function stream(part: Partial<Workload>): AddressStream {
  const workload = { random: true, readPercent: 100, blockLbas: 8, startLba: 0, blocks: 1000, seed: 1 };
  return new AddressStream({ ...workload, ...part });
}

const slbaOf = (s: AddressStream): number => (s.slbaLow >>> 0) + s.slbaHigh * 2 ** 32;

function draw(s: AddressStream, count: number): number[] {
  return Array.from({ length: count }, () => {
    s.next();
    return slbaOf(s);
  });
}

test('sequential addresses step by the block size and wrap at the end of the region', () => {
  assert.deepEqual(draw(stream({ random: false, blocks: 3, startLba: 100 }), 5), [100, 108, 116, 100, 108]);
});

test('random addresses are aligned to the block size and stay within the region', () => {
  for (const slba of draw(stream({ startLba: 16, blocks: 10 }), 5000)) {
    assert.equal((slba - 16) % 8, 0);
    assert.ok(slba >= 16 && slba < 16 + 80);
  }
});

test('random addresses reach every block about equally often', () => {
  const counts = new Float64Array(16);
  for (const slba of draw(stream({ blocks: 16, blockLbas: 1 }), 160_000)) counts[slba]++;
  const chiSquared = counts.reduce((sum, n) => sum + (n - 10_000) ** 2 / 10_000, 0);
  assert.ok(chiSquared < 50, `chi squared of 15 degrees of freedom: ${chiSquared}`);
});

test('addresses past 2^32 blocks are whole and use the high word', () => {
  const blocks = 2 ** 36;
  const drawn = draw(stream({ blocks, blockLbas: 1 }), 1000);
  assert.ok(drawn.every((slba) => Number.isInteger(slba) && slba < blocks));
  assert.ok(drawn.some((slba) => slba > 2 ** 35));
  assert.ok(new Set(drawn.map((slba) => slba % 4)).size === 4);
});

test('one seed gives one stream, another seed another', () => {
  assert.deepEqual(draw(stream({ seed: 5 }), 50), draw(stream({ seed: 5 }), 50));
  assert.notDeepEqual(draw(stream({ seed: 5 }), 50), draw(stream({ seed: 6 }), 50));
});

test('the share of reads follows readPercent', () => {
  for (const readPercent of [0, 30, 100]) {
    const s = stream({ readPercent });
    let reads = 0;
    for (let i = 0; i < 20_000; i++) {
      s.next();
      if (s.direction === 0) reads++;
    }
    const expected = readPercent * 200;
    assert.ok(Math.abs(reads - expected) <= (readPercent % 100 === 0 ? 0 : 400), `${reads} reads of 20000`);
  }
});
