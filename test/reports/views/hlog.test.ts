import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { HistogramLogReader, JsHistogram, listTags } from 'hdr-histogram-js';
import { emptyHistogram } from '../../../engine/stats/percentiles.js';
import { buildIntervalOperation } from '../../../reports/document/intervals.js';
import { type BenchResult, buildOperation } from '../../../reports/index.js';
import { formatHlog } from '../../../reports/views/hlog.js';
import { countsOfHdr } from '../../engine/stats/hdr-counts.js';
import { countsOf, readCounts, readJob, sampleResult, troubledResult } from '../sample.js';
import { golden } from './golden.js';
import { hostileResult } from './hostile.js';

function readBack(result: BenchResult): JsHistogram[] {
  const reader = new HistogramLogReader(formatHlog(result), 64);
  const found: JsHistogram[] = [];
  for (let next = reader.nextIntervalHistogram(); next !== null; next = reader.nextIntervalHistogram()) {
    assert.ok(next instanceof JsHistogram);
    found.push(next);
  }
  return found;
}

describe('formatHlog', () => {
  test('has the header of a log and a line for each job and direction', () => {
    const text = formatHlog(troubledResult());
    assert.equal(text, golden('views/troubled.hlog', text));
  });

  test('is read back to equal counts', () => {
    const [reads, writes, randread] = readBack(troubledResult()).map(countsOfHdr);
    assert.deepEqual(randread, readCounts());
    assert.deepEqual(reads, countsOf([10_000, 300]));
    assert.deepEqual(writes, countsOf([30_000, 100]));
  });

  test('gives the measured time of a job, without its ramp', () => {
    const [{ startTimeStampMsec, endTimeStampMsec }] = readBack(sampleResult());
    const measuredFrom = Date.parse('2025-03-01T10:00:02.000Z');
    assert.deepEqual([startTimeStampMsec, endTimeStampMsec], [measuredFrom, measuredFrom + 2000]);
  });

  test('tags jobs and directions, repeats by their place', () => {
    const result = { ...troubledResult(), jobs: [...troubledResult().jobs, readJob()] };
    assert.deepEqual(listTags(formatHlog(result)), [
      'mixed.read',
      'mixed.write',
      'randread-qd32.read#1',
      'randread-qd32.read#4',
    ]);
  });

  test('has a line for each interval, also for one in which nothing happened', () => {
    const interval = (second: number, counts: Float64Array) => {
      const read = buildIntervalOperation(counts, 4096, 0);
      return { startNs: second * 1e9, endNs: (second + 1) * 1e9, ...(read ? { read } : {}) };
    };
    const parts = [countsOf([1000, 3]), emptyHistogram(), countsOf([1000, 1], [2000, 2])];
    const directions = { read: buildOperation(countsOf([1000, 4], [2000, 2]), 4096, 3e9, 0) };
    const job = {
      ...readJob(),
      directions,
      intervalNs: 1e9,
      intervals: parts.map((part, i) => interval(i, part)),
    };
    const read = readBack({ ...sampleResult(), jobs: [job] });
    assert.deepEqual(read.map(countsOfHdr), parts);
    assert.deepEqual(
      read.map(({ startTimeStampMsec }) => startTimeStampMsec - Date.parse('2025-03-01T10:00:02.000Z')),
      [0, 1000, 2000],
    );
  });

  test('is in order of time, over jobs and directions', () => {
    const [first, mixed] = troubledResult().jobs;
    const jobs = [{ ...first, startedAt: '2025-03-01T10:00:09.000Z' }, mixed];
    const starts = readBack({ ...troubledResult(), jobs }).map(
      ({ startTimeStampMsec }) => startTimeStampMsec,
    );
    assert.equal(starts.length, 3);
    assert.deepEqual(
      starts,
      starts.toSorted((a, b) => a - b),
    );
  });

  test('lets no name out of its tag', () => {
    assert.deepEqual(countsOfHdr(readBack(hostileResult())[0]), readCounts());
  });
});
