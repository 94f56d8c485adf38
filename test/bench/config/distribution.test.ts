import assert from 'node:assert/strict';
import { test } from 'node:test';
import { distribution, parseDistribution } from '../../../bench/config/distribution.js';
import { parseConfig } from '../../../bench/config/load.js';
import { workOfJob } from '../../../bench/config/workload.js';

const GiB = 1024 ** 3;

for (const [text, value] of [
  ['random', { law: 'random' }],
  ['zipf:1.2', { law: 'zipf', theta: 1.2 }],
  ['zipf:1', { law: 'zipf', theta: 1 }],
  ['pareto:0.2', { law: 'pareto', h: 0.2 }],
  ['sequence:2, 0,1', { law: 'sequence', blocks: [2, 0, 1], stride: false }],
  ['normal: 20', { law: 'normal', deviationPercent: 20 }],
  [
    'zoned:60/10:40/90',
    {
      law: 'zoned',
      zones: [
        { ioPercent: 60, size: { percent: 10 } },
        { ioPercent: 40, size: { percent: 90 } },
      ],
    },
  ],
  [
    'zoned_abs:60/20G:40/512',
    {
      law: 'zoned',
      zones: [
        { ioPercent: 60, size: { bytes: 20 * GiB } },
        { ioPercent: 40, size: { bytes: 512 } },
      ],
    },
  ],
] as const)
  test(`${text} is read, and what is recorded reads back`, () => {
    assert.deepEqual(parseDistribution(text), { ok: true, value });
    const { record, short } = distribution();
    assert.deepEqual(parseDistribution(record(value)), { ok: true, value });
    assert.deepEqual(parseDistribution(short(value)), { ok: true, value });
  });

for (const [text, problem] of [
  [5, /expects random, zipf:1\.2/],
  ['uniform', /expects random, zipf:1\.2.*got "uniform"/],
  ['random:1', /expects random/],
  ['zipf', /a theta above 0, up to 10/],
  ['zipf:0', /a theta above 0/],
  ['zipf:11', /up to 10/],
  ['zipf:1e9', /a theta above 0/],
  ['zipf:-1', /a theta above 0/],
  ['zipf:1.2:0.5', /takes no place for its middle/],
  ['pareto:1', /between 0 and 1/],
  ['normal:101', /up to 100/],
  ['zoned', /not 100 %/],
  ['zoned:60/10', /zones with 60 % of the I\/O, not 100 %/],
  ['zoned:100/0', /a percentage of the region in "100\/0"/],
  ['zoned:60/70:40/70', /140 % of the region, more than 100 %/],
  ['zoned:60-70', /zones such as 60\/10/],
  ['zoned_abs:100/20q', /unknown unit "q"/],
  [`zoned:${Array.from({ length: 300 }, () => '0/0.1').join(':')}`, /at most 256 zones, got 300/],
] as const)
  test(`${String(text).slice(0, 30)} is refused in words`, () => {
    const parsed = parseDistribution(text);
    assert.ok(!parsed.ok);
    assert.match(parsed.problem, problem);
  });

const jobOf = (keys: string) =>
  parseConfig(`device: sim\njobs: [{ name: a, runtime: 1s, ${keys} }]`, 'test.yaml').jobs[0];

test('zones in percent add up to 100 with fractions too', () => {
  const text = `zoned:${Array.from({ length: 3 }, () => '33.3/33.3').join(':')}:0.1/0.1`;
  assert.ok(parseDistribution(text).ok);
});

test('a distribution is recorded where it is not at its default, and draws blocks each by itself', () => {
  const { workOf, plain } = {
    workOf: workOfJob(jobOf('rw: randread, random_distribution: "zipf:0.90"')),
    plain: workOfJob(jobOf('rw: randread')),
  };
  assert.deepEqual([workOf.random_distribution, workOf.norandommap], ['zipf:0.9', undefined]);
  assert.deepEqual([plain.random_distribution, plain.norandommap], [undefined, false]);
  assert.equal(jobOf('rw: randread, random_distribution: "zipf:0.9"').norandommap, true);
  assert.equal(jobOf('rw: randread, percentage_random: 50').norandommap, true);
});

test('distributions are swept', () => {
  const { jobs } = parseConfig(
    'device: sim\njobs: [{ name: a, rw: randread, runtime: 1s, matrix: { random_distribution: [random, "zipf:1.2"] } }]',
    'test.yaml',
  );
  assert.deepEqual(
    jobs.map(({ name }) => name),
    ['a[random_distribution=random]', 'a[random_distribution=zipf:1.2]'],
  );
});
