/** What a page of a very large document has, and what it says of the rest. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatHtml } from '../../../reports/html/index.js';
import type { BenchResult, IntervalRecord } from '../../../reports/index.js';
import { buildIntervalOperation, buildOperation } from '../../../reports/index.js';
import { KINDS, type KindName } from '../../attack/documents/kinds.js';
import { countsOf, readJob, sampleResult } from '../sample.js';

const MOST_BYTES = 4 * 2 ** 20;
const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

function pageOf(kind: KindName, size: number): string {
  const page = formatHtml([KINDS[kind](size, 1)]);
  assert.ok(Buffer.byteLength(page) < MOST_BYTES, `${Buffer.byteLength(page)} bytes of ${kind}`);
  return page;
}

describe('a page of 10,000 jobs', () => {
  test('draws some, those of its cards among them, and says how the others are seen', () => {
    const page = pageOf('jobs', 10_000);
    assert.equal(count(page, /<section class="job">/g), 100);
    assert.match(page, /9,900 more jobs with their charts are left out here: .* nvbench report --job NAME/);
    assert.match(page, /9,000 more rows are left out here: nvbench report --format csv has all/);
    const cards = [...page.matchAll(/<h3>(?:Most IOPS|Lowest p99|Highest p99): (job-\d+) read<\/h3>/g)];
    assert.equal(cards.length, 3);
    for (const [, name] of cards) assert.ok(page.includes(`<section class="job"><h3>${name}</h3>`), name);
  });

  test('of sweeps draws some lines of some sweeps', () => {
    assert.match(pageOf('jobs of a sweep', 10_000), /141 more lines are left out here/);
    assert.match(pageOf('sweeps of two', 10_000), /4,992 more sweeps are left out here/);
  });

  test('tells of some warnings, devices, hosts and notes', () => {
    assert.match(pageOf('warnings of jobs', 1000), /800 more errors and warnings are left out here/);
    assert.match(pageOf('devices', 1000), /950 more devices are left out here/);
    assert.match(pageOf('hosts', 1000), /950 more hosts are left out here/);
    assert.match(pageOf('notes', 1000), /980 more notes are left out here/);
  });

  test('cuts names that nobody could read', () => {
    pageOf('characters of a name', 5_000_000);
    pageOf('words of a name', 5_000_000);
    pageOf('characters of names', 1_000_000);
  });
});

test('a page of one job and operation draws all of it as before', () => {
  const page = formatHtml([sampleResult()]);
  assert.doesNotMatch(page, /left out here|are joined/);
});

describe('a job of more intervals than a chart has points', () => {
  const SECOND_NS = 1e9;
  const STALLED = 777;
  const usual = countsOf([100_000, 500]);
  const stalled = countsOf([100_000, 1], [900_000_000, 1]);

  function result(intervals: number): BenchResult {
    const spans = Array.from({ length: intervals }, (_, i): IntervalRecord => {
      const counts = i === STALLED ? stalled : usual;
      return {
        startNs: i * SECOND_NS,
        endNs: (i + 1) * SECOND_NS,
        read: buildIntervalOperation(counts, 4096, 0),
      };
    });
    const total = countsOf([100_000, 500 * (intervals - 1) + 1], [900_000_000, 1]);
    const elapsedNs = intervals * SECOND_NS;
    const directions = { read: buildOperation(total, 4096, elapsedNs, 0) };
    return { ...sampleResult(), jobs: [{ ...readJob(), elapsedNs, directions, intervals: spans }] };
  }

  const page = formatHtml([result(6000)]);
  /** What pointers read, by chart. */
  const data = [...page.matchAll(/<script type="application\/json">(.*?)<\/script>/g)].map(
    ([, json]) => JSON.parse(json) as { heat?: { c: number[][] }; series: { n: string; p: unknown[][] }[] },
  );

  test('says that intervals are joined, and how many to a point', () => {
    assert.match(page, /The 6,000 intervals are joined, 100 to a point, with all their I\/Os/);
  });

  test('keeps every I/O in its heat map', () => {
    const heat = data.find((chart) => chart.heat !== undefined)?.heat ?? assert.fail();
    const total = heat.c.reduce((sum, [, , ios]) => sum + ios, 0);
    assert.equal(total, 500 * 5999 + 2);
  });

  test('shows the one interval that stalled, in rate and latency', () => {
    const line = (name: string): unknown[][] => {
      const found = data.flatMap(({ series }) => series).find(({ n }) => n === name);
      return found?.p ?? assert.fail(name);
    };
    assert.equal(line('lowest interval').length, 60);
    assert.equal(line('lowest interval')[Math.floor(STALLED / 100)][3], '2.0');
    assert.equal(line('max')[Math.floor(STALLED / 100)][3], '900 ms');
  });
});
