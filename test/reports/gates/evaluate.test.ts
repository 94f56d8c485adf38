import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  evaluateGates,
  type GateRequest,
  type GateVerdict,
  parseGate,
} from '../../../reports/gates/index.js';
import type { BenchResult, JobRecord } from '../../../reports/index.js';
import { intervalsOf, jobOf, named, resultOf, runsAround, stalledOf } from '../compare/documents.js';
import { sampleResult, troubledResult } from '../sample.js';

function verdict(text: string, result: BenchResult, more: Partial<GateRequest> = {}): GateVerdict {
  return evaluateGates({ gates: [parseGate(text)], result: named('r', result), ...more }).verdict;
}

const steady = () => resultOf(runsAround(100_000, 8));

test('absolute bounds hold, fail, or lie within what the figure may be', () => {
  assert.equal(verdict('randread.read.p50 <= 120us', steady()), 'pass');
  assert.equal(verdict('p50 <= 80us', steady()), 'fail');
  assert.equal(verdict('p50 <= 100us', steady()), 'inconclusive');
  assert.equal(verdict('iops >= 9k', steady()), 'pass');
  assert.equal(verdict('iops >= 11k', steady()), 'fail');
  assert.equal(verdict('mean <= 100us', steady()), 'inconclusive');
  assert.equal(verdict('bandwidth >= 30MiB/s', steady()), 'pass');
  assert.equal(verdict('max <= 200us', steady()), 'pass');
});

test('an invalid job has no verdict but that, whatever is asked; a suspect one is judged', () => {
  const as = (level: 'suspect' | 'invalid'): BenchResult => {
    const result = steady();
    return { ...result, jobs: result.jobs.map((job) => ({ ...job, verdict: { level, reasons: ['why'] } })) };
  };
  for (const gate of ['p50 <= 120us', 'errors == 0', 'iops >= 1'])
    assert.equal(verdict(gate, as('invalid')), 'invalid');
  const report = evaluateGates({ gates: [parseGate('errors == 0')], result: named('r', as('invalid')) });
  assert.match(report.gates[0].checks[0].reason ?? '', /the job is invalid: why/);
  assert.equal(verdict('p50 <= 120us', as('suspect')), 'pass');
});

for (const how of ['every third empty', 'long stops'] as const)
  test(`time in which a device stood still counts: ${how}`, () => {
    // 10,000 IOPS in two thirds of the time.
    const stalled = stalledOf(how, 100_000);
    assert.equal(verdict('iops >= 5k', stalled), 'pass');
    assert.equal(verdict('iops >= 9k', stalled), 'fail');
    const baseline = named(
      'b',
      intervalsOf(
        Array.from({ length: 60 }, () => ({ meanNs: 100_000 })),
        2,
      ),
    );
    assert.notEqual(verdict('iops >= -10% vs baseline', stalled, { baseline }), 'pass');
  });

test('where nothing completed no errors are no proof that there are none', () => {
  const [first, ...others] = steady().jobs;
  const result = { ...steady(), jobs: [{ ...first, directions: {} }, ...others] };
  const report = evaluateGates({ gates: [parseGate('errors == 0')], result: named('r', result) });
  assert.equal(report.verdict, 'invalid');
  assert.match(report.gates[0].checks[0].reason ?? '', /nothing completed in 1 of 8 repeats/);
  assert.equal(verdict('errors >= 1', result), 'fail');
});

test('errors are counted over all repeats', () => {
  const failing = resultOf(runsAround(100_000, 5).map((run, i) => ({ ...run, errors: i === 3 ? 2 : 0 })));
  assert.equal(verdict('errors == 0', steady()), 'pass');
  assert.equal(verdict('errors == 0', failing), 'fail');
  assert.equal(verdict('errors <= 2', failing), 'pass');
});

test('bounds against a baseline', () => {
  const baseline = named('b', resultOf(runsAround(100_000, 8), 2));
  const slower = resultOf(runsAround(115_000, 8), 3);
  assert.equal(verdict('p50 <= +8% vs baseline', steady(), { baseline }), 'pass');
  assert.equal(verdict('p50 <= +5% vs baseline', slower, { baseline }), 'fail');
  assert.equal(verdict('iops >= -5% vs baseline', slower, { baseline }), 'fail');
  assert.equal(verdict('p50 <= +15% vs baseline', slower, { baseline }), 'inconclusive');
});

