/** Histograms that lie of their lengths, through every view and whatever else reads them: refused, by document and place. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compareResults, type NamedResult } from '../../../reports/compare/index.js';
import { evaluateGates, parseGate, selfTest } from '../../../reports/gates/index.js';
import {
  type BenchResult,
  formatView,
  mergeResults,
  parseResultText,
  ReportError,
  VIEW_FORMATS,
} from '../../../reports/index.js';
import { LIES } from '../../attack/documents/forged-histogram.js';
import { KINDS } from '../../attack/documents/kinds.js';
import { mixedJob, sampleResult } from '../sample.js';

const OPTIONS = { text: { color: false, width: 80 }, unit: 'us' } as const;
/** What tells of a document without its histograms. */
const WITHOUT_HISTOGRAMS = ['json', 'csv', 'markdown', 'junit'];

/** As it comes from a file. */
const read = (document: unknown): BenchResult => parseResultText(JSON.stringify(document));

/** With that text in place of the histogram of the second operation of the second job. */
function lyingOfJob(data: string): BenchResult {
  const mixed = { ...mixedJob(), stopReason: 'runtime' as const };
  const result = structuredClone({ ...sampleResult(), jobs: [...sampleResult().jobs, mixed] });
  const { write } = result.jobs[1].directions;
  if (write?.histogram) write.histogram.data = data;
  return read(result);
}

/** The same in the sixth interval of its first job. */
function lyingOfInterval(data: string): BenchResult {
  const result = structuredClone(KINDS.intervals(60, 1));
  const part = result.jobs[0].intervals?.[5].read ?? assert.fail();
  part.histogram = { ...part.histogram, data };
  return read(result);
}

const isRefusal = (place: RegExp) => (error: unknown) =>
  error instanceof ReportError &&
  error.code === 'HISTOGRAM_UNREADABLE' &&
  place.test(error.reason) &&
  error.hint !== '';

const OF_JOB = /^jobs\[1\]\.directions\.write\.histogram of job mixed.* cannot be read: ./;
const OF_INTERVAL = /^jobs\[0\]\.intervals\[5\]\.read\.histogram of job randread-qd32.* cannot be read: ./;
const named = (result: BenchResult): NamedResult => ({ name: 'lies.json', result });

describe('a histogram that lies', () => {
  for (const [name, data] of Object.entries(LIES))
    test(`is refused by its place: ${name}`, () => {
      const ofJob = lyingOfJob(data);
      for (const format of VIEW_FORMATS) {
        if (format === 'hgrm') continue;
        const show = (): string => formatView(format, [ofJob], OPTIONS);
        if (WITHOUT_HISTOGRAMS.includes(format)) assert.ok(show().length > 0);
        else assert.throws(show, isRefusal(OF_JOB), format);
      }
      const ofInterval = lyingOfInterval(data);
      for (const format of ['html', 'hlog'] as const)
        assert.throws(() => formatView(format, [ofInterval], OPTIONS), isRefusal(OF_INTERVAL), format);
    });

  const data = LIES['a payload of -1 bytes'];
  const gates = [parseGate('errors == 0')];

  test('is refused by what compares, with the name of its document', () => {
    const place = /histogram of job mixed in lies\.json cannot be read/;
    const [good, bad] = [{ name: 'good.json', result: lyingOfJob('') }, named(lyingOfJob(data))];
    good.result.jobs[1].directions.write = mixedJob().directions.write;
    assert.throws(() => compareResults([good], [bad]), isRefusal(place));
    assert.throws(() => evaluateGates({ gates, result: bad }), isRefusal(place));
    assert.throws(() => selfTest({ gates, result: bad }, 0.8), isRefusal(place));
    const intervals = named(read(KINDS.intervals(60, 1)));
    assert.throws(() => compareResults([intervals], [named(lyingOfInterval(data))]), isRefusal(OF_INTERVAL));
  });

  test('is refused by a sum, and joined as it is without one', () => {
    const results = [
      lyingOfJob(data),
      { ...lyingOfJob(data), host: { ...sampleResult().host, hostname: 'b' } },
    ];
    const options = { toolVersion: '1', names: ['a.json', 'b.json'] };
    assert.throws(
      () => mergeResults(results, { ...options, sum: true }),
      isRefusal(/^jobs\[1\]\.directions\.write\.histogram of job mixed in a\.json/),
    );
    assert.equal(mergeResults(results, { ...options, sum: false }).jobs.length, 4);
  });

  test('in a baseline makes the gates against it invalid', () => {
    const result = named(lyingOfJob(''));
    result.result.jobs[1].directions.write = mixedJob().directions.write;
    const relative = [parseGate('mixed.write.p99 <= 5% vs baseline')];
    const report = evaluateGates({ gates: relative, result, baseline: named(lyingOfJob(data)) });
    assert.equal(report.verdict, 'invalid');
    const reasons = report.gates.flatMap(({ checks }) => checks.map(({ reason }) => reason));
    assert.ok(
      reasons.some((reason) => /the baseline cannot be used: jobs\[1\]\.directions\.write/.test(reason)),
      reasons.join(),
    );
  });
});

test('histograms that unpack to much are refused from a bound on, whatever few bytes they take', () => {
  const document = read(KINDS['intervals that unpack to much'](4000, 1));
  assert.throws(
    () => formatView('hlog', [document], OPTIONS),
    (error) =>
      error instanceof ReportError && error.code === 'HISTOGRAMS_TOO_LARGE' && /--job/.test(error.hint),
  );
});
