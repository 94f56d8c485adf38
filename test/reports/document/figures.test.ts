/** The table of figures: what every reader makes of its rows. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compareResults } from '../../../reports/compare/index.js';
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
  buildOperation,
  buildResponse,
  buildSmart,
  buildWorker,
  formatView,
  type JobRecord,
  mergeResults,
} from '../../../reports/index.js';
import { countsOf, drive, readJob, sampleResult, smart, workerCounts } from '../sample.js';

const options = { text: { color: false, width: 100 }, unit: 'us' } as const;
const TABLES: readonly (readonly Figure<never>[])[] = [OPERATION_FIGURES, JOB_FIGURES, DEVICE_FIGURES];
const ROWS = TABLES.flat();

/** A job of reads whose workers spend `cpuPerIoNs` on each I/O. */
function jobWith(cpuPerIoNs: number, change: Partial<JobRecord> = {}): JobRecord {
  const counts = {
    ...workerCounts,
    sleeps: 12,
    lostInterrupts: 3,
    involuntaryContextSwitches: 3,
    pausedNs: 2e7,
    cpuTimeNs: cpuPerIoNs * 1e6,
    instructions: 412e6,
  };
  return {
    ...readJob(),
    figures: { depthAsked: 32, keptDepth: 31.5, rateAskedIops: 5000, unsentIos: 4 },
    response: buildResponse(countsOf([5000, 9], [70_000, 1])),
    search: {
      max: 'rate_iops',
      while: 'response_p99 <= 1ms',
      ending: 'found',
      found: 5000,
      low: 4950,
      high: 5050,
      confidence: 0.95,
      probes: [{ value: 5000, runtimeMs: 1000, holds: true, excess: -0.01 }],
    },
    drain: { ios: 7, durationNs: 2e6, maxLatencyNs: 3e6 },
    workers: [buildWorker(counts)],
    ...change,
  };
}

function resultWith(jobs: readonly JobRecord[]): BenchResult {
  const health = {
    smartBefore: buildSmart(smart),
    smartAfter: buildSmart({ ...smart, temperatureKelvin: 315 }),
  };
  return { ...sampleResult(), devices: [{ ...drive, ...health }], jobs: [...jobs] };
}

const repeated = (cpuPerIoNs: readonly number[]): BenchResult =>
  resultWith(cpuPerIoNs.map((ns, index) => jobWith(ns, { repeat: { index, count: cpuPerIoNs.length } })));

const view = (format: 'text' | 'markdown' | 'html' | 'csv' | 'openmetrics'): string =>
  formatView(format, [resultWith([jobWith(250)])], options);

test('a temperature of 0 K is no figure', () => {
  const [temperature] = DEVICE_FIGURES;
  const at = (temperatureKelvin: number) => temperature.value(buildSmart({ ...smart, temperatureKelvin }));
  assert.deepEqual([at(315), at(0)], [42, undefined]);
});

const gated = (text: string, result: BenchResult) =>
  evaluateGates({ gates: [parseGate(text)], result: { name: 'a', result } }).gates[0];

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

describe('CPU time per I/O', () => {
  test('is in every view', () => {
    assert.match(view('text'), /CPU per I\/O\s+250 ns/);
    assert.match(view('markdown'), /\| 250 ns \|/);
    assert.match(view('html'), /<td>250 ns<\/td>/);
    assert.match(
      view('openmetrics'),
      /^nvbench_cpu_per_io_seconds\{nvbench_job="[^"]+",device=.*\} 2\.5e-07$/m,
    );
  });

  const submittedFor = (submitters: JobRecord['workers'][number]['submitters']): BenchResult => {
    const workers = jobWith(250).workers.map((worker) => ({ ...worker, submitters }));
    return resultWith([jobWith(250, { workers })]);
  };

  test("counts the kernel's threads that submit, and names their CPUs", () => {
    const text = formatView('text', [submittedFor({ cpus: [3], cpuTimeNs: 100e6 })], options);
    assert.match(text, /CPU per I\/O\s+350 ns/);
    assert.match(text, /the\s+kernel\s+submitting\s+on\s+CPU\s+3/);
  });

  test('is not there, and invalid in a gate, where the time of such a thread is not known', () => {
    const unknown = submittedFor({ cpus: [] });
    assert.doesNotMatch(formatView('text', [unknown], options), /CPU per I\/O/);
    const { verdict, checks } = gated('cpu_per_io <= 1us', unknown);
    assert.equal(verdict, 'invalid');
    assert.match(checks[0].reason ?? '', /thread that submits is not known/);
  });

  test('is not there where a worker does not know its own', () => {
    const [known] = jobWith(250).workers;
    const { cpuTimeNs: _, ...unknown } = known;
    const text = formatView('text', [resultWith([jobWith(250, { workers: [known, unknown] })])], options);
    assert.doesNotMatch(text, /CPU per I\/O/);
  });

  test('is compared once for a job, whatever it does', () => {
    const write = buildOperation(countsOf([30_000, 100]), 4096, 2e9, 0);
    const { read } = readJob().directions;
    const mixed = { directions: { write, ...(read ? { read } : {}) } };
    const sideOf = (name: string, ns: number) => ({
      name,
      result: resultWith(
        [0, 1, 2, 3, 4, 5, 6, 7].map((index) =>
          jobWith(ns + index, { ...mixed, repeat: { index, count: 8 } }),
        ),
      ),
    });
    const { jobs } = compareResults([sideOf('a', 250)], [sideOf('b', 500)]);
    const verdicts = jobs.map(({ direction, metrics }) => [
      direction,
      metrics.find(({ metric }) => metric === 'cpu_per_io')?.verdict,
    ]);
    assert.deepEqual(verdicts, [
      ['read', 'worse'],
      ['write', undefined],
    ]);
  });

  test('is left out of a comparison with a result that lacks it', () => {
    const imported = resultWith([{ ...readJob(), workers: [] }]);
    const { jobs } = compareResults(
      [{ name: 'a', result: resultWith([jobWith(250)]) }],
      [{ name: 'b', result: imported }],
    );
    assert.ok(jobs[0].metrics.every(({ metric }) => metric !== 'cpu_per_io'));
  });
});

