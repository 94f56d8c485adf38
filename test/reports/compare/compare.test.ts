import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareMany, compareResults } from '../../../reports/compare/index.js';
import {
  intervalsOf,
  jobOf,
  named,
  resultOf,
  runsAround,
  runsOf,
  stalledOf,
  verdictOf,
} from './documents.js';

const base = () => named('base', resultOf(runsAround(100_000, 6)));

test('a tenth more latency is worse in latency and in rate', () => {
  const comparison = compareResults(runsOf('a', 100_000, 6), runsOf('b', 110_000, 6, 2));
  for (const metric of ['iops', 'bandwidth', 'mean', 'p50', 'p95'] as const)
    assert.equal(verdictOf(comparison, metric).verdict, 'worse', metric);
  const { ratio = 0, interval = [0, 0], assumed } = verdictOf(comparison, 'mean');
  assert.ok(Math.abs(ratio - 1.1) < 0.01, `${ratio}`);
  assert.ok(interval[0] < 1.1 && interval[1] > 1.1 && interval[0] > 1.03);
  assert.equal(assumed, undefined);
  assert.equal(verdictOf(comparison, 'errors').verdict, 'same');
});

test('a tenth less is better', () => {
  const comparison = compareResults(runsOf('a', 100_000, 6), runsOf('b', 90_000, 6, 2));
  assert.deepEqual(
    [verdictOf(comparison, 'mean').verdict, verdictOf(comparison, 'iops').verdict],
    ['better', 'better'],
  );
});

/** A result for each mean, of one repeat. */
const files = (name: string, meansNs: readonly number[], seed: number) =>
  meansNs.map((meanNs, i) => named(`${name}${i}`, resultOf([{ meanNs }], 50 * seed + i)));

test('equal runs are the same where they vary little, and inconclusive where much', () => {
  const steady = Array(6).fill(100_000);
  const wild = [50, 70, 90, 110, 130, 150].map((us) => us * 1000);
  const calm = compareResults(files('a', steady, 1), files('b', steady, 2));
  assert.equal(verdictOf(calm, 'mean').verdict, 'same');
  const noisy = compareResults(files('a', wild, 3), files('b', wild, 4));
  assert.equal(verdictOf(noisy, 'mean').verdict, 'inconclusive');
});

test('a certain change within the margin is not called worse', () => {
  const comparison = compareResults(
    files('a', Array(8).fill(100_000), 1),
    files('b', Array(8).fill(102_000), 2),
  );
  assert.notEqual(verdictOf(comparison, 'mean').verdict, 'worse');
  assert.ok((verdictOf(comparison, 'mean').pAdjusted ?? 1) < 0.05);
});

test('one run a side: what runs may differ is assumed, said, and no interval is shown', () => {
  const worse = compareResults([base()], [named('new', resultOf(runsAround(115_000, 6), 2))]);
  const { verdict, interval, assumed, reason } = verdictOf(worse, 'mean');
  assert.deepEqual([verdict, interval, assumed], ['worse', undefined, { runs: 0.02, ofParts: 0.75 }]);
  assert.match(
    reason ?? '',
    /nothing shows how runs differ, so 2 % and 0.75 of what repeats differ is assumed/,
  );
  const steady = (seed: number) => resultOf(Array(10).fill({ meanNs: 100_000 }), seed);
  const equal = compareResults([named('a', steady(1))], [named('b', steady(2))]);
  assert.equal(verdictOf(equal, 'mean').verdict, 'inconclusive');
});

test('one run a side of repeats that hardly vary: 5 % are within what runs may differ, 8 % are not', () => {
  const steady = (meanNs: number, seed: number) => resultOf(Array(10).fill({ meanNs }), seed);
  const against = (meanNs: number) =>
    compareResults([named('a', steady(100_000, 1))], [named('b', steady(meanNs, 2))]);
  assert.equal(verdictOf(against(105_000), 'mean').verdict, 'inconclusive');
  assert.equal(verdictOf(against(108_000), 'mean').verdict, 'worse');
});

test('runs of a history show how runs differ, and the same two results are judged by it', () => {
  const two = (history: ReturnType<typeof named>[]) =>
    verdictOf(
      compareResults([base()], [named('new', resultOf(runsAround(105_000, 6), 2))], { history }),
      'mean',
    );
  const around = (spread: number) =>
    [-1, 1, -0.5, 0.5, 0, 0.8, -0.8].map((x, i) =>
      named(`h${i}`, resultOf(runsAround(100_000 * (1 + spread * x), 6), 300 + i)),
    );
  const [quiet, loud] = [two(around(0.002)), two(around(0.1))];
  assert.deepEqual([quiet.verdict, quiet.assumed], ['worse', undefined]);
  // A single run may be one of a few that are far off: the verdict says what it takes for granted, and no interval is shown.
  assert.deepEqual([quiet.interval, quiet.evenly], [undefined, true]);
  assert.match(quiet.reason ?? '', /taken to lie evenly/);
  assert.equal(loud.verdict, 'inconclusive');
});

