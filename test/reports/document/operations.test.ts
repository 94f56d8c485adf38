/** A job of operations beyond reads and writes: every reader takes them from the one list. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compareResults } from '../../../reports/compare/index.js';
import { mergeIntervals } from '../../../reports/document/intervals.js';
import { evaluateGates, parseGate } from '../../../reports/gates/index.js';
import {
  type BenchResult,
  buildIntervalOperation,
  buildOperation,
  formatJson,
  formatView,
  mergeResults,
  OPERATIONS,
  operationsOf,
  parseResultText,
  selectJobs,
} from '../../../reports/index.js';
import { countsOf, readJob, sampleResult } from '../sample.js';

const options = { text: { color: false, width: 100 }, unit: 'us' } as const;

/** 400 reads of 10 µs, 100 deallocations of 50 µs and 20 flushes of 1 ms in two seconds. */
function variedResult(): BenchResult {
  const operations = {
    flush: buildOperation(countsOf([1_000_000, 20]), 0, 2e9, 1),
    deallocate: buildOperation(countsOf([50_000, 100]), 4096, 2e9, 0),
    read: buildOperation(countsOf([10_000, 400]), 4096, 2e9, 0),
  };
  return {
    ...sampleResult(),
    jobs: [{ ...readJob(), name: 'varied', rw: 'randread', directions: operations }],
  };
}

const linesWith = (text: string, word: RegExp): string[] =>
  text.split('\n').filter((line) => word.test(line));

describe('operations beyond reads and writes', () => {
  test('stand in the order of the list, whatever that of the document', () => {
    const names = operationsOf(variedResult().jobs[0]).map(([name]) => name);
    assert.deepEqual(names, ['read', 'deallocate', 'flush']);
    assert.deepEqual(OPERATIONS.slice(0, 2), ['read', 'write']);
  });

  test('are read back as they were written', () => {
    assert.deepEqual(parseResultText(formatJson(variedResult())), variedResult());
  });

  test('have a row each on the terminal, and a total of all', () => {
    const text = formatView('text', [variedResult()], options);
    assert.equal(linesWith(text, /^ {2}(read|deallocate|flush) /).length, 3);
    assert.match(text, /total +260 /);
  });

  test('have a row each in CSV, Markdown and HTML, and a label in OpenMetrics', () => {
    const of = (format: 'csv' | 'markdown' | 'html' | 'openmetrics', pattern: RegExp): number =>
      formatView(format, [variedResult()], options).match(pattern)?.length ?? 0;
    assert.equal(of('csv', /,varied,.*,deallocate,/g), 1);
    assert.equal(of('markdown', /\| deallocate \|/g), 1);
    assert.equal(of('html', /<th scope="row">varied deallocate<\/th>/g), 1);
    assert.equal(of('openmetrics', /^nvbench_iops\{.*direction="flush".*\} 10$/gm), 1);
  });

  test('are what fio calls trim and sync', () => {
    const { jobs } = JSON.parse(formatView('fio-json+', [variedResult()], options));
    assert.deepEqual([jobs[0].trim.total_ios, jobs[0].sync.total_ios], [100, 20]);
    assert.equal(jobs[0].sync.lat_ns.N, 20);
  });

  test('can be chosen alone', () => {
    const [job] = selectJobs(variedResult(), { direction: 'flush' }).jobs;
    assert.deepEqual(Object.keys(job.directions), ['flush']);
    assert.throws(
      () => selectJobs(variedResult(), { direction: 'verify' }),
      /choose another: read, deallocate, flush/,
    );
  });

  test('are compared each by itself', () => {
    const result = { name: 'a.json', result: variedResult() };
    const { jobs } = compareResults([result], [result]);
    assert.deepEqual(
      jobs.map(({ direction }) => direction),
      ['read', 'deallocate', 'flush'],
    );
  });

  test('are summed', () => {
    const other = { ...variedResult(), host: { ...variedResult().host, hostname: 'bench2' } };
    const [job] = mergeResults([variedResult(), other], { toolVersion: '0', sum: true }).jobs;
    assert.deepEqual([job.directions.deallocate?.ios, job.directions.flush?.errors], [200, 2]);
  });

  test('have intervals that join without loss', () => {
    const interval = (startNs: number, flushes: number) => {
      const flush = buildIntervalOperation(countsOf([1_000_000, flushes]), 0, 0);
      return { startNs, endNs: startNs + 1e9, ...(flush ? { flush } : {}) };
    };
    assert.equal(mergeIntervals(interval(0, 3), interval(1e9, 4)).flush?.ios, 7);
    assert.equal(mergeIntervals(interval(0, 0), interval(1e9, 0)).flush, undefined);
  });
});

describe('gates on operations', () => {
  const verdictOf = (text: string, result = variedResult()) => {
    const { gates } = evaluateGates({ gates: [parseGate(text)], result: { name: 'a.json', result } });
    return [gates[0].verdict, gates[0].checks[0].direction, gates[0].checks[0].reason];
  };

  test('name them as they name reads and writes', () => {
    assert.deepEqual(verdictOf('varied.flush.max <= 2ms').slice(0, 2), ['pass', 'flush']);
    assert.deepEqual(verdictOf('varied.flush.errors == 0').slice(0, 2), ['fail', 'flush']);
  });

  test('may leave the job out where no job has the name of the operation', () => {
    assert.deepEqual(verdictOf('flush.max <= 2ms').slice(0, 2), ['pass', 'flush']);
    const { jobs, ...rest } = variedResult();
    const named = {
      ...rest,
      jobs: jobs.map((job) => ({ ...readJob(), name: 'flush', elapsedNs: job.elapsedNs })),
    };
    assert.deepEqual(verdictOf('flush.max <= 2ms', named).slice(0, 2), ['pass', 'read']);
  });

  test('must name one where a job has several', () => {
    const [verdict, , reason] = verdictOf('varied.p99 <= 1s');
    assert.equal(verdict, 'invalid');
    assert.match(String(reason), /read\.p99 or deallocate\.p99 or flush\.p99/);
  });
});
