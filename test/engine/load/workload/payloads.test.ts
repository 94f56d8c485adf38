import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deflateSync } from 'node:zlib';
import type { JobSpec } from '../../../../engine/load/job.js';
import type { Content } from '../../../../engine/load/workload/content.js';
import { writtenBy } from './media.js';

const IO_BYTES = 4096;
/** Of a pass over 16 MiB. */
const IOS = 4096;
const ONE_PASS = { random: false, numberIos: IOS } as const;
const RANDOM: Content = { patternPercent: 0, chunkBytes: 512, refill: true };

/** All that a job leaves on a namespace of 16 MiB. */
async function bytesWritten(content: Content, change: Partial<JobSpec> = {}, options = ''): Promise<Buffer> {
  let found = Buffer.alloc(0);
  await writtenBy({ ...ONE_PASS, content, ...change }, options, (media) => {
    found = Buffer.concat(
      media.map((words) => Buffer.from(words.buffer, words.byteOffset, words.byteLength)),
    );
  });
  return found;
}

const piecesOf = (bytes: Buffer, size: number): string[] =>
  Array.from({ length: bytes.length / size }, (_, i) => bytes.toString('latin1', i * size, (i + 1) * size));

/** What deflate leaves of each piece by itself, over the whole. */
function leftOf(bytes: Buffer, size: number): number {
  const left = piecesOf(bytes, size).map((piece) => deflateSync(Buffer.from(piece, 'latin1')).length);
  return left.reduce((sum, length) => sum + length, 0) / bytes.length;
}

const differentIn = (bytes: Buffer, size: number): number => new Set(piecesOf(bytes, size)).size;

