import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkGate, type Gate, GateError, parseGate } from '../../../reports/gates/parse.js';

const parts = (text: string): Omit<Gate, 'text'> => {
  const { text: _, ...rest } = parseGate(text);
  return rest;
};

test('reads job, direction, metric, operator and bound', () => {
  assert.deepEqual(parts('randread.read.p99.9 <= 250us'), {
    job: 'randread',
    direction: 'read',
    metric: 'p99.9',
    operator: '<=',
    bound: { kind: 'absolute', value: 250_000 },
  });
});

test('job and direction may be left out', () => {
  assert.deepEqual(parts('errors==0'), {
    metric: 'errors',
    operator: '==',
    bound: { kind: 'absolute', value: 0 },
  });
  assert.equal(parts('write.p50<1ms').direction, 'write');
  assert.equal(parts('write.p50<1ms').job, undefined);
});

test('a bound against the baseline is a ratio', () => {
  const { bound } = parts('seqread.bandwidth >= -3% vs baseline');
  assert.equal(bound.kind, 'relative');
  assert.ok(bound.kind === 'relative' && Math.abs(bound.ratio - 0.97) < 1e-12);
});

test('units belong to the metric', () => {
  const bounds = {
    'iops >= 100k': 100_000,
    'iops >= 1.5M': 1_500_000,
    'bandwidth > 3GB/s': 3e9,
    'bandwidth > 3 MiB/s': 3 * 2 ** 20,
    'mean < 80 µs': 80_000,
    'max <= 2s': 2e9,
  };
  for (const [text, value] of Object.entries(bounds))
    assert.deepEqual(parts(text).bound, { kind: 'absolute', value });
});

test('a name with brackets, dots or spaces is quoted', () => {
  assert.equal(parts('"sweep[bs=4k,iodepth=32]".read.p99 <= 1ms').job, 'sweep[bs=4k,iodepth=32]');
  assert.equal(parts(String.raw`"a \"b\" <= c".p99 <= 1ms`).job, 'a "b" <= c');
  assert.equal(parts('"read".p99 <= 1ms').job, 'read');
  assert.equal(parts('a.b.p99.9 <= 1ms').job, 'a.b');
});

const refused: readonly (readonly [text: string, problem: RegExp])[] = [
  ['p99', /no comparison/],
  ['', /no comparison/],
  ['p99 = 1ms', /= is no comparison/],
  ['p99 <= 250', /no unit/],
  ['p99 <= 100k', /not its unit/],
  ['p99 <= 5%', /percent of what/],
  ['p99 <= 10us vs baseline', /in percent/],
  ['iops == 100k', /for what is counted, such as errors/],
  ['errors <= 1.5', /1\.5 is no whole number/],
  ['errors <= 5% vs baseline', /no percent/],
  ['bandwith >= 1GB/s', /no metric is named "bandwith"; did you mean bandwidth/],
  ['p100 <= 1ms', /no metric/],
  ['p0 <= 1ms', /no metric/],
  ['sweep[bs=4k].p99 <= 1ms', /double quotes/],
  ['iops >= -5', /below 0/],
  ['iops >= 0', /cannot fail/],
  ['errors < 0', /cannot hold/],
  ['iops >= -100% vs baseline', /nothing is left/],
  ['iops >= 1e5', /not its unit/],
  ['p99 <= 1ms or p50 <= 1us', /not its unit/],
  ['p99 <= 1ms vs yesterday', /not its unit/],
  ['p99 <= constructor', /no bound/],
  ['p99 <= 1constructor', /not its unit/],
  ['x'.repeat(500), /longer/],
];

for (const [text, problem] of refused) {
  test(`refuses ${text.slice(0, 40)}`, () => {
    assert.throws(
      () => parseGate(text),
      (error) => error instanceof GateError && problem.test(error.message),
    );
  });
}

const jobs = [
  { name: 'randread', directions: ['read'] },
  { name: 'mixed', directions: ['read', 'write'] },
  { name: 'sweep[bs=4k]', group: 'sweep', directions: ['read'] },
] as const;

test('accepts gates that fit the jobs, a sweep by its name', () => {
  for (const text of ['randread.p99 <= 1ms', 'mixed.write.p99 <= 1ms', 'sweep.p99 <= 1ms', 'errors == 0'])
    checkGate(parseGate(text), jobs);
});

test('refuses gates that do not', () => {
  const found: readonly (readonly [string, RegExp])[] = [
    ['randrea.p99 <= 1ms', /no job is named "randrea"; did you mean "randread"/],
    ['mixed.p99 <= 1ms', /does more than one operation: read, write; say which: read.p99 or write.p99/],
    ['randread.write.p99 <= 1ms', /does no write/],
    ['p99 <= 1ms', /"mixed" does more than one operation/],
  ];
  for (const [text, problem] of found) assert.throws(() => checkGate(parseGate(text), jobs), problem);
});
