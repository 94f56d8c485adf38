/** The proof of the workload: every defect of the past is caught by its name, and good runs hold. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { proofOf } from '../../../../bench/run/as-asked/as-asked.js';
import { CHECKS } from '../../../../bench/run/as-asked/check.js';
import type { Loop } from '../../../../engine/load/loop.js';
import { Arrivals } from '../../../../engine/load/pace/arrivals.js';
import { SLOT } from '../../../../engine/path/path.js';
import { NVM } from '../../../../engine/spec/index.js';
import { READ } from '../../../../engine/stats/operations.js';
import { seededRandom } from '../../../engine/stats/random.js';
import { deviceOf, planned } from '../../planned.js';
import { type Defect, playJob } from './played-job.js';

const HEAD = 'device: sim\nallow_writes: true';
const TIB = 2 ** 40;
const BIG = [deviceOf({ sizeLbas: (4 * TIB) / 512 })];

const job = (keys: string, devices = BIG) => planned(`  - { name: a, ${keys} }`, HEAD, devices)[0];

/** Names of the tests that fail, sorted. */
function failing(keys: string, defect: Defect = {}): string[] {
  const { checks } = proofOf(playJob(job(keys), defect));
  return checks
    .filter(({ holds }) => !holds)
    .map(({ check }) => check)
    .sort();
}

/** After each fill of the source, `change` has its way with the records of what was filled. */
function meddle(loop: Loop, change: (slots: Int32Array, record: number) => void): void {
  const { source } = loop;
  const fill = source.fill.bind(source);
  source.fill = (slots, batch, count) => {
    const writing = fill(slots, batch, count);
    for (let i = 0; i < count; i++) change(slots, batch[i] * SLOT.WORDS);
    return writing;
  };
}

const RANDOM = 'rw: randread, iodepth: 8, number_ios: 5000';

describe('a defect of the past is caught by its name', () => {
  test('workers that all draw the same: workers', () => {
    assert.deepEqual(failing(`${RANDOM}, numjobs: 3`), []);
    const found = failing(`${RANDOM}, numjobs: 3`, { spec: (spec) => ({ ...spec, seed: 5 }) });
    assert.deepEqual(found, ['sequence', 'workers']);
  });

  test('workers whose seeds the plan gives alike: workers, though each is in its sequence', () => {
    const evidence = playJob(job(`${RANDOM}, numjobs: 2`));
    const [first] = evidence.workers;
    const twice = { ...evidence, workers: [first, { ...first, index: 1 }] };
    const failed = proofOf(twice).checks.filter(({ holds }) => !holds);
    assert.deepEqual(
      failed.map(({ check }) => check),
      ['workers'],
    );
  });

  test('workers without randomness, that go through the region in order: order', () => {
    const found = failing(`${RANDOM}, size: 16m`, { spec: (spec) => ({ ...spec, random: false }) });
    assert.ok(found.includes('order'), found.join());
  });

  test('workers without randomness, that stay where they are: offsets', () => {
    const stay = {
      loop: (loop: Loop) => meddle(loop, (slots, record) => slots.fill(0, record + 1, record + 3)),
    };
    assert.ok(failing(RANDOM, stay).includes('offsets'));
  });

  test('rw that silently became reads: operations', () => {
    const read = {
      loop: (loop: Loop) =>
        meddle(loop, (slots, record) => {
          slots[record + SLOT.OPCODE] = NVM.READ;
          slots[record + SLOT.NEXT_OPERATION] = READ;
        }),
    };
    assert.deepEqual(failing('rw: rw, iodepth: 8, number_ios: 5000', read), [
      'offsets',
      'operations',
      'sequence',
    ]);
    assert.deepEqual(failing('rw: randrw, rwmixread: 98, number_ios: 5000', read), [
      'operations',
      'sequence',
    ]);
  });

  test('random offsets that never pass 1 TiB of 4: offsets', () => {
    const below = {
      loop: (loop: Loop) =>
        meddle(loop, (slots, record) => {
          const slba = (slots[record + SLOT.SLBA_LOW] >>> 0) + slots[record + SLOT.SLBA_HIGH] * 2 ** 32;
          slots[record + SLOT.SLBA_LOW] = (slba % (TIB / 512)) | 0;
          slots[record + SLOT.SLBA_HIGH] = 0;
        }),
    };
    for (const keys of [RANDOM, `${RANDOM}, norandommap: true`, `${RANDOM}, random_distribution: 'zipf:1.1'`])
      assert.ok(failing(keys, below).includes('offsets'), keys);
  });

  test('the same where only the plan is looked at: a region that is a quarter too small', () => {
    const found = failing(RANDOM, {
      spec: (spec) => ({ ...spec, region: { ...spec.region, blocks: spec.region.blocks * 0.75 } }),
    });
    assert.ok(found.includes('offsets'));
  });

  for (const factor of [2, 1.1])
    test(`Poisson at ${factor} times the rate: rate`, () => {
      const rate = 'rw: randread, iodepth: 64, rate_iops: 200000, runtime: 30ms';
      const faster = (poisson: boolean): Defect => ({
        loop: (loop, { seed }) => {
          const process = poisson ? 'poisson' : 'linear';
          const arrivals = new Arrivals({ rateIops: 200_000 * factor, process, seed, phase: 0 });
          Object.assign(loop, { schedule: arrivals });
        },
      });
      assert.deepEqual(failing(`${rate}, rate_process: poisson`), []);
      assert.ok(failing(`${rate}, rate_process: poisson`, faster(true)).includes('rate'));
      assert.ok(failing(rate, faster(false)).includes('rate'));
    });

  test('Poisson that is even, and even arrivals that are Poisson: arrivals', () => {
    const rate = 'rw: randread, iodepth: 64, rate_iops: 200000, number_ios: 4000';
    const other = (process: 'linear' | 'poisson'): Defect => ({
      loop: (loop, { seed }) => {
        Object.assign(loop, { schedule: new Arrivals({ rateIops: 200_000, process, seed, phase: 0 }) });
      },
    });
    assert.deepEqual(failing(`${rate}, rate_process: poisson`, other('linear')), ['arrivals']);
    assert.ok(failing(rate, other('poisson')).includes('arrivals'));
  });

  test('a random pass that draws with replacement: coverage', () => {
    const found = failing(`${RANDOM}, size: 64m`, { spec: (spec) => ({ ...spec, norandommap: true }) });
    assert.ok(found.includes('coverage'));
  });

  test('fewer I/Os than asked: amount', () => {
    const found = failing(RANDOM, { spec: (spec) => ({ ...spec, numberIos: 4999 }) });
    assert.deepEqual(found, ['amount']);
  });

  test('a share of reads that is off by 3 percent of all', () => {
    const keys = 'rw: randrw, rwmixread: 70, number_ios: 20000';
    const found = failing(keys, { spec: (spec) => ({ ...spec, readPercent: 73 }) });
    assert.ok(found.includes('operations'));
  });

  test('zones with other shares: offsets', () => {
    const keys = `${RANDOM}, random_distribution: 'zoned:60/10:40/90'`;
    const zones = [
      { ioPercent: 50, size: { percent: 10 } },
      { ioPercent: 50, size: { percent: 90 } },
    ];
    const found = failing(keys, { spec: (spec) => ({ ...spec, distribution: { law: 'zoned', zones } }) });
    assert.ok(found.includes('offsets'));
  });
});

