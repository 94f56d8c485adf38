/** The table of figures: what every reader makes of its rows. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { latencyIndex } from '../../../engine/stats/histogram.js';
import {
  DEVICE_FIGURES,
  type Figure,
  JOB_FIGURES,
  OPERATION_FIGURES,
} from '../../../reports/document/figures.js';
import { evaluateGates, GateError, parseGate } from '../../../reports/gates/index.js';
import {
  type BenchResult,
  buildFigures,
  buildGaps,
  buildLatency,
  buildOperation,
  buildResponse,
  buildSmart,
  buildWorker,
  formatView,
  type JobRecord,
  mergeResults,
} from '../../../reports/index.js';
import { countsOf, readJob, smart, workerCounts } from '../sample.js';
import { gated, jobWith, options, repeated, resultWith, view } from './figured.js';

const TABLES: readonly (readonly Figure<never>[])[] = [OPERATION_FIGURES, JOB_FIGURES, DEVICE_FIGURES];
const ROWS = TABLES.flat();

test('a temperature of 0 K is no figure', () => {
  const [temperature] = DEVICE_FIGURES;
  const at = (temperatureKelvin: number) => temperature.value(buildSmart({ ...smart, temperatureKelvin }));
  assert.deepEqual([at(315), at(0)], [42, undefined]);
});

describe('the table of figures', () => {
  test('names no figure and no column twice', () => {
    for (const key of ['name', 'column'] as const) {
      const all = ROWS.map((row) => row[key]);
      assert.deepEqual(all, [...new Set(all)]);
    }
  });

  test('gives every figure a column of CSV with a value', () => {
    const [heads, row] = view('csv')
      .split('\r\n')
      .map((line) => line.split(','));
    const empty = ROWS.filter(({ column }) => !row[heads.indexOf(column)]).map(({ column }) => column);
    assert.deepEqual(empty, []);
  });

  test('gives every figure that is exposed a metric with a sample', () => {
    const text = view('openmetrics');
    const families = [...text.matchAll(/^# HELP nvbench_\S+ (.*)\.$/gm)].map(([, help]) =>
      help.toLowerCase(),
    );
    const exposed = ROWS.filter(({ exposed: type }) => type !== undefined);
    const missing = exposed.filter(({ what }) => !families.includes(what.toLowerCase()));
    assert.deepEqual(missing, []);
  });

  test('shows every figure that has a head on the terminal, in Markdown and in HTML', () => {
    const texts = [view('text').replace(/\s+/g, ' '), view('markdown'), view('html')];
    for (const { head = '', said } of ROWS.filter((row) => row.head !== undefined)) {
      const inSentences = (said?.('') ?? head).trim().split(/ {2,}/)[0];
      for (const text of texts) assert.ok(text.includes(head) || text.includes(inSentences), head);
    }
  });
});

describe('kept depth', () => {
  test('is the I/Os in flight by the law of Little, over all operations', () => {
    // 100,000 IOPS of 100 µs and 10,000 of 1 ms, as their buckets have them.
    const read = buildOperation(countsOf([100_000, 200_000]), 4096, 2e9, 0);
    const write = buildOperation(countsOf([1_000_000, 20_000]), 4096, 2e9, 0);
    const asked = { iodepth: 16, queuePairs: 2, numjobs: 1, directions: { read, write } };
    const { depthAsked, keptDepth } = buildFigures(asked) ?? assert.fail();
    assert.equal(depthAsked, 32);
    assert.ok(Math.abs(keptDepth - 20) < 0.02, `${keptDepth}`);
  });

  test('is 0 where nothing was measured', () => {
    const { keptDepth } = buildFigures({ ...readJob(), directions: {} }) ?? assert.fail();
    assert.equal(keptDepth, 0);
  });

  test('stands beside the depth asked on the terminal, and by itself elsewhere', () => {
    assert.match(view('text'), /kept depth\s+31\.5 of 32/);
    assert.match(view('markdown'), /\| 31\.5 \|/);
    assert.match(view('openmetrics'), /^nvbench_kept_depth\{.*\} 31\.5$/m);
  });

  test('is not said of a document that does not have it', () => {
    const { figures: _, ...older } = jobWith(250);
    for (const format of ['text', 'markdown', 'html', 'openmetrics'] as const)
      assert.doesNotMatch(formatView(format, [resultWith([older])], options), /kept.depth/);
  });

  test('is what gates may ask for', () => {
    const result = resultWith([0, 1, 2, 3].map((index) => jobWith(250, { repeat: { index, count: 4 } })));
    // Runs may differ by 2 %, of which 1.6 % are not told.
    const gates = ['kept_depth >= 30', 'kept_depth >= 32', 'kept_depth >= 33'].map(parseGate);
    const judged = evaluateGates({ gates, result: { name: 'a', result } }).gates;
    assert.deepEqual(
      judged.map(({ verdict }) => verdict),
      ['pass', 'inconclusive', 'fail'],
    );
  });
});

describe('gates on figures of a whole job', () => {
  test('hold over repeats', () => {
    const result = repeated([250, 251, 249, 250]);
    assert.equal(gated('cpu_per_io <= 300ns', result).verdict, 'pass');
    assert.equal(gated('cpu_per_io <= 0.2us', result).verdict, 'fail');
    assert.equal(gated('cpu_per_io <= 250ns', result).verdict, 'inconclusive');
  });

  test('are inconclusive of one run, which shows no variation', () => {
    const { verdict, checks } = gated('cpu_per_io <= 1s', resultWith([jobWith(250)]));
    assert.equal(verdict, 'inconclusive');
    assert.deepEqual([checks[0].direction, checks[0].value], [undefined, 250]);
  });

  test('count over all repeats what is counted', () => {
    const collected = { ...workerCounts, garbageCollections: 1 };
    const jobs = [jobWith(250), jobWith(250, { workers: [buildWorker(collected)] })];
    assert.equal(gated('garbage_collections == 1', resultWith(jobs)).verdict, 'pass');
    assert.equal(gated('garbage_collections == 0', resultWith(jobs)).verdict, 'fail');
  });

  test('are invalid where it was not measured', () => {
    const imported = resultWith([{ ...readJob(), workers: [] }]);
    assert.equal(gated('garbage_collections == 0', imported).verdict, 'invalid');
    assert.equal(gated('cpu_per_io <= 1s', imported).verdict, 'invalid');
  });

  test('are not of an operation', () => {
    const [check] = gated('read.cpu_per_io <= 1s', resultWith([jobWith(250)])).checks;
    assert.match(check.reason, /cpu_per_io is of a whole job.*leave read out/);
    assert.throws(() => parseGate('cpu_per_io == 250ns'), GateError);
  });
});

describe('figures of jobs that are added up', () => {
  const at = (hostname: string, startedAt: string, elapsedNs: number, depthAsked: number): BenchResult => {
    const result = resultWith([jobWith(250, { startedAt, elapsedNs, figures: { depthAsked } })]);
    return { ...result, host: { ...result.host, hostname } };
  };
  const sumOf = (...results: BenchResult[]): JobRecord['figures'] =>
    mergeResults(results, { toolVersion: '0', sum: true }).jobs[0].figures;

  test('add up side by side', () => {
    const first = '2025-03-01T10:00:01.000Z';
    assert.deepEqual(sumOf(at('one', first, 2e9, 32), at('two', first, 2e9, 32)), { depthAsked: 64 });
  });

  test('are means over the time in turn', () => {
    const [one, two] = ['2025-03-01T10:00:01.000Z', '2025-03-01T10:01:01.000Z'];
    assert.deepEqual(sumOf(at('one', one, 1e9, 10), at('one', two, 3e9, 30)), { depthAsked: 25 });
  });

  test('are not known where one of them is not', () => {
    const without = at('two', '2025-03-01T10:00:01.000Z', 2e9, 32);
    const { figures: _, ...job } = without.jobs[0];
    const sum = sumOf(at('one', '2025-03-01T10:00:01.000Z', 2e9, 32), { ...without, jobs: [job] });
    assert.equal(sum, undefined);
  });
});

test('health is told with what it was before', () => {
  const text = view('text');
  assert.match(text, /health +37 °C to 42 °C, 1 % used, media errors 0/);
});

test('response times of jobs that are added up come from their histograms', () => {
  const [fast, slow] = [countsOf([1000, 30]), countsOf([2000, 10])].map((counts) =>
    resultWith([jobWith(250, { response: buildResponse(counts) })]),
  );
  const [job] = mergeResults([fast, { ...slow, startedAt: '2026-01-02T00:00:00.000Z' }], {
    toolVersion: '1',
    sum: true,
  }).jobs;
  assert.deepEqual([job.response?.ios, job.response?.latencyNs.mean], [40, 1250]);
});

describe('what is told of gaps', () => {
  const inGap = latencyIndex(5_000_000);
  const gaps = buildGaps(countsOf([1000, 9], [5_000_000, 3]), [
    { count: 1, durationNs: 4e6, latencies: [[inGap, 1]] },
    { count: 2, durationNs: 1e7, latencies: [[inGap, 2]] },
  ]);

  test('is the latencies with and without what was in flight over one', () => {
    assert.deepEqual([gaps.count, gaps.durationNs, gaps.ios, gaps.others.ios], [3, 1.4e7, 3, 9]);
    assert.equal(gaps.others.latencyNs.max, buildLatency(countsOf([1000, 9])).max);
    const text = formatView('text', [resultWith([jobWith(250, { gaps })])], options).replace(/\s+/g, ' ');
    assert.match(text, /in gaps 3 \(over 3 gaps of the loop, 14(\.0)? ms in all\)/);
    const [check] = gated('without_gaps_max <= 2us', resultWith([jobWith(250, { gaps })])).checks;
    assert.equal(check.value, 1000);
  });

  test('is nothing for people where no I/O was in one, and bounds of gates hold all the same', () => {
    const none = buildGaps(countsOf([1000, 9]), [{ count: 1, durationNs: 4e6, latencies: [] }]);
    const result = resultWith([jobWith(250, { gaps: none })]);
    for (const format of ['text', 'markdown', 'html'] as const)
      assert.ok(!formatView(format, [result], options).includes('without gaps'), format);
    assert.equal(gated('without_gaps_p99 <= 2us', result).checks[0].value, 1000);
    assert.equal(gated('gap_ios == 0', result).verdict, 'pass');
  });

  test('is of all jobs that are added up, by their counts', () => {
    const read = buildOperation(countsOf([1000, 9], [5_000_000, 3]), 4096, 2e9, 0);
    const result = resultWith([jobWith(250, { gaps, directions: { read } })]);
    const startedAt = '2026-01-02T00:00:00.000Z';
    const later = { ...result, startedAt, jobs: result.jobs.map((job) => ({ ...job, startedAt })) };
    const [{ gaps: merged }] = mergeResults([result, later], { toolVersion: '1', sum: true }).jobs;
    assert.deepEqual([merged?.count, merged?.ios, merged?.others.ios], [6, 6, 18]);
  });
});
