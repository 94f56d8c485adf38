/** The slowest I/Os of a job, as text, Markdown and HTML show them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatHtml } from '../../../reports/html/index.js';
import type { BenchResult, SlowIoRecord } from '../../../reports/index.js';
import { formatMarkdown } from '../../../reports/views/markdown.js';
import { formatText } from '../../../reports/views/text.js';
import { readJob, sampleResult } from '../sample.js';

const slow = (change: Partial<SlowIoRecord> = {}): SlowIoRecord => ({
  atNs: 1_234_567_890,
  latencyNs: 2_500_000,
  operation: 'read',
  lba: 1_953_525_160,
  bytes: 4096,
  worker: 1,
  queue: 2,
  depth: 31,
  ...change,
});

const resultWith = (...slowest: SlowIoRecord[]): BenchResult => ({
  ...sampleResult(),
  jobs: [{ ...readJob(), slowest }],
});

const ROW = /2\.50 ms.*1\.234568 s.*read.*1,953,525,160.*4 KiB.*1.*2.*31/;

const textOf = (result: BenchResult, width = 100): string => formatText(result, { color: false, width });

test('each has a row with all that is known of it', () => {
  for (const text of [textOf(resultWith(slow())), formatMarkdown([resultWith(slow())])])
    assert.match(text, ROW);
  assert.match(formatHtml([resultWith(slow())]).replaceAll(/<[^>]+>/g, ' '), ROW);
});

test('a flush has no block and no size', () => {
  const flush = slow({ operation: 'flush', lba: undefined, bytes: 0 });
  assert.match(textOf(resultWith(flush)), /flush +- +- +1 +2 +31/);
});

test('how long it waited stands there for jobs with a rate alone', () => {
  const paced = textOf(resultWith(slow({ waitedNs: 70_000 })));
  assert.match(paced, /slowest +waited +completed at/);
  assert.match(paced, /2\.50 ms +70\.0 µs/);
  assert.doesNotMatch(textOf(resultWith(slow())), /waited/);
});

test('of many the first are shown, and how many are left out', () => {
  const many = resultWith(...Array.from({ length: 60 }, (_, i) => slow({ latencyNs: 1e6 - i })));
  assert.match(textOf(many), /40 more of the slowest I\/Os are left out here/);
  assert.match(formatMarkdown([many]), /40 more of the slowest I\/Os are left out here/);
  assert.match(formatHtml([many]), /10 more of the slowest I\/Os are left out here/);
});

test('the table keeps within the width', () => {
  const wide = slow({
    waitedNs: 99_999_999,
    operation: 'write-zeroes',
    lba: 2 ** 40,
    bytes: 2 ** 20 + 512,
    depth: 65_535,
  });
  for (const width of [80, 100])
    for (const line of textOf(resultWith(wide), width).split('\n')) assert.ok(line.length <= width, line);
});

test('a job that kept none says nothing of them', () => {
  for (const text of [textOf(sampleResult()), formatMarkdown([sampleResult()]), formatHtml([sampleResult()])])
    assert.doesNotMatch(text, /[Ss]lowest/);
});
