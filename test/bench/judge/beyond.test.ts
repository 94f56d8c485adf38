import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  analyseAb,
  changePoints,
  confidenceAt,
  EngineError,
  endingOf,
  history,
  looksOf,
  selfTest,
} from '../../../bench/index.js';
import { experimentOf } from '../../reports/ab/experiments.js';
import { resultOf, runsAround } from '../../reports/compare/documents.js';

test('an experiment can be judged, look by look, by who has its document', () => {
  const looks = looksOf(24, 0.95);
  assert.deepEqual(looks, [8, 12, 16, 24]);
  const document = experimentOf(
    (role, block) => ({ meanNs: (role === 'B' ? 120_000 : 100_000) * (1 + 0.001 * block) }),
    { experiment: 8, control: 0 },
  );
  const analysis = analyseAb(document, { confidence: confidenceAt(looks, 0.95, 8), margin: 0.03 });
  assert.equal(endingOf(document, analysis, { confidence: 0.95, looks, metrics: ['iops'] }), 'sure');
});

test('gates can be tried, and refused by their text', () => {
  const runs = [1, 2, 3].map((seed) => resultOf(runsAround(100_000, 1), seed));
  const { gates, power } = selfTest(['iops >= -3% vs baseline'], runs, { baseline: runs.slice(0, 2) });
  const outcomes = gates[0].checks[0].outcomes ?? [];
  assert.ok(outcomes.length > 5 && power === 0.8);
  assert.ok((outcomes.at(-1)?.fail ?? 0) > 0.9, JSON.stringify(outcomes.at(-1)));
  assert.throws(
    () => selfTest(['iops'], runs),
    (error) => error instanceof EngineError && error.code === 'BAD_GATE',
  );
});

test('changes of level are found in results and in numbers alike', () => {
  const results = Array.from({ length: 40 }, (_, i) => {
    const result = resultOf([{ meanNs: (i < 20 ? 100_000 : 115_000) * (1 + 0.001 * (i % 7)) }], i);
    const startedAt = new Date(86_400_000 * i).toISOString();
    return { ...result, jobs: result.jobs.map((job) => ({ ...job, startedAt })) };
  });
  const figure = history(results).tracks[0].figures.find(({ metric }) => metric === 'iops');
  const options = { window: 30, alpha: 0.001, magnitude: 0.05 };
  const values = (figure?.values ?? []).flatMap((value) => value ?? []);
  assert.deepEqual(
    [figure?.changes.map(({ run }) => run), changePoints(values, options).map(({ index }) => index)],
    [[20], [20]],
  );
});
