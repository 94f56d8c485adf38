import assert from 'node:assert/strict';
import { test } from 'node:test';
import { proofOf } from '../../../../bench/run/as-asked/as-asked.js';
import { jobOperations } from '../../../../bench/run/plan/job-operations.js';
import { SLOT } from '../../../../engine/path/path.js';
import { NVM } from '../../../../engine/spec/index.js';
import { READ, WRITE } from '../../../../engine/stats/operations.js';
import { deviceOf, planned } from '../../planned.js';
import { type Defect, playJob } from '../as-asked/played-job.js';

const HEAD = 'device: sim\nallow_writes: true';
const job = (keys: string) => planned(`  - { name: a, ${keys} }`, HEAD, [deviceOf({ sizeLbas: 2 ** 31 })])[0];

test('shares of write_mode are those of what rwmixread leaves', () => {
  const { config } = job("rw: randrw, rwmixread: 40, write_mode: 'write/50:zeroes/50', number_ios: 9");
  assert.deepEqual(
    jobOperations(config).map(({ name, share }) => [name, share]),
    [
      ['read', 0.4],
      ['write', 0.3],
      ['write-zeroes', 0.3],
    ],
  );
});

test('a job of reads and writes has no mix, others have all of theirs', () => {
  assert.equal(job('rw: randrw, number_ios: 9').spec.mix, undefined);
  assert.deepEqual(job('rw: trim, number_ios: 9').spec.mix, [{ operation: 'deallocate', percent: 100 }]);
});

test('a region that is written once is flushed beside that', () => {
  assert.equal(job('rw: write, size: 1m, fsync: 4').spec.numberIos, 256 + 64);
});

function failing(keys: string, defect: Defect = {}): string[] {
  const { checks } = proofOf(playJob(job(`number_ios: 5000, iodepth: 8, ${keys}`), defect));
  return checks.filter(({ holds }) => !holds).map(({ check }) => check);
}

for (const keys of [
  'rw: randtrim',
  'rw: trim, bsrange: 4k-64k, size: 64m',
  'rw: write, fsync: 3, size: 64m',
  'rw: randwrite, fsync: 1, bssplit: 4k/50:8k/50',
  "rw: randrw, rwmixread: 30, write_mode: 'write/50:zeroes/30:verify/20', fsync: 10",
  "rw: rw, write_mode: 'write/50:zeroes/50', size: 16m",
  'rw: write, bsrange: 4k-16k, fsync: 5, size: 1m',
])
  test(`a good job raises nothing: ${keys}`, () => {
    for (const seed of [1, 2, 3]) assert.deepEqual(failing(`${keys}, randseed: ${seed}`), []);
  });

const becoming = (from: number, opcode: number, operation: number): Defect => ({
  loop(loop) {
    const { source } = loop;
    const fill = source.fill.bind(source);
    source.fill = (slots, batch, count) => {
      const writing = fill(slots, batch, count);
      for (let i = 0; i < count; i++) {
        const record = batch[i] * SLOT.WORDS;
        if (slots[record + SLOT.OPCODE] !== from) continue;
        slots[record + SLOT.OPCODE] = opcode;
        slots[record + SLOT.NEXT_OPERATION] = operation;
      }
      return writing;
    };
  },
});

test('trims that silently became writes, and flushes that became reads, are found by name: operations', () => {
  assert.ok(
    failing('rw: randtrim', becoming(NVM.DATASET_MANAGEMENT, NVM.WRITE, WRITE)).includes('operations'),
  );
  assert.ok(failing('rw: randwrite, fsync: 4', becoming(NVM.FLUSH, NVM.READ, READ)).includes('operations'));
});