describe('instructions per I/O', () => {
  /** Eight repeats, each worker with so many instructions for each of its I/Os. */
  const sideOf = (name: string, perIo: number) => ({
    name,
    result: resultWith(
      [0, 1, 2, 3, 4, 5, 6, 7].map((index) => {
        const counts = { ...workerCounts, instructions: (perIo + (index % 3) / 10) * 1e6 };
        return jobWith(250, { workers: [buildWorker(counts)], repeat: { index, count: 8 } });
      }),
    ),
  });
  test('are in every view', () => {
    assert.match(view('text'), /instructions per\s+I\/O\s+412/);
    assert.match(view('markdown'), /\| 412 \|/);
    assert.match(view('openmetrics'), /^nvbench_instructions_per_io\{.*\} 412$/m);
  });

  test('show a longer path where the time shows nothing', () => {
    const { jobs } = compareResults([sideOf('a', 400)], [sideOf('b', 440)]);
    const changed = jobs[0].metrics.filter(({ verdict }) => ['worse', 'better'].includes(verdict));
    assert.deepEqual(
      changed.map(({ metric, verdict }) => [metric, verdict]),
      [['instructions_per_io', 'worse']],
    );
  });

  test('are what gates may ask for, as a number and against a baseline', () => {
    const { result } = sideOf('a', 400);
    assert.equal(gated('instructions_per_io <= 420', result).verdict, 'pass');
    assert.equal(gated('instructions_per_io <= 380', result).verdict, 'fail');
    const against = evaluateGates({
      gates: [parseGate('instructions_per_io <= +5% vs baseline')],
      result: sideOf('b', 480),
      baseline: sideOf('a', 400),
    });
    assert.equal(against.verdict, 'fail');
  });

  test('are invalid in a gate where they were not counted, with the reason', () => {
    const counts = { ...workerCounts, instructionsProblem: 'there is no counter (ENOENT)' };
    const { verdict, checks } = gated(
      'instructions_per_io <= 1000',
      resultWith([jobWith(250, { workers: [buildWorker(counts)] })]),
    );
    assert.equal(verdict, 'invalid');
    assert.equal(checks[0].reason, 'instructions_per_io was not measured: there is no counter (ENOENT)');
  });

  test('are not known where one worker does not know its own', () => {
    const [known] = jobWith(250).workers;
    const { instructions: _, ...unknown } = known;
    const text = formatView('text', [resultWith([jobWith(250, { workers: [known, unknown] })])], options);
    assert.doesNotMatch(text, /instructions/);
  });
});

describe('gates on figures of a whole job', () => {
  const verdictOf = (text: string, result: BenchResult) =>
    evaluateGates({ gates: [parseGate(text)], result: { name: 'a', result } }).gates[0];

  test('hold over repeats', () => {
    const result = repeated([250, 251, 249, 250]);
    assert.equal(verdictOf('cpu_per_io <= 300ns', result).verdict, 'pass');
    assert.equal(verdictOf('cpu_per_io <= 0.2us', result).verdict, 'fail');
    assert.equal(verdictOf('cpu_per_io <= 250ns', result).verdict, 'inconclusive');
  });

  test('are inconclusive of one run, which shows no variation', () => {
    const { verdict, checks } = verdictOf('cpu_per_io <= 1s', resultWith([jobWith(250)]));
    assert.equal(verdict, 'inconclusive');
    assert.deepEqual([checks[0].direction, checks[0].value], [undefined, 250]);
  });

  test('count over all repeats what is counted', () => {
    const collected = { ...workerCounts, garbageCollections: 1 };
    const jobs = [jobWith(250), jobWith(250, { workers: [buildWorker(collected)] })];
    assert.equal(verdictOf('garbage_collections == 1', resultWith(jobs)).verdict, 'pass');
    assert.equal(verdictOf('garbage_collections == 0', resultWith(jobs)).verdict, 'fail');
  });

  test('are invalid where it was not measured', () => {
    const imported = resultWith([{ ...readJob(), workers: [] }]);
    assert.equal(verdictOf('garbage_collections == 0', imported).verdict, 'invalid');
    assert.equal(verdictOf('cpu_per_io <= 1s', imported).verdict, 'invalid');
  });

  test('are not of an operation', () => {
    const [check] = verdictOf('read.cpu_per_io <= 1s', resultWith([jobWith(250)])).checks;
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
