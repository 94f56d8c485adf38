/** `bs`, `bsrange`, `bssplit` and `blockalign`: what can be written, and which of them holds. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { recordKeys } from '../../../bench/config/key-table.js';
import { SIZE_KEYS } from '../../../bench/config/size-keys.js';
import { validate } from '../../../bench/config/validate.js';

const KIB = 1024;

function read(job: object, defaults: object = {}) {
  const jobs = [{ name: 'a', rw: 'randrw', number_ios: 1, ...job }];
  return validate({ device: 'null', allow_writes: true, defaults, jobs });
}

function jobOf(job: object, defaults: object = {}) {
  const read_ = read(job, defaults);
  assert.ok('config' in read_, JSON.stringify(read_));
  return read_.config.jobs[0];
}

function problemOf(job: object, defaults: object = {}): string {
  const found = read(job, defaults);
  assert.ok('findings' in found);
  assert.equal(found.findings.length, 1, JSON.stringify(found.findings));
  return found.findings[0].message;
}

const recorded = (job: object): unknown => recordKeys(SIZE_KEYS, jobOf(job), ['work']);

describe('values of reads and of writes', () => {
  test('one holds for both, two are of reads and of writes', () => {
    assert.deepEqual(jobOf({ bs: '8k' }).bs, { read: 8 * KIB, write: 8 * KIB });
    assert.deepEqual(jobOf({ bs: '8k,4096' }).bs, { read: 8 * KIB, write: 4 * KIB });
    assert.deepEqual(jobOf({ bsrange: '4k-64k, 8k:16k' }).bsRange, {
      read: { fromBytes: 4 * KIB, toBytes: 64 * KIB },
      write: { fromBytes: 8 * KIB, toBytes: 16 * KIB },
    });
  });

  test('a job of one direction has that of it, and is the same work as one that says that alone', () => {
    assert.deepEqual(recorded({ rw: 'randread', bs: '8k,4k' }), recorded({ rw: 'randread', bs: '8k' }));
    assert.deepEqual(recorded({ rw: 'randwrite', bssplit: '8k/100,4k/50:8k/50' }), {
      bssplit: '4096/50:8192/50',
    });
  });
});

describe('a split', () => {
  const splitOf = (bssplit: string) =>
    jobOf({ bssplit }).bsSplit?.read.split.map(({ bytes, percent }) => [bytes / KIB, percent]);

  test('has its sizes with their shares', () => {
    assert.deepEqual(splitOf('4k/60:8k/40'), [
      [4, 60],
      [8, 40],
    ]);
  });

  test('shares evenly what is left among sizes without a share, to 100 %', () => {
    assert.deepEqual(splitOf('4k/50:1k/:32k'), [
      [4, 50],
      [1, 25],
      [32, 25],
    ]);
    assert.deepEqual(
      splitOf('1k:2k:4k')?.map(([, percent]) => percent),
      [34, 33, 33],
    );
  });

  test('leaves out sizes that have no share', () => {
    assert.deepEqual(splitOf('4k/0:8k/100'), [[8, 100]]);
  });

  for (const [what, bssplit, problem] of [
    ['more than all', '4k/60:8k/50', /add up to 110 %/],
    ['less than all', '4k/60:8k/30', /add up to 90 %/],
    ['a share that is none', '4k/6x:8k/94', /whole percentage in "4k\/6x"/],
    ['a share of a fraction', '4k/0.5:8k/99.5', /whole percentage/],
    ['a size that is none', '4q/60:8k/40', /unknown unit/],
    ['no whole block', '4000/60:8k/40', /not a multiple of 512/],
    [
      'more sizes than fio takes',
      Array.from({ length: 65 }, (_, i) => `${512 * (i + 1)}/1`).join(':'),
      /at most 64/,
    ],
    ['three operations', '4k/100,8k/100,16k/100', /one for reads and one for writes/],
  ] as const)
    test(`with ${what} is refused in words`, () => assert.match(problemOf({ bssplit }), problem));
});

test('a range that begins above its end, or has none, is refused in words', () => {
  assert.match(problemOf({ bsrange: '8k-4k' }), /begins above its end/);
  assert.match(problemOf({ bsrange: '8k' }), /expects a range of sizes such as 4k-64k/);
});

test('two keys that say how long I/Os are, are refused; what the job says takes the place of what defaults say', () => {
  assert.match(problemOf({ bs: '4k', bssplit: '4k/50:8k/50' }), /bs and bssplit both say/);
  const job = jobOf({ bssplit: '4k/50:8k/50' }, { bs: '16k' });
  assert.deepEqual([job.bs, job.bsSplit?.read.split.length], [undefined, 2]);
  assert.deepEqual(jobOf({ bs: '4k' }, { bsrange: '4k-8k' }).bsRange, undefined);
});

test('a matrix may vary a split where defaults have a size', () => {
  const found = read({ matrix: { bssplit: ['4k/100', '4k/50:8k/50'] } }, { bs: '16k' });
  assert.ok('config' in found);
  assert.deepEqual(
    found.config.jobs.map(({ name, bs }) => [name, bs]),
    [
      ['a[bssplit=4k/100]', undefined],
      ['a[bssplit=4k/50:8k/50]', undefined],
    ],
  );
});

test('an alignment at what it is anyway is no other work; of a sequential job it has no meaning', () => {
  assert.deepEqual(recorded({ bs: '4k', blockalign: '4k' }), recorded({ bs: '4k' }));
  assert.deepEqual(recorded({ bsrange: '4k-8k', blockalign: '4k' }), recorded({ bsrange: '4k-8k' }));
  assert.deepEqual(recorded({ bs: '4k', blockalign: '512' }), { bs: 4 * KIB, blockalign: 512 });
  assert.match(problemOf({ rw: 'read', blockalign: '8k' }), /no meaning with rw: read/);
});

test('a region smaller than the longest I/O is refused', () => {
  assert.match(problemOf({ bssplit: '4k/99:1m/1', size: '64k' }), /less than one block of 1MiB/);
});