test('a run that is held against itself is told', () => {
  const reasonOf = (baseline: BenchResult): string =>
    evaluateGates({
      gates: [parseGate('p50 <= +8% vs baseline'), parseGate('p50 <= 120us')],
      result: named('r', steady()),
      baseline: named('b', baseline),
    })
      .gates.map(({ checks }) => checks[0].reason)
      .join('\n');
  assert.match(
    reasonOf(steady()),
    /a run is in the baseline as well, and no worse than itself\n(?!.*itself)/,
  );
  assert.doesNotMatch(reasonOf(resultOf(runsAround(100_000, 8), 2)), /itself/);
});

test('too few repeats against a baseline are inconclusive, however large the change', () => {
  const baseline = named('b', resultOf([{ meanNs: 100_000 }]));
  assert.equal(
    verdict('p50 <= +5% vs baseline', resultOf([{ meanNs: 900_000 }]), { baseline }),
    'inconclusive',
  );
});

const neverPass: readonly (readonly [string, string, BenchResult, Partial<GateRequest>?])[] = [
  ['a job that is not there', 'other.p50 <= 1s', steady()],
  ['a direction that is not there', 'write.p50 <= 1s', steady()],
  ['no baseline', 'p50 <= +900% vs baseline', steady()],
  ['an unreadable baseline', 'p50 <= +900% vs baseline', steady(), { baselineProblem: 'broken' }],
  [
    'a baseline without the job',
    'p50 <= +900% vs baseline',
    steady(),
    { baseline: named('b', { ...sampleResult(), jobs: [] }), force: true },
  ],
  ['an empty result', 'errors == 0', { ...sampleResult(), jobs: [] }],
  ['an interrupted result', 'errors == 0', troubledResult()],
  ['an incomplete result', 'errors == 0', { ...steady(), complete: false }],
  [
    'a job that was stopped',
    'errors == 0',
    { ...steady(), jobs: steady().jobs.map((job) => ({ ...job, stopReason: 'errors' as const })) },
  ],
  [
    'a job in which nothing was measured',
    'errors == 0',
    { ...steady(), jobs: steady().jobs.map((job) => ({ ...job, directions: {} })) },
  ],
];

for (const [what, gate, result, more] of neverPass) {
  test(`${what} is invalid, not a pass`, () => {
    assert.equal(verdict(gate, result, more), 'invalid');
  });
}

const withJobs = (result: BenchResult, change: Partial<JobRecord>): BenchResult => ({
  ...result,
  jobs: result.jobs.map((job, i) => (i === 3 ? { ...job, ...change } : job)),
});

test('a gate against a job of a baseline whose figures do not hold is invalid and says why, forced or not', () => {
  const gates = ['p50 <= +900% vs baseline', 'p50 <= 1s'].map(parseGate);
  const spoilt: readonly (readonly [Partial<JobRecord>, RegExp])[] = [
    [{ verdict: { level: 'invalid', reasons: ['io-timeout'] } }, /job is invalid: io-timeout/],
    [{ stopReason: 'timeout' }, /job did not run to its end: timeout/],
  ];
  for (const [change, why] of spoilt)
    for (const force of [false, true]) {
      const baseline = named('b', withJobs(resultOf(runsAround(100_000, 8), 2), change));
      const report = evaluateGates({ gates, result: named('r', steady()), baseline, force });
      assert.deepEqual(
        report.gates.map((judged) => judged.verdict),
        ['invalid', 'pass'],
      );
      assert.match(report.gates[0].checks[0].reason, why);
    }
});

test('a baseline in which I/Os of the job failed is invalid unless forced', () => {
  const runs = runsAround(100_000, 8).map((run, i) => ({ ...run, errors: i === 3 ? 2 : 0 }));
  const baseline = named('b', resultOf(runs, 2));
  const gate = 'iops >= -20% vs baseline';
  const report = evaluateGates({ gates: [parseGate(gate)], result: named('r', steady()), baseline });
  assert.match(report.gates[0].checks[0].reason, /baseline had 2 errors in this job/);
  assert.equal(verdict(gate, steady(), { baseline, force: true }), 'pass');
});

