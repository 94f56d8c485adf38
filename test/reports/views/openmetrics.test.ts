import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatOpenMetrics } from '../../../reports/views/openmetrics.js';
import { readJob, sampleResult, troubledResult } from '../sample.js';
import { golden } from './golden.js';
import { hostileResult } from './hostile.js';
import { parseOpenMetrics } from './openmetrics-parser.js';

function bucketsOf(text: string): [le: number, count: number][] {
  const family = parseOpenMetrics(text).get('nvbench_latency_seconds') ?? assert.fail();
  return family.samples
    .filter(({ name }) => name.endsWith('_bucket'))
    .map(({ labels, value }) => [Number((labels.get('le') ?? '').replace('+Inf', 'Infinity')), value]);
}

describe('formatOpenMetrics', () => {
  test('tells of a plain run', () => {
    const text = formatOpenMetrics([sampleResult()]);
    assert.equal(text, golden('views/plain.om.txt', text));
  });

  test('is OpenMetrics for one result, for several and for none with I/O', () => {
    for (const results of [
      [troubledResult()],
      [sampleResult(), troubledResult()],
      [{ ...sampleResult(), jobs: [] }],
    ])
      parseOpenMetrics(formatOpenMetrics(results));
  });

  test('counts what a bound does not exceed, exactly', () => {
    // 990,000 of 1 µs, 9,900 of 2 µs, 99 of 80 µs and one of 1.5 ms.
    const buckets = bucketsOf(formatOpenMetrics([sampleResult()]));
    const upTo = (seconds: number): number =>
      buckets.filter(([le]) => le <= seconds).at(-1)?.[1] ?? assert.fail();
    assert.deepEqual(
      [900e-9, 1.1e-6, 2.1e-6, 1e-4, 1e-3, 2e-3].map(upTo),
      [0, 990_000, 999_900, 999_999, 999_999, 1e6],
    );
    assert.deepEqual(buckets.at(-1), [Number.POSITIVE_INFINITY, 1e6]);
    for (let i = 1; i < buckets.length; i++)
      assert.ok(buckets[i][0] > buckets[i - 1][0] && buckets[i][1] >= buckets[i - 1][1]);
  });

  test('gives quantiles in seconds, with the labels of the row', () => {
    const family = parseOpenMetrics(formatOpenMetrics([sampleResult()])).get(
      'nvbench_latency_quantile_seconds',
    );
    const sample = family?.samples.find(({ labels }) => labels.get('quantile') === '0.999') ?? assert.fail();
    assert.equal(sample.value, 2e-6);
    assert.deepEqual(
      ['nvbench_job', 'direction', 'device', 'serial', 'host'].map((name) => sample.labels.get(name)),
      ['randread-qd32', 'read', 'pci:0000:01:00.0', 'S0EXAMPLE123', 'bench1'],
    );
  });

  test('tells repeats of a job apart', () => {
    const repeat = (index: number) => ({ ...readJob(), repeat: { index, count: 2 } });
    const result = { ...sampleResult(), jobs: [repeat(0), repeat(1)] };
    const iops = parseOpenMetrics(formatOpenMetrics([result])).get('nvbench_iops') ?? assert.fail();
    assert.deepEqual(
      iops.samples.map(({ labels }) => labels.get('repeat')),
      ['0', '1'],
    );
  });

  test('tells jobs apart that share every name', () => {
    const result = { ...sampleResult(), jobs: [readJob(), readJob()] };
    const iops = parseOpenMetrics(formatOpenMetrics([result])).get('nvbench_iops') ?? assert.fail();
    assert.deepEqual(
      iops.samples.map(({ labels }) => labels.get('place')),
      ['1', '2'],
    );
  });

  test('lets no name out of its quotes', () => {
    const families = parseOpenMetrics(formatOpenMetrics([hostileResult()]));
    const [sample] = families.get('nvbench_iops')?.samples ?? assert.fail();
    assert.equal(
      sample.labels.get('nvbench_job'),
      '<script>alert("1")</script>,"x"|`y`???[31m??]]>&amp;\\ {} http://example.invalid [a](b) ?',
    );
  });

  test('writes infinity as the format does', () => {
    const result = sampleResult();
    const read = result.jobs[0].directions.read ?? assert.fail();
    read.latencyNs.mean = Number.MAX_VALUE;
    const families = parseOpenMetrics(formatOpenMetrics([result]));
    const sum = families.get('nvbench_latency_seconds')?.samples.find(({ name }) => name.endsWith('_sum'));
    assert.equal(sum?.value, Number.POSITIVE_INFINITY);
  });

  test('has no histogram of a result that has none', () => {
    const result = sampleResult();
    const { histogram: _, ...read } = result.jobs[0].directions.read ?? assert.fail();
    const imported = { ...result, jobs: [{ ...result.jobs[0], directions: { read } }] };
    const families = parseOpenMetrics(formatOpenMetrics([imported]));
    assert.equal(families.has('nvbench_latency_seconds'), false);
    assert.equal(families.has('nvbench_latency_quantile_seconds'), true);
  });
});
