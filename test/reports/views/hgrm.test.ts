import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ReportError } from '../../../reports/report-error.js';
import { formatHgrm } from '../../../reports/views/hgrm.js';
import { selectJobs } from '../../../reports/views/select.js';
import { sampleResult, troubledResult } from '../sample.js';
import { golden } from './golden.js';

describe('formatHgrm', () => {
  test('tells of a distribution in microseconds', () => {
    const text = formatHgrm(sampleResult(), 'us');
    assert.equal(text, golden('views/plain.hgrm', text));
  });

  test('scales the values', () => {
    const maxOf = (unit: 'ns' | 'us' | 'ms'): string =>
      /#\[Max {5}= +([\d.]+)/.exec(formatHgrm(sampleResult(), unit))?.[1] ?? assert.fail();
    assert.deepEqual(
      ['ns', 'us', 'ms'].map((unit) => maxOf(unit as 'ns')),
      ['1500159.000', '1500.159', '1.500'],
    );
  });

  test('lists what to choose from where there are several distributions', () => {
    assert.throws(
      () => formatHgrm(troubledResult(), 'us'),
      /#1 randread-qd32 read, #2 mixed read, #2 mixed write/,
    );
  });

  test('shows the one that is chosen', () => {
    const chosen = selectJobs(troubledResult(), { job: '#2', direction: 'write' });
    assert.match(formatHgrm(chosen, 'us'), /Total count {4}= {10}100\]/);
  });

  test('refuses a result without a histogram', () => {
    const result = sampleResult();
    const { histogram: _, ...read } = result.jobs[0].directions.read ?? assert.fail();
    const imported = { ...result, jobs: [{ ...result.jobs[0], directions: { read } }] };
    assert.throws(() => formatHgrm(imported, 'us'), ReportError);
  });
});
