import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compareResults } from '../../../reports/compare/index.js';
import { evaluateGates, parseGate } from '../../../reports/gates/index.js';
import {
  type BenchResult,
  buildOperation,
  buildWorker,
  formatView,
  type JobRecord,
} from '../../../reports/index.js';
import { countsOf, readJob, workerCounts } from '../sample.js';
import { gated, jobWith, options, resultWith, view } from './figured.js';

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

  const blockedFor = (blockedIo: JobRecord['workers'][number]['blockedIo']): BenchResult => {
    const workers = jobWith(250).workers.map((worker) => ({ ...worker, blockedIo }));
    return resultWith([jobWith(250, { workers })]);
  };

  test("counts the kernel's threads that did I/O, and says how many", () => {
    const text = formatView('text', [blockedFor({ threads: 3, cpuTimeNs: 100e6 })], options);
    assert.match(text, /CPU per I\/O\s+350 ns/);
    assert.match(text.replace(/\s+/g, ' '), /I\/O that blocks on 3 threads of the kernel/);
  });

  test('is not there, and invalid in a gate, where the time of those is not known', () => {
    const unknown = blockedFor({ threads: 1 });
    assert.doesNotMatch(formatView('text', [unknown], options), /CPU per I\/O/);
    const { verdict, checks } = gated('cpu_per_io <= 1us', unknown);
    assert.equal(verdict, 'invalid');
    assert.match(checks[0].reason ?? '', /io-wq/);
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

describe('the share of the tool', () => {
  const calibrated = (...calibrations: JobRecord['workers'][number]['calibration'][]): BenchResult => {
    const workers = calibrations.map((calibration) => buildWorker({ ...workerCounts, calibration }));
    return resultWith([jobWith(250, { workers })]);
  };
  /** Half a million I/Os a second of each worker, who could do ten million. */
  const known = { nsPerIo: 100, latencyNs: 61, clockNs: 40 };

  test('is of what all loops can do, said with that and their latency', () => {
    const text = formatView('text', [calibrated(known, known)], options).replace(/\s+/g, ' ');
    assert.match(text, /tool share 5 % \(by itself 20,000,000 IOPS, 61 ns each\)/);
    assert.equal(gated('tool_share <= 20', calibrated(known)).checks[0].value, 5);
  });

  test('is not known where one was not calibrated', () => {
    assert.doesNotMatch(formatView('text', [calibrated(known, undefined)], options), /tool share/);
  });
});
