import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EngineError } from '../../../engine/errors.js';
import { encodeCounts } from '../../../engine/stats/hdr.js';
import { addEncoded, decodeCounts } from '../../../engine/stats/hdr-decode.js';
import { HISTOGRAM_LENGTH, latencyIndex } from '../../../engine/stats/histogram.js';
import { emptyHistogram } from '../../../engine/stats/percentiles.js';
import { forged, LIES } from '../../attack/documents/forged-histogram.js';
import { countsOf, randomLatencies, seededRandom } from './random.js';

const isUnreadable = (reason: RegExp) => (error: unknown) =>
  error instanceof EngineError && error.code === 'HISTOGRAM_UNREADABLE' && reason.test(error.reason);

describe('decodeCounts', () => {
  test('reads what encodeCounts wrote, of many sizes', () => {
    for (const [i, count] of [0, 1, 2, 100, 20_000].entries()) {
      const counts = countsOf(randomLatencies(i, count, 37));
      assert.deepEqual(decodeCounts(encodeCounts(counts)), counts);
    }
  });

  test('reads counts at both ends, and one at every index', () => {
    const ends = emptyHistogram();
    ends[0] = 2 ** 45 + 7;
    ends[HISTOGRAM_LENGTH - 1] = 2 ** 52;
    assert.deepEqual(decodeCounts(encodeCounts(ends)), ends);
    const full = emptyHistogram().fill(1);
    assert.deepEqual(decodeCounts(encodeCounts(full)), full);
  });

  test('reads runs of empty counts that end where the histogram ends', () => {
    const entries = [5n, -(BigInt(HISTOGRAM_LENGTH) - 1n)];
    assert.equal(decodeCounts(forged({ entries }))[0], 5);
  });

  test('refuses what is no histogram, or cut off', () => {
    assert.throws(() => decodeCounts('bm90IGEgaGlzdG9ncmFt'), isUnreadable(/V2/));
    const encoded = encodeCounts(countsOf(randomLatencies(4, 5000, 37)));
    for (let length = 0; length < encoded.length - 4; length += 97)
      assert.throws(() => decodeCounts(encoded.slice(0, length)), isUnreadable(/./), `at ${length}`);
  });

  test('refuses more text than a histogram can have', () => {
    assert.throws(() => decodeCounts('A'.repeat(600_000)), isUnreadable(/600000 characters/));
  });

  for (const [name, data] of Object.entries(LIES))
    test(`refuses ${name}`, () => assert.throws(() => decodeCounts(data), isUnreadable(/./)));

  test('takes or refuses any bytes, without another failure', () => {
    const random = seededRandom(11);
    const whole = Buffer.from(encodeCounts(countsOf(randomLatencies(5, 3000, 37))), 'base64');
    for (let round = 0; round < 2000; round++) {
      const bytes = Buffer.from(whole);
      for (let i = 0; i <= random() * 4; i++)
        bytes[Math.floor(random() * (i === 0 ? 12 : bytes.length))] = random() * 256;
      try {
        decodeCounts(bytes.toString('base64'));
      } catch (error) {
        assert.ok(error instanceof EngineError, String(error));
      }
    }
  });
});

describe('addEncoded', () => {
  test('adds to what is there, and says how many bytes it unpacked and where the last count is', () => {
    const counts = countsOf([5, 5, 1_000_000]);
    const into = emptyHistogram().fill(1);
    const { unpackedBytes, lastIndex } = addEncoded(into, encodeCounts(counts));
    assert.deepEqual(
      into,
      counts.map((count) => count + 1),
    );
    assert.ok(unpackedBytes > 40 && unpackedBytes < 60, String(unpackedBytes));
    assert.equal(lastIndex, latencyIndex(1_000_000));
    assert.equal(addEncoded(into, encodeCounts(emptyHistogram())).lastIndex, -1);
  });
});
