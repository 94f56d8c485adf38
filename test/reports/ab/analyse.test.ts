import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type AbAnalysis,
  type AbDocument,
  type AbMetric,
  type AbRole,
  analyseAb,
} from '../../../reports/ab/index.js';
import { type BenchResult, ReportError } from '../../../reports/index.js';
import { jobOf, type Run, resultOf } from '../compare/documents.js';
import { sampleResult } from '../sample.js';
import { drifting, experimentOf } from './experiments.js';

function metric({ jobs }: AbAnalysis, name: string): AbMetric {
  const found = jobs[0].metrics.find((each) => each.metric === name);
  assert.ok(found);
  return found;
}

test('finds a slowdown of 8 % on a host that drifts by far more', () => {
  const analysis = analyseAb(
    experimentOf((role, block) => ({ meanNs: drifting(block) * (role === 'B' ? 1.08 : 1) })),
  );
  const mean = metric(analysis, 'mean');
  assert.equal(mean.verdict, 'worse');
  assert.ok(Math.abs((mean.ratio ?? 0) - 1.08) < 0.005, String(mean.ratio));
  assert.ok(mean.interval && mean.interval[0] < 1.08 && mean.interval[1] > 1.08);
  assert.equal(mean.p, 2 / 64);
  assert.equal(metric(analysis, 'iops').verdict, 'worse', 'fewer IOPS are worse');
});

test('a leg that stands twice is refused, as is one of two in one place', () => {
  const document = experimentOf(() => ({ meanNs: 100_000 }));
  const { blocks, legs } = document;
  // As two copies of one session put together.
  const shifted = legs
    .filter(({ block }) => block !== null)
    .map((leg) => ({ ...leg, block: (leg.block ?? 0) + blocks.length }));
  const refused = (merged: Partial<AbDocument>, reason: RegExp) =>
    assert.throws(
      () => analyseAb({ ...document, ...merged }),
      (error) => error instanceof ReportError && error.code === 'LEG_REPEATED' && reason.test(error.reason),
    );
  refused(
    { blocks: [...blocks, ...blocks], legs: [...legs, ...shifted] },
    /legs\[2\] and legs\[26\] are both the same run, and so are 23 more pairs/,
  );
  const again = { ...legs[2], result: resultOf([{ meanNs: 100_000 }], 77) };
  refused({ legs: [...legs, again] }, /legs\[2\] and legs\[26\] are both A of blocks\[0\]/);
});

test('a drop of latency is better, with more IOPS', () => {
  const analysis = analyseAb(experimentOf((role) => ({ meanNs: role === 'B' ? 80_000 : 100_000 })));
  assert.deepEqual(
    ['iops', 'bandwidth', 'mean', 'p50', 'p99', 'max'].map((name) => metric(analysis, name).verdict),
    Array(6).fill('better'),
  );
  assert.equal(analysis.counts.worse, 0);
});

test('equal sides are the same where the noise is within the margin', () => {
  const analysis = analyseAb(experimentOf(() => ({ meanNs: 100_000 })));
  assert.equal(metric(analysis, 'mean').verdict, 'same');
  assert.equal(analysis.counts.better + analysis.counts.worse, 0);
});

test('the control has its own interval beside the effect', () => {
  const analysis = analyseAb(experimentOf((role) => ({ meanNs: role === 'B' ? 150_000 : 100_000 })));
  const { control, verdict } = metric(analysis, 'mean');
  assert.equal(verdict, 'worse');
  assert.equal(control?.verdict, 'same');
  assert.ok(control.interval && control.interval[0] < 1 && control.interval[1] > 1);
});

test('an effect in the control makes its metrics inconclusive, and says so', () => {
  const analysis = analyseAb(
    experimentOf((role) => ({ meanNs: { A: 100_000, B: 150_000, "A'": 110_000 }[role] })),
  );
  const mean = metric(analysis, 'mean');
  assert.equal(mean.control?.verdict, 'worse');
  assert.equal(mean.verdict, 'inconclusive');
  assert.match(mean.reason ?? '', /the control shows \+1\d\.\d % between A and A/);
  assert.equal(analysis.counts.worse, 0);
  assert.equal(analysis.failedControls, 10);
});