describe('what a job leaves on the media', () => {
  test('is zeros where it is to be', async () => {
    const random = await bytesWritten(RANDOM);
    assert.ok(random.some((byte) => byte !== 0));
    assert.ok(
      (await bytesWritten({ patternPercent: 100, chunkBytes: 0, refill: false })).every((b) => b === 0),
    );
  });

  for (const bytes of [[0xde, 0xad, 0xfa, 0xce], [1], [1, 2, 3], [1, 2, 3, 4, 5, 6]])
    test(`is a pattern of ${bytes.length} bytes, from the beginning of each I/O on`, async () => {
      const pattern = { bytes, offsets: [] };
      const media = await bytesWritten({ pattern, patternPercent: 100, chunkBytes: 512, refill: false });
      const io = Buffer.from(Array.from({ length: IO_BYTES }, (_, at) => bytes[at % bytes.length]));
      assert.deepEqual([...new Set(piecesOf(media, IO_BYTES))], [io.toString('latin1')]);
    });

  for (const lbaBytes of [512, 4096])
    test(`tells the place of each block of ${lbaBytes} bytes where the pattern does`, async () => {
      const pattern = { bytes: [7, 0, 0, 0, 0, 0, 0, 0, 0, 9], offsets: [1] };
      const content = { pattern, patternPercent: 100, chunkBytes: 512, refill: false };
      const media = await bytesWritten(content, { random: true }, `&lba=${lbaBytes}`);
      for (let at = 0; at < media.length; at += lbaBytes)
        for (let next = at; next + 10 <= at + lbaBytes; next += 10) {
          assert.equal(media[next], 7);
          assert.equal(media.readBigUInt64LE(next + 1), BigInt(at));
          assert.equal(media[next + 9], 9);
        }
    });

  test('is new in each block where buffers are refilled', async () => {
    assert.equal(differentIn(await bytesWritten(RANDOM), 512), 32_768);
    assert.ok(leftOf(await bytesWritten(RANDOM), IO_BYTES) > 0.99);
  });

  test('is what the buffers were filled with where they are left alone', async () => {
    const media = await bytesWritten({ ...RANDOM, refill: false });
    // 32 slots.
    assert.equal(differentIn(media, IO_BYTES), 32);
  });

  for (const percent of [10, 50, 80])
    for (const chunkBytes of [512, 4096, 0])
      test(`compresses by ${percent} % in chunks of ${chunkBytes} bytes`, async () => {
        const media = await bytesWritten(
          { patternPercent: percent, chunkBytes, refill: true },
          { bsBytes: 16_384, numberIos: 1024 },
        );
        const left = leftOf(media, 16_384);
        assert.ok(Math.abs(left - (1 - percent / 100)) < 0.04, `${left} of it is left`);
        assert.equal(differentIn(media, 16_384), 1024);
      });

  test('has a pattern in place of zeros behind what is random', async () => {
    const pattern = { bytes: [0xab, 0xcd], offsets: [] };
    const media = await bytesWritten({ pattern, patternPercent: 50, chunkBytes: 512, refill: true });
    for (let at = 0; at < media.length; at += 512) {
      assert.equal(media.toString('hex', at + 256, at + 512), 'abcd'.repeat(128));
      assert.notEqual(media.toString('hex', at + 252, at + 256), 'abcdabcd');
    }
  });

  for (const percent of [20, 50, 90])
    test(`is for ${percent} % what another write carried`, async () => {
      const dedupe = { percent, ofAllWorkers: false };
      const media = await bytesWritten({ ...RANDOM, dedupe });
      const share = 100 * (1 - differentIn(media, IO_BYTES) / IOS);
      // Four deviations of a binomial.
      assert.ok(Math.abs(share - percent) < 400 * Math.sqrt(0.25 / IOS), `${share} %`);
    });

  test('is all the same at 100 %', async () => {
    const media = await bytesWritten({ ...RANDOM, dedupe: { percent: 100, ofAllWorkers: false } });
    assert.equal(differentIn(media, IO_BYTES), 1);
  });

  test('compresses and has duplicates, each as far as asked', async () => {
    const content = { ...RANDOM, patternPercent: 50, dedupe: { percent: 50, ofAllWorkers: false } };
    const media = await bytesWritten(content);
    const share = 1 - differentIn(media, IO_BYTES) / IOS;
    assert.ok(Math.abs(share - 0.5) < 0.04, `${share}`);
    assert.ok(Math.abs(leftOf(media, IO_BYTES) - 0.5) < 0.05);
  });

  test('has the writes of a working set again and again, and no other twice', async () => {
    const setIos = 400;
    const media = await bytesWritten({ ...RANDOM, dedupe: { percent: 60, setIos, ofAllWorkers: false } });
    const counts = new Map<string, number>();
    for (const piece of piecesOf(media, IO_BYTES)) counts.set(piece, (counts.get(piece) ?? 0) + 1);
    const often = [...counts.values()].filter((count) => count > 1);
    assert.ok(often.length > 300 && often.length <= setIos, `${often.length} come more than once`);
    const fresh = IOS * 0.4;
    assert.ok(Math.abs(counts.size - fresh) < 4 * Math.sqrt(IOS * 0.24), `${counts.size} differ`);
  });

  for (const ofAllWorkers of [false, true])
    test(`of two workers ${ofAllWorkers ? 'is' : 'is not'} partly the same${ofAllWorkers ? ' where they share a working set' : ''}`, async () => {
      const change = { numjobs: 2, sizeBytes: 2 ** 23, offsetIncrementBytes: 2 ** 23, numberIos: IOS / 2 };
      const media = await bytesWritten(
        { ...RANDOM, dedupe: { percent: 50, setIos: 400, ofAllWorkers } },
        change,
      );
      const half = media.length / 2;
      const first = new Set(piecesOf(media.subarray(0, half), IO_BYTES));
      const both = new Set(piecesOf(media.subarray(half), IO_BYTES).filter((piece) => first.has(piece)));
      assert.ok(ofAllWorkers ? both.size > 200 : both.size === 0, `${both.size} in both`);
    });

  test('is the beginning of the same data in I/Os of several lengths', async () => {
    const law = {
      split: [
        { bytes: 4096, percent: 50 },
        { bytes: 16_384, percent: 50 },
      ],
    };
    const lengths = { write: { law, alignBytes: 4096 } };
    const change = { bsBytes: 16_384, lengths, numberIos: 1500 };
    const content = { ...RANDOM, patternPercent: 40, dedupe: { percent: 70, ofAllWorkers: false } };
    const media = await bytesWritten(content, change);
    const pieces = piecesOf(media.subarray(0, 1000 * 10_240 - ((1000 * 10_240) % 4096)), 4096);
    const left = leftOf(Buffer.from(pieces.join(''), 'latin1'), 4096);
    assert.ok(Math.abs(left - 0.6) < 0.05, `${left}`);
    const share = 1 - new Set(pieces).size / pieces.length;
    // Neighbours that are alike are 1 / 0.3 on average, of which 77 % have a long one among them: 1 + 3 × 0.77 of 8.3 pieces differ.
    assert.ok(Math.abs(share - 0.603) < 0.06, `${share}`);
  });
});