test('results of the history that are of something else, of another host or spoilt are left out, and so is a result under comparison', () => {
  const other = resultOf(runsAround(100_000, 6), 7);
  other.devices = [{ ...other.devices[0], modelNumber: 'OTHER' }];
  const twin = resultOf(runsAround(100_000, 6), 8);
  twin.host = { ...twin.host, hostname: 'twin' };
  const spoilt = resultOf(runsAround(100_000, 6), 9);
  spoilt.jobs[2].verdict = { level: 'invalid', reasons: ['io-timeout'] };
  const { jobs, notes } = compareResults([base()], [named('new', resultOf(runsAround(105_000, 6), 2))], {
    history: [named('other.json', other), named('twin.json', twin), named('spoilt.json', spoilt), base()],
  });
  assert.equal(jobs[0].history, 0);
  const told = notes.filter((note) => note.startsWith('of the history'));
  assert.match(told[0], /other\.json is left out: device\.modelNumber \(device 1\) is OTHER, not /);
  assert.match(told[1], /twin\.json is left out: host\.hostname is twin, not /);
  assert.match(told[2], /spoilt\.json is left out: its job randread is invalid: io-timeout/);
  assert.match(told[3], /base is left out: its runs are given already/);
});

test('one run without intervals is never more than inconclusive', () => {
  const comparison = compareResults(
    [named('a', resultOf([{ meanNs: 100_000 }]))],
    [named('b', resultOf([{ meanNs: 200_000 }], 2))],
  );
  assert.equal(comparison.jobs[0].basis, 'single');
  assert.equal(comparison.counts.worse, 0);
  assert.match(comparison.notes.join(), /no variation/);
});

test('three repeats a side are too few, and it says so', () => {
  const comparison = compareResults(
    [named('a', resultOf(runsAround(100_000, 3)))],
    [named('b', resultOf(runsAround(200_000, 3), 2))],
  );
  assert.equal(verdictOf(comparison, 'mean').verdict, 'inconclusive');
  assert.match(verdictOf(comparison, 'mean').reason ?? '', /too few/);
});

const intervals = (meanNs: number, seed: number, count = 60) =>
  intervalsOf(
    Array.from({ length: count }, (_, i) => ({ meanNs: meanNs * (1 + 0.002 * ((i * 7) % 5)) })),
    seed,
  );

test('intervals stand in for repeats, with a note', () => {
  const comparison = compareResults([named('a', intervals(100_000, 1))], [named('b', intervals(115_000, 2))]);
  assert.equal(comparison.jobs[0].basis, 'intervals');
  assert.ok(comparison.jobs[0].blockIntervals >= 3);
  assert.equal(verdictOf(comparison, 'mean').verdict, 'worse');
  assert.match(comparison.notes.join(), /of few runs/);
});

test('a run of fewer than thirty intervals that know nothing of each other is one run', () => {
  const short = compareResults(
    [named('a', intervals(100_000, 1, 29))],
    [named('b', intervals(115_000, 2, 29))],
  );
  assert.equal(short.jobs[0].basis, 'single');
});

for (const how of ['every third empty', 'long stops'] as const)
  test(`a device that stood still is slower by all the time of it: ${how}`, () => {
    const stalled = stalledOf(how, 100_000, 2);
    const comparison = compareResults([named('a', intervals(100_000, 1))], [named('b', stalled)]);
    const iops = verdictOf(comparison, 'iops');
    assert.ok(Math.abs((iops.next ?? 0) - (stalled.jobs[0].directions.read?.iops ?? 0)) < 1e-6);
    // Where it stopped for long, the run has too few intervals that know nothing of each other to be sure.
    assert.equal(iops.verdict, how === 'long stops' ? 'inconclusive' : 'worse');
  });

test('intervals that drift are no observations', () => {
  const drift = (seed: number) =>
    intervalsOf(
      Array.from({ length: 60 }, (_, i) => ({ meanNs: 100_000 * (1 + 0.05 * i) })),
      seed,
    );
  const comparison = compareResults([named('a', drift(1))], [named('b', drift(2))]);
  assert.equal(comparison.jobs[0].basis, 'single');
});