test('a job that one of several results, or of several baselines, lacks is invalid by the name of that result', () => {
  const both = (seed: number): BenchResult => {
    const result = resultOf(runsAround(100_000, 4), seed);
    return { ...result, jobs: [...result.jobs, jobOf({ meanNs: 100_000 }, seed, 'other')] };
  };
  const one = named('lacking.json', resultOf(runsAround(100_000, 4), 3));
  const found = (gate: string, more: Partial<GateRequest>) => {
    const report = evaluateGates({ gates: [parseGate(gate)], result: named('r', both(1)), ...more });
    return report.gates[0].checks.map((check) => `${check.job} ${check.verdict} ${check.reason}`);
  };
  const several = [named('a.json', both(1)), one, named('b.json', both(2))];
  const [randread, other] = found('errors == 0', { result: several });
  assert.match(randread, /randread pass/);
  assert.match(other, /other invalid lacking\.json does not have this job/);
  assert.match(
    found('other.p50 <= +900% vs baseline', { result: named('r', both(9)), baseline: several })[0],
    /other invalid of the baseline lacking\.json does not have this job/,
  );
});

test('a baseline that is not comparable is invalid unless forced', () => {
  const other = resultOf(runsAround(100_000, 8), 2);
  other.devices = [{ ...other.devices[0], firmwareRevision: 'NEW' }];
  const baseline = named('b', other);
  const report = evaluateGates({
    gates: [parseGate('p50 <= 5% vs baseline')],
    result: named('r', steady()),
    baseline,
  });
  assert.equal(report.verdict, 'invalid');
  assert.match(report.gates[0].checks[0].reason, /firmwareRevision/);
  assert.equal(verdict('p50 <= 8% vs baseline', steady(), { baseline, force: true }), 'pass');
});

test('a pattern with an addition asks for the operations of the pattern', () => {
  const result = steady();
  result.jobs = result.jobs.map((job) => ({ ...job, rw: 'write:-8k' }));
  assert.equal(
    evaluateGates({ gates: [parseGate('write.p99 <= 1s')], result: named('r', result) }).verdict,
    'invalid',
  );
  assert.equal(verdict('read.p99 <= 1s', result), 'pass');
});

test('no gates are no pass', () => {
  assert.equal(evaluateGates({ gates: [], result: named('r', steady()) }).verdict, 'invalid');
});

test('the report is as bad as its worst gate', () => {
  const gates = ['errors == 0', 'p50 <= 100us', 'p50 <= 1us'].map(parseGate);
  const report = evaluateGates({ gates, result: named('r', steady()) });
  assert.deepEqual(
    report.gates.map((each) => each.verdict),
    ['pass', 'inconclusive', 'fail'],
  );
  assert.equal(report.verdict, 'fail');
});

/** The first histogram of each direction, or of each interval, is no histogram any more. */
function broken(result: BenchResult, what: 'whole' | 'intervals'): BenchResult {
  for (const { directions, intervals = [] } of result.jobs) {
    const parts = what === 'whole' ? [directions.read] : intervals.map(({ read }) => read);
    for (const part of parts) if (part?.histogram) part.histogram = { ...part.histogram, data: 'AAAA' };
  }
  return result;
}

for (const [what, baseline, own] of [
  ['whole', resultOf(runsAround(100_000, 8)), steady()],
  ['intervals', intervalsOf(runsAround(100_000, 30)), intervalsOf(runsAround(100_000, 30), 2)],
] as const) {
  test(`a baseline with an unreadable histogram (${what}) is invalid, absolute bounds are judged all the same`, () => {
    const report = evaluateGates({
      gates: ['p50 <= 1s', 'p50 <= +900% vs baseline'].map(parseGate),
      result: named('r', own),
      baseline: named('b', broken(structuredClone(baseline), what)),
    });
    assert.deepEqual(
      report.gates.map(({ verdict }) => verdict),
      ['pass', 'invalid'],
    );
    assert.match(report.gates[1].checks[0].reason, /cannot be (used|read): /);
  });
}