/** Keys of a job of any kind, by seed. */
function anyKeys(seed: number): string {
  const random = seededRandom(seed);
  const one = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)];
  const isRandom = random() < 0.7;
  const keys = [
    `randseed: ${seed * 977}`,
    `bs: ${one(['512', '4k', '12k'])}`,
    `iodepth: ${one([1, 3, 32])}`,
    `numjobs: ${one([1, 1, 2, 5])}`,
    `size: ${one(['96k', '1m', '100m', '100%'])}`,
  ];
  const rw = one(isRandom ? ['randread', 'randwrite', 'randrw'] : ['read', 'write', 'rw']);
  if (isRandom) {
    const shape = random();
    if (shape < 0.2) keys.push('norandommap: true');
    else if (shape < 0.4)
      keys.push(
        `random_distribution: '${one(['zipf:1.2', 'pareto:0.2', 'normal:20', 'zoned:60/20:40/80'])}'`,
      );
    else if (shape < 0.6) keys.push(`percentage_random: ${one([5, 50, 99])}`);
    keys.push(`rw: ${shape > 0.9 ? `${rw}:8` : rw}`);
  } else keys.push(`rw: '${rw}${one(['', '', ':24k', ':-24k'])}'`);
  if (rw.endsWith('rw')) keys.push(`rwmixread: ${one([1, 30, 50, 99])}`);
  if (random() < 0.25) {
    keys.push(`rate_iops: ${one([2e5, 1e6])}, rate_process: ${one(['linear', 'poisson'])}, runtime: 20ms`);
    if (random() < 0.5) keys.push('ramp_time: 5ms');
  } else keys.push(`number_ios: ${one([10, 1000, 6000])}`);
  return keys.join(', ');
}

test('200 good jobs of all kinds hold in every test', () => {
  const seen = new Set<string>();
  for (let seed = 1; seed <= 200; seed++) {
    const { checks } = proofOf(playJob(job(anyKeys(seed))));
    for (const { check, holds, asked, found } of checks) {
      assert.ok(holds, `${anyKeys(seed)}: ${check}: ${found}; asked: ${asked}`);
      seen.add(check);
    }
  }
  assert.equal(seen.size, 10, [...seen].join());
});

for (const more of ['', ', partition: true', ', size: 1m, offset_increment: 1m'])
  test(`workers that draw nothing, or next to nothing, are not the same worker twice${more}`, () => {
    for (const percent of [0, 1])
      assert.deepEqual(
        failing(`rw: randread, percentage_random: ${percent}, numjobs: 2, number_ios: 90${more}`),
        [],
      );
  });

test('docs/measuring.md tells of every test', () => {
  const text = readFileSync('docs/measuring.md', 'utf8');
  for (const name of CHECKS) assert.match(text, new RegExp(`^\\| \`${name}\` \\|`, 'm'), name);
});

describe('blocks in a given order', () => {
  const SEQUENCE = "rw: randread, number_ios: 5000, size: 1m, random_distribution: 'sequence:2,0,1'";

  for (const more of [
    '',
    ', random_sequence_stride: true',
    ', numjobs: 2',
    ', random_sequence_stride: true, iodepth: 8',
  ])
    test(`raise nothing where they come so${more}`, () =>
      assert.deepEqual(failing(`${SEQUENCE}${more}`), []));

  test('of reads and writes are those of each', () => {
    assert.deepEqual(failing(SEQUENCE.replace('randread', 'randrw')), []);
  });

  test('are not another order, nor one that stays where it is', () => {
    const other = (blocks: number[], stride = false): Defect => ({
      spec: (spec) => ({ ...spec, distribution: { law: 'sequence', blocks, stride } }),
    });
    assert.ok(failing(SEQUENCE, other([2, 1, 0])).includes('offsets'));
    assert.ok(failing(SEQUENCE, other([2, 0, 1], true)).includes('offsets'));
  });
});