test('bandwidth that is IOPS times the block size is no second finding', () => {
  const { jobs, counts } = compareResults(runsOf('a', 100_000, 6), runsOf('b', 110_000, 6, 2));
  const [iops, bandwidth] = ['iops', 'bandwidth'].map((name) =>
    jobs[0].metrics.find(({ metric }) => metric === name),
  );
  assert.deepEqual([bandwidth?.verdict, bandwidth?.follows], ['worse', 'iops']);
  assert.deepEqual([iops?.verdict, iops?.follows], ['worse', undefined]);
  assert.equal(counts.worse, jobs[0].metrics.filter(({ verdict }) => verdict === 'worse').length - 1);
});

test('a percentile with fewer than ten I/Os of a run beyond it is not judged', () => {
  const { jobs } = compareResults(runsOf('a', 100_000, 6), runsOf('b', 150_000, 6, 2));
  const verdicts = new Map(jobs[0].metrics.map(({ metric, verdict }) => [metric, verdict]));
  // 500 I/Os: 25 lie beyond p95, 5 beyond p99.
  assert.deepEqual([verdicts.get('p95'), verdicts.get('p99')], ['worse', 'inconclusive']);
});

test('the highest latency is judged of four runs a side of about as many I/Os', () => {
  const [a, b] = [runsOf('a', 100_000, 4), runsOf('b', 150_000, 4, 2)];
  const doubled = runsAround(150_000, 4).map((run, i) => named(`c${i}`, resultOf([run, run], 70 + i)));
  assert.equal(verdictOf(compareResults(a, b), 'max').verdict, 'worse');
  const unequal = verdictOf(compareResults(a, doubled), 'max');
  assert.match(unequal.reason ?? '', /unequal numbers/);
  const few = verdictOf(compareResults(a.slice(1), b), 'max');
  assert.match(few.reason ?? '', /it takes 4 runs a side/);
});

test('repeats of one file come with a note on what they do not show', () => {
  const one = compareResults([base()], [named('new', resultOf(runsAround(110_000, 6), 2))]);
  assert.match(one.notes.join(), /few runs of nvbench/);
});

test('errors are compared by their number', () => {
  const failing = runsAround(100_000, 6).map((run) => ({ ...run, errors: 4 }));
  const worse = compareResults([base()], [named('b', resultOf(failing, 2))]);
  assert.equal(verdictOf(worse, 'errors').verdict, 'worse');
  const few = runsAround(100_000, 6).map((run, i) => ({ ...run, errors: i === 0 ? 1 : 0 }));
  assert.equal(
    verdictOf(compareResults([base()], [named('b', resultOf(few, 2))]), 'errors').verdict,
    'inconclusive',
  );
});

test('the same documents give the same verdicts', () => {
  const make = () => compareResults([base()], [named('new', resultOf(runsAround(103_000, 6), 2))]);
  assert.deepEqual(make(), make());
});

test('a job whose figures do not hold is compared with a note that names it and its result', () => {
  const spoilt = resultOf(runsAround(100_000, 6), 2);
  const verdict = { level: 'invalid' as const, reasons: ['io-timeout'] };
  const jobs = spoilt.jobs.map((job, i) => (i === 2 ? { ...job, verdict } : job));
  const { notes } = compareResults([base()], [named('b.json', { ...spoilt, jobs })]);
  assert.match(notes.join('\n'), /not of what was asked for: randread of b\.json is invalid: io-timeout/);
  assert.doesNotMatch(compareResults([base()], [named('b.json', spoilt)]).notes.join(), /was asked for/);
});

test('jobs that one side lacks are named', () => {
  const next = resultOf(runsAround(100_000, 5), 2);
  const more = { ...next, jobs: [...next.jobs, jobOf({ meanNs: 1000 }, 5, 'extra')] };
  const { unmatched } = compareResults([base()], [named('b', more)]);
  assert.deepEqual(unmatched, [{ job: 'extra', role: 0, direction: 'read', side: 'new' }]);
});

test('of three results, those that cannot be told apart share a place', () => {
  const many = compareMany([
    named('slow', resultOf(runsAround(150_000, 6))),
    named('fast', resultOf(runsAround(100_000, 6), 2)),
    named('fast too', resultOf(runsAround(100_500, 6), 3)),
  ]);
  const mean = many.rankings.find(({ metric }) => metric === 'mean');
  assert.deepEqual(
    mean?.results.map(({ name, place }) => [name, place]),
    [
      ['fast', 1],
      ['fast too', 1],
      ['slow', 3],
    ],
  );
  assert.equal(many.comparisons.length, 2);
});