test('warm-up legs count for nothing', () => {
  const analysis = analyseAb(experimentOf(() => ({ meanNs: 100_000 })));
  assert.equal(analysis.legs, 24);
  assert.ok(Math.abs((metric(analysis, 'mean').next ?? 0) - 100_000) < 2000);
});

test('a block with a leg that did not run to its end is left out, the other blocks count', () => {
  const cut = (role: string, block: number) => role === 'B' && block === 2;
  const analysis = analyseAb(
    experimentOf(
      (role, block) =>
        cut(role, block)
          ? { ...resultOf([{ meanNs: 1_000_000 }]), complete: false }
          : { meanNs: role === 'B' ? 150_000 : 100_000 },
      { experiment: 8, control: 0 },
    ),
  );
  assert.deepEqual(analysis.blocks, { planned: 8, usable: 7 });
  assert.equal(analysis.jobs[0].blocks, 7);
  assert.equal(metric(analysis, 'mean').verdict, 'worse');
  assert.match(analysis.notes.join('\n'), /7 of 8 experiment blocks ran to their end/);
});

test('blocks that a session never came to are no failure of the analysis', () => {
  const document = experimentOf(() => ({ meanNs: 100_000 }));
  const analysis = analyseAb({ ...document, complete: false, legs: document.legs.slice(0, 7) });
  assert.deepEqual(analysis.blocks, { planned: 6, usable: 2 });
  assert.equal(metric(analysis, 'mean').verdict, 'inconclusive');
  assert.match(metric(analysis, 'mean').reason ?? '', /2 blocks are too few, it takes 6/);
});

test('no leg at all is an empty analysis', () => {
  const { jobs, blocks } = analyseAb({ ...experimentOf(() => ({ meanNs: 1 })), legs: [] });
  assert.deepEqual([jobs, blocks], [[], { planned: 6, usable: 0 }]);
});

test('jobs are paired by name: what one side lacks is told, not compared', () => {
  const analysis = analyseAb(
    experimentOf((role, block) => {
      const result = resultOf([{ meanNs: 100_000 }], block + 1);
      const other = jobOf({ meanNs: 50_000 }, block, role === 'B' ? 'of-b' : 'of-a');
      return { ...result, jobs: [...result.jobs, other] };
    }),
  );
  assert.deepEqual(
    analysis.jobs.map(({ job }) => job),
    ['randread'],
  );
  assert.deepEqual(
    analysis.unmatched.map(({ job, side }) => [job, side]),
    [
      ['of-a', 'A'],
      ['of-b', 'B'],
    ],
  );
});

test('errors are counted over the legs and tested by their shares', () => {
  const analysis = analyseAb(
    experimentOf((role, block) => ({ meanNs: 100_000, errors: role === 'B' ? 5 + block : 1 })),
  );
  const errors = metric(analysis, 'errors');
  assert.equal(errors.base, 6);
  assert.equal(errors.next, 5 + 6 + 7 + 8 + 9 + 10);
  // Of all ways to draw which six of the 24 legs are of B, this one: no leg of A has as many.
  assert.ok(Math.abs((errors.p ?? 1) * 134_596 - 1) < 1e-6, `${errors.p}`);
});

