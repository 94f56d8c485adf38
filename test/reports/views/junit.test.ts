import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { convert } from 'xmlbuilder2';
import { formatJunit, jobVerdict } from '../../../reports/views/junit.js';
import { lbaOutOfRange, readJob, sampleResult, troubledResult } from '../sample.js';
import { golden } from './golden.js';
import { hostileResult, strayCharacters } from './hostile.js';

describe('formatJunit', () => {
  test('tells of a run with errors', () => {
    const text = formatJunit(troubledResult());
    assert.equal(text, golden('views/troubled.junit.xml', text));
  });

  test('passes a run in which all went well', () => {
    const text = formatJunit(sampleResult());
    assert.match(text, /<testsuite [^>]*tests="1" failures="0" errors="0"/);
    assert.doesNotMatch(text, /<(failure|error) /);
  });

  test('does not pass a result without a job', () => {
    assert.match(formatJunit({ ...sampleResult(), jobs: [] }), /<error type="incomplete"/);
  });

  test('has the gates that were judged: one that fails is a failure, one that cannot be said an error', () => {
    const gates = (['pass', 'fail', 'inconclusive', 'invalid'] as const).map((verdict) => ({
      gate: `p50 <= 1us of ${verdict}`,
      verdict,
      checks: [{ verdict, found: 'read: 2 µs' }],
    }));
    const text = formatJunit({ ...sampleResult(), gates });
    assert.match(text, /<testsuite [^>]*tests="5" failures="1" errors="2"/);
    assert.match(text, /<failure type="fail" message="fail: p50 &lt;= 1us of fail"/);
    assert.match(text, /<error type="inconclusive"/);
    assert.equal(text.match(/read: 2 µs/g)?.length, 4);
  });

  test('is XML whatever the names are', () => {
    const text = formatJunit(hostileResult());
    assert.deepEqual(strayCharacters(text), []);
    assert.doesNotMatch(text, /<script/);
    assert.ok('testsuites' in (convert(text, { format: 'object' }) as object));
  });
});

describe('jobVerdict', () => {
  const job = readJob();
  const errors = { ...job.errors, total: 3, byStatus: [lbaOutOfRange] };

  test('passes a job that ended as asked', () => {
    assert.equal(jobVerdict(job), undefined);
  });

  test('fails a job whose I/O failed, and names the statuses', () => {
    const verdict = jobVerdict({ ...job, errors });
    assert.equal(verdict?.kind, 'failure');
    assert.match(verdict.message, /3 × LBA Out of Range/);
  });

  test('does not pass one that lost I/O, was stopped or measured nothing', () => {
    const lost = { ...job, errors: { ...job.errors, timeouts: 1 } };
    const stopped = { ...job, stopReason: 'device-lost' as const };
    const partial = { ...job, partial: true as const };
    const idle = { ...job, directions: {} };
    assert.deepEqual(
      [lost, stopped, partial, idle].map((each) => jobVerdict(each)?.type),
      ['timeout', 'device-lost', 'partial', 'nothing-measured'],
    );
  });
});
