import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ReportError } from '../../../reports/report-error.js';
import { selectJobs } from '../../../reports/views/select.js';
import { troubledResult } from '../sample.js';

const chosen = (selection: Parameters<typeof selectJobs>[1]): [string, string][] =>
  selectJobs(troubledResult(), selection).jobs.map(({ name, directions }) => [
    name,
    Object.keys(directions).join(),
  ]);

describe('selectJobs', () => {
  test('chooses a job by name and by place', () => {
    assert.deepEqual(chosen({ job: 'mixed' }), [['mixed', 'read,write']]);
    assert.deepEqual(chosen({ job: '#2' }), [['mixed', 'read,write']]);
  });

  test('chooses all jobs of a sweep by its name', () => {
    const result = troubledResult();
    const jobs = result.jobs.map((job, i) => (i < 2 ? { ...job, name: `s[bs=${i}]`, group: 's' } : job));
    assert.deepEqual(
      selectJobs({ ...result, jobs }, { job: 's' }).jobs.map(({ name }) => name),
      ['s[bs=0]', 's[bs=1]'],
    );
  });

  test('chooses a direction of all jobs that have it', () => {
    assert.deepEqual(chosen({ direction: 'write' }), [['mixed', 'write']]);
  });

  test('says which jobs there are', () => {
    assert.throws(() => chosen({ job: 'x' }), /its jobs are: randread-qd32, mixed, last/);
  });

  test('refuses a direction that nothing has', () => {
    assert.throws(() => chosen({ job: '#1', direction: 'write' }), ReportError);
  });
});
