import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FIRST_SEQUENCE, STAMP, StampedBlocks } from '../../../../engine/load/workload/payload.js';
import { SLOT } from '../../../../engine/path/path.js';
import { baseOf, takeRecords } from '../../../../engine/path/records.js';
import { writtenBy } from './media.js';

const TWO_32 = 2 ** 32;
/** Words of a logical block of 512 bytes. */
const LBA_WORDS = 128;

/** Buffers of `lbas` blocks of 512 bytes for four slots, and what their commands are, in RECORDS or `apart`. */
function buffersOf(lbas: number, apart = false) {
  const slots = apart ? new Int32Array(4 * SLOT.WORDS) : takeRecords(4);
  const data = Array.from({ length: 4 }, () => new Int32Array(lbas * LBA_WORDS));
  const set = (slot: number, slba: number): void => {
    slots[slot * SLOT.WORDS + SLOT.SLBA_LOW] = slba | 0;
    slots[slot * SLOT.WORDS + SLOT.SLBA_HIGH] = Math.floor(slba / TWO_32);
  };
  return { slots, data, set, base: baseOf(slots) };
}

/** What the stamp at word `at` says. */
const stampAt = (words: Int32Array, at: number) => ({
  slba: (words[at + STAMP.SLBA_LOW] >>> 0) + words[at + STAMP.SLBA_HIGH] * TWO_32,
  sequence: words[at + STAMP.SEQUENCE] - FIRST_SEQUENCE,
  tag: words[at + STAMP.TAG],
});

describe('before a write', () => {
  for (const [lbas, apart] of [
    [3, false],
    [8, false],
    [8, true],
  ] as const)
    test(`each of ${lbas} logical blocks gets its address, the number of the write, and the tag of its writer${apart ? ', apart from RECORDS' : ''}`, () => {
      const { slots, data, set, base } = buffersOf(lbas, apart);
      const payload = new StampedBlocks(512, 77, true);
      payload.prepare(data, 5, base);
      const untouched = data[1].slice();
      for (const [slot, slba] of [10, 20, 30, 40].entries()) set(slot, slba);
      payload.stamp(slots, data, Uint16Array.of(2, 0), 2, base);
      payload.stamp(slots, data, Uint16Array.of(3, 1), 1, base);
      for (const [slot, slba, sequence] of [
        [2, 30, 0],
        [0, 10, 1],
        [3, 40, 2],
      ])
        for (let block = 0; block < lbas; block++)
          assert.deepEqual(stampAt(data[slot], block * LBA_WORDS), { slba: slba + block, sequence, tag: 77 });
      assert.deepEqual(data[1], untouched);
    });

  for (const lbas of [4, 8])
    test(`nothing but the stamp of ${lbas} blocks changes`, () => {
      const { slots, data, set, base } = buffersOf(lbas);
      const payload = new StampedBlocks(512, 1, true);
      payload.prepare(data, 1, base);
      const before = data[0].slice();
      set(0, 5);
      payload.stamp(slots, data, Uint16Array.of(0), 1, base);
      const changed = [...data[0].keys()].filter((at) => data[0][at] !== before[at]);
      assert.ok(changed.length >= 2 && changed.every((at) => at % LBA_WORDS < STAMP.WORDS));
    });

  test('blocks of 4096 bytes are stamped once each', () => {
    const { slots, set, base } = buffersOf(0);
    set(0, 9);
    const words = new Int32Array(2048);
    const payload = new StampedBlocks(4096, 3, true);
    payload.prepare([words], 1, base);
    const before = words.slice();
    payload.stamp(slots, [words], Uint16Array.of(0), 1, base);
    assert.deepEqual([stampAt(words, 0).slba, stampAt(words, 1024).slba], [9, 10]);
    for (let at = 0; at < 2048; at++) if (at % 1024 >= STAMP.WORDS) assert.equal(words[at], before[at]);
  });

  for (const first of [2 ** 31 - 2, TWO_32 - 4, TWO_32 - 1, TWO_32 - 3, 7 * TWO_32 - 2, 2 ** 45])
    test(`addresses are whole from block ${first} on`, () => {
      const { slots, data, set, base } = buffersOf(4);
      set(1, first);
      const payload = new StampedBlocks(512, 0, first + 4 <= TWO_32);
      payload.prepare(data, 1, base);
      payload.stamp(slots, data, Uint16Array.of(1), 1, base);
      for (let block = 0; block < 4; block++)
        assert.equal(stampAt(data[1], block * LBA_WORDS).slba, first + block);
    });
});

