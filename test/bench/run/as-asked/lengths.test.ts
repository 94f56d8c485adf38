/** The proof of lengths: `lengths.ts`, `varied-course.ts`, and places of I/Os of several lengths. Planted defects are found by name. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { proofOf } from '../../../../bench/run/as-asked/as-asked.js';
import { SLOT } from '../../../../engine/path/path.js';
import { deviceOf, planned } from '../../planned.js';
import { type Defect, playJob } from './played-job.js';

const HEAD = 'device: sim\nallow_writes: true';
const BIG = [deviceOf({ sizeLbas: 2 ** 31 })];

function failing(keys: string, defect: Defect = {}): string[] {
  const [job] = planned(`  - { name: a, number_ios: 5000, iodepth: 8, ${keys} }`, HEAD, BIG);
  const { checks } = proofOf(playJob(job, defect));
  assert.ok(checks.some(({ check }) => check === 'lengths'));
  return checks.filter(({ holds }) => !holds).map(({ check }) => check);
}

/** After each fill of the source, `change` has its way with the record of what was filled. */
const meddling = (change: (slots: Int32Array, record: number, io: number) => void): Defect => ({
  loop(loop) {
    const { source } = loop;
    const fill = source.fill.bind(source);
    let io = 0;
    source.fill = (slots, batch, count) => {
      const writing = fill(slots, batch, count);
      for (let i = 0; i < count; i++) change(slots, batch[i] * SLOT.WORDS, io++);
      return writing;
    };
  },
});

const GOOD = [
  "rw: randread, bssplit: '4k/60:8k/40'",
  "rw: randrw, rwmixread: 40, bssplit: '512/4:1k/1:4k/85:64k/10', blockalign: 4k, random_distribution: 'zoned:50/5:30/15:20/80'",
  'rw: randrw, bsrange: 4k-64k, norandommap: true, numjobs: 2',
  'rw: randrw, bs: "8k,4k", size: 1m',
  'rw: randrw, bsrange: 4k-16k, size: 1m',
  'rw: randwrite, bsrange: 512-1m, size: 4m',
  "rw: randread, bssplit: '4k/90:60k/10', size: 64k",
  "rw: read, bssplit: '4k/60:60k/40', size: 256k",
  'rw: rw, rwmixread: 70, bsrange: 4k-16k',
  'rw: "write:8k", bsrange: 4k-16k, size: 1m',
  'rw: "read:-64k", bsrange: 4k-16k, size: 1m',
  'rw: randread, bsrange: 4k-16k, percentage_random: 30',
  'rw: "randread:8", bsrange: 4k-16k',
  'rw: randread, bs: 4k, blockalign: 64k',
  "rw: randread, bsrange: 4k-16k, random_distribution: 'zipf:1.1'",
];

describe('a good job raises nothing', () => {
  for (const keys of GOOD)
    test(keys, () => {
      for (const seed of [1, 2, 3]) assert.deepEqual(failing(`${keys}, randseed: ${seed}`), []);
    });
});

describe('a defect is found by its name', () => {
  const SPLIT = "rw: randread, bssplit: '4k/60:8k/40'";

  test('lengths that are all the same: lengths', () => {
    const found = failing(
      SPLIT,
      meddling((slots, record) => slots.fill(8, record + SLOT.LBAS, record + SLOT.LBAS + 1)),
    );
    assert.ok(found.includes('lengths'));
  });

  test('shares that are the other way round: lengths', () => {
    const turned = meddling((slots, record) => {
      slots[record + SLOT.LBAS] = 24 - slots[record + SLOT.LBAS];
    });
    assert.deepEqual(failing(SPLIT, turned), ['sequence', 'lengths']);
  });

  test('a length that nobody asked for, once: lengths', () => {
    const odd = meddling((slots, record, io) => {
      if (io === 77) slots[record + SLOT.LBAS] = 9;
    });
    assert.deepEqual(failing(SPLIT, odd), ['sequence', 'lengths']);
    assert.ok(failing('rw: randread, bs: 4k', odd).includes('lengths'));
  });

  test('I/Os at no multiple of the alignment: offsets', () => {
    const shifted = meddling((slots, record) => {
      slots[record + SLOT.SLBA_LOW]++;
    });
    assert.ok(failing(SPLIT, shifted).includes('offsets'));
  });

  test('I/Os in sequence that leave a block out, or leave the region: offsets', () => {
    const skips = meddling((slots, record, io) => {
      if (io > 100) slots[record + SLOT.SLBA_LOW]++;
    });
    assert.ok(failing("rw: read, bssplit: '4k/60:8k/40'", skips).includes('offsets'));
    const beyond = meddling((slots, record, io) => {
      if (io === 40) slots[record + SLOT.LBAS] = 4096;
    });
    assert.ok(
      failing('rw: randread, bsrange: 4k-8k, percentage_random: 50, size: 1m', beyond).includes('offsets'),
    );
  });
});