describe('errors of one side', () => {
  const errorsOf = (role: AbRole, block: number): Run => ({
    meanNs: 100_000,
    errors: role === 'B' && block < 6 ? 20_000 : 0,
  });
  const tens = { experiment: 10, control: 10 };

  test('in six of ten blocks, and none on the other, are worse', () => {
    const { base, next, verdict } = metric(analyseAb(experimentOf(errorsOf, tens)), 'errors');
    assert.deepEqual([base, next, verdict], [0, 120_000, 'worse']);
  });

  test('are so without controls, too, from their pairs alone', () => {
    const document = experimentOf(errorsOf, { experiment: 10, control: 0 });
    const errors = metric(analyseAb(document), 'errors');
    assert.deepEqual([errors.p, errors.verdict], [2 / 64, 'worse']);
  });

  test('of one of ten jobs are found among the others', () => {
    const document = experimentOf((role, block) => {
      const jobs = Array.from({ length: 10 }, (_, i) =>
        jobOf(i === 0 ? errorsOf(role, block) : { meanNs: 100_000 }, 100 * block + i, `job${i}`),
      );
      return { ...sampleResult(), jobs };
    }, tens);
    const verdicts = analyseAb(document).jobs.map(({ metrics }) =>
      metrics.find((m) => m.metric === 'errors'),
    );
    assert.deepEqual(
      verdicts.map((errors) => errors?.verdict),
      ['worse', ...Array.from({ length: 9 }, () => 'same')],
    );
  });

  test('make no effect of the controls, whose legs are ranked among themselves', () => {
    const document = experimentOf(
      (role, block) => ({ meanNs: 100_000, errors: role === 'B' ? 20_000 : block < 10 ? 10_000 : block % 2 }),
      tens,
    );
    const { verdict, control } = metric(analyseAb(document), 'errors');
    assert.deepEqual([verdict, control?.verdict], ['worse', 'inconclusive']);
  });

  test('that come in whole blocks, on both sides, are no finding', () => {
    const document = experimentOf(
      (_, block) => ({ meanNs: 100_000, errors: block % 3 === 0 ? 20_000 : 0 }),
      tens,
    );
    assert.equal(metric(analyseAb(document), 'errors').verdict, 'inconclusive');
  });
});

describe('a side on which nothing completed', () => {
  const emptyOf = (seed: number): BenchResult => {
    const result = resultOf([{ meanNs: 100_000 }], seed);
    return { ...result, jobs: result.jobs.map((job) => ({ ...job, directions: {} })) };
  };

  test('in any block is worse in its rates, without a test', () => {
    const document = experimentOf((role, block) => (role === 'B' ? emptyOf(block + 1) : { meanNs: 100_000 }));
    const iops = metric(analyseAb(document), 'iops');
    assert.deepEqual([iops.verdict, iops.next, iops.idle], ['worse', 0, 'new']);
  });

  test('in most blocks is no smaller experiment of the others, but worse', () => {
    const document = experimentOf(
      (role, block) => (role === 'B' && block < 7 ? emptyOf(block + 1) : { meanNs: 100_000 }),
      { experiment: 10, control: 10 },
    );
    const analysis = analyseAb(document);
    assert.equal(analysis.jobs[0].blocks, 10);
    const { verdict, next, p = 1 } = metric(analysis, 'iops');
    assert.deepEqual([verdict, next], ['worse', 0]);
    assert.ok(p < 0.05, `${p}`);
  });
});

test('fewer than eight blocks are warned of, eight are not', () => {
  const notesOf = (experiment: number): readonly string[] =>
    analyseAb(experimentOf(() => ({ meanNs: 100_000 }), { experiment, control: 8 })).notes;
  assert.match(notesOf(7).join('\n'), /7 blocks are fewer than 8: all of them have to agree/);
  assert.doesNotMatch(notesOf(8).join('\n'), /fewer than 8/);
});

test('what sets the sides apart is named, and apart from it what changed on a side under way', () => {
  const document = experimentOf((role, block) => {
    const result = resultOf([{ meanNs: 100_000 }], block + 1);
    const governor = block === 3 && role === 'A' ? 'powersave' : 'performance';
    const config = { jobs: [{ name: 'randread', iodepth: role === 'B' ? 64 : 1 }] };
    return { ...result, config, host: { ...result.host, governor } };
  });
  const { drift, differences } = analyseAb({
    ...document,
    legs: document.legs.filter(({ block }) => block !== null),
  });
  assert.deepEqual(
    drift.map(({ fact, next, between }) => [fact, next, between]),
    [['host.governor', 'powersave', ['leg 1 of A', 'leg 4 of A']]],
  );
  assert.deepEqual(
    differences.map(({ where, base, next }) => [where, base, next]),
    [['jobs.randread.iodepth', '1', '64']],
  );
});

test('a stricter margin and confidence can be asked of the same legs', () => {
  const document = experimentOf((role) => ({ meanNs: role === 'B' ? 102_000 : 100_000 }));
  assert.equal(metric(analyseAb(document), 'mean').verdict, 'same');
  assert.equal(metric(analyseAb(document, { confidence: 0.95, margin: 0.005 }), 'mean').verdict, 'worse');
  assert.equal(
    metric(analyseAb(document, { confidence: 0.99, margin: 0.03 }), 'mean').verdict,
    'inconclusive',
  );
});