describe('of many writes', () => {
  const most = TWO_32 - 8;
  /** Eight blocks at the highest addresses, written 31 at a time by four slots in turns. */
  function writing() {
    const { slots, data, set, base } = buffersOf(8);
    for (let slot = 0; slot < 4; slot++) set(slot, most);
    const payload = new StampedBlocks(512, 0, true);
    payload.prepare(data, 1, base);
    const batch = Uint16Array.from({ length: 31 }, (_, i) => i % 4);
    return { payload, data, write: () => payload.stamp(slots, data, batch, batch.length, base) };
  }

  test('none has the sequence of another, and all have their address, past each 2^20', () => {
    const { data, write } = writing();
    const batches = Math.ceil(2 ** 21 / 31);
    let last = -1;
    for (let batch = 0; batch < batches + 3; batch++) {
      write();
      const left = Math.abs(batches / 2 - batch);
      if (batch > 2 && left > 3 && batch < batches - 3) continue;
      // The batch's last four writes are those of slots 3, 0, 1 and 2.
      for (const slot of [3, 0, 1, 2]) {
        const { slba, sequence } = stampAt(data[slot], 7 * LBA_WORDS);
        assert.deepEqual([slba, stampAt(data[slot], 0).slba], [most + 7, most]);
        assert.ok(sequence > last, `${sequence} after ${last}`);
        last = sequence;
      }
    }
    // A batch that does not fit begins with the next 2^20.
    assert.ok(last >= 2 ** 21 && last < 2 ** 21 + 200, `${last}`);
  });

  test('the sequence begins anew before doubles end', () => {
    const { payload, data, write } = writing();
    const { next } = payload as unknown as { readonly next: Float64Array };
    // The last write of the second largest unit.
    next.set([2 ** 1023 - 2 ** (970 + 32), 2 ** 970]);
    for (let batch = 0; batch < 3; batch++) {
      write();
      for (const words of data) assert.equal(stampAt(words, 7 * LBA_WORDS).slba, most + 7);
    }
    assert.equal(stampAt(data[2], 0).sequence, 2 * 31 - 1);
  });
});

describe('prepared buffers', () => {
  const filled = (count: number, seed: number): Int32Array[] => {
    const data = Array.from({ length: count }, () => new Int32Array(1024));
    new StampedBlocks(512, 0, true).prepare(data, seed);
    return data;
  };

  test('differ in every block of 512 bytes, between buffers, and between seeds', () => {
    const blocks = [...filled(40, 1), ...filled(40, 500)].flatMap((words) =>
      Array.from({ length: 8 }, (_, block) =>
        words.subarray(block * LBA_WORDS, (block + 1) * LBA_WORDS).join(),
      ),
    );
    assert.equal(new Set(blocks).size, 80 * 8);
  });

  test('do not compress: every byte is about as frequent, and no word comes twice', () => {
    for (const words of filled(5, 0)) {
      const counts = new Float64Array(256);
      const unstamped = words.filter((_, at) => at % LBA_WORDS >= STAMP.WORDS);
      for (const byte of new Uint8Array(unstamped.buffer)) counts[byte]++;
      const expected = (unstamped.length * 4) / 256;
      const chi = counts.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
      // 255 degrees of freedom: four deviations.
      assert.ok(chi > 165 && chi < 345, `chi-squared ${chi}`);
      assert.equal(new Set(unstamped).size, unstamped.length);
    }
  });

  test('are the same for the same seed', () => {
    assert.deepEqual(filled(3, 9), filled(3, 9));
  });
});

function assertAllDifferent(blocks: readonly Int32Array[]): void {
  const seen = new Set(
    blocks.map((words) => Buffer.from(words.buffer, words.byteOffset, words.byteLength).toString('latin1')),
  );
  assert.equal(seen.size, blocks.length);
}

describe('what a job at depth 32 leaves on the media', () => {
  test('differs in every block, and each has its own address, whatever the order of completion', async () => {
    // 4096 writes of 8 blocks, each block written once.
    const change = { random: false, numberIos: 4096, seed: 5 };
    await writtenBy(change, '&write_latency=lognormal(50us,0.5)', (media) => {
      assert.equal(media.length, 32_768);
      assertAllDifferent(media);
      for (const [lba, words] of media.entries())
        assert.deepEqual(stampAt(words, 0), { slba: lba, sequence: Math.floor(lba / 8), tag: 5 });
    });
  });

  test('is new in every block that is written again', async () => {
    // Three times over the whole region: what stands there is of the last.
    const change = { random: false, numberIos: 3 * 1024, bsBytes: 16_384 };
    await writtenBy(change, '', (media) => {
      assertAllDifferent(media);
      for (const [lba, words] of media.entries()) {
        const { slba, sequence } = stampAt(words, 0);
        assert.deepEqual([slba, sequence], [lba, 2 * 1024 + Math.floor(lba / 32)]);
      }
    });
  });

  test('is of random writes of which none is like another, in several queues', async () => {
    const change = { queuePairs: 3, numberIos: 9000, bsBytes: 512, seed: 11 };
    await writtenBy(change, '', (media, numberIos) => {
      const written = media
        .map((words, lba) => ({ words, lba }))
        .filter(({ words }) => words.some((w) => w !== 0));
      assert.equal(written.length, 9000);
      assertAllDifferent(written.map(({ words }) => words));
      for (const { words, lba } of written) {
        const { slba, sequence, tag } = stampAt(words, 0);
        assert.deepEqual([slba, tag], [lba, 11]);
        assert.ok(sequence < numberIos);
      }
      assert.equal(new Set(written.map(({ words }) => stampAt(words, 0).sequence)).size, written.length);
    });
  });

  test('has the address of its block in all parts of an I/O beyond MDTS, and in blocks of 4096 bytes', async () => {
    for (const [options, bsBytes, lbaBytes] of [
      ['&mdts=16KiB', 81_920, 512],
      ['&mdts=16KiB&lba=4096', 81_920, 4096],
    ] as const) {
      const numberIos = Math.floor(2 ** 24 / bsBytes);
      await writtenBy({ random: false, bsBytes, split: true, numberIos, iodepth: 8 }, options, (media) => {
        const written = media.slice(0, (numberIos * bsBytes) / lbaBytes);
        assertAllDifferent(written);
        for (const [lba, words] of written.entries()) {
          const { slba, sequence } = stampAt(words, 0);
          assert.deepEqual([slba, sequence], [lba, Math.floor((lba * lbaBytes) / bsBytes)]);
        }
      });
    }
  });

  test('is written by the writes of a mixed job alone', async () => {
    await writtenBy({ random: false, readPercent: 50, numberIos: 4096, seed: 2 }, '', (media) => {
      const written = media.filter((words) => words.some((word) => word !== 0));
      assert.ok(written.length > 12_000 && written.length < 20_000, `${written.length} blocks`);
      assert.equal(written.length % 8, 0);
      assertAllDifferent(written);
      const sequences = written.filter((_, i) => i % 8 === 0).map((words) => stampAt(words, 0).sequence);
      assert.deepEqual(
        sequences,
        Array.from({ length: written.length / 8 }, (_, i) => i),
      );
      for (const [lba, words] of media.entries())
        if (words.some((word) => word !== 0)) assert.equal(stampAt(words, 0).slba, lba);
    });
  });
});
