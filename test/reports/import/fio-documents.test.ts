import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compareResults } from '../../../reports/compare/index.js';
import { importFioDocuments } from '../../../reports/import/fio-documents.js';
import { formatJson, parseResultText } from '../../../reports/index.js';
import { directionText, documentText, jobText } from './fio-text.js';

const options = { toolVersion: '9.9.9', importedAt: new Date('2025-03-01T12:00:00.000Z') };
const imported = (documents: readonly object[]) => importFioDocuments(documents, options);
const codes = (warnings: readonly { code: string }[]): string[] => warnings.map(({ code }) => code);

const END_MS = 1_700_000_000_000;

/** A document that ends `atMs` after some time, its only job having run for `ranMs` by then. */
function state(atMs: number, ranMs: number, more: Record<string, unknown> = {}): object {
  const read = directionText({ ios: ranMs, more: { runtime: ranMs } });
  const job = jobText({ read, elapsed: Math.ceil(ranMs / 1000), ...more });
  return documentText([job], { timestamp_ms: END_MS + atMs });
}

describe('states of one run', () => {
  test('the last is the result, and a warning says that there were others', () => {
    const states = [state(1000, 1000), state(2000, 2000), state(3000, 3000)];
    const result = imported(states);
    assert.deepEqual(
      result.jobs.map(({ directions }) => directions.read?.ios),
      [3000],
    );
    assert.ok(codes(result.warnings).includes('imported-states-left-out'));
    assert.deepEqual(result.jobs, imported(states.slice(2)).jobs);
  });

  test('are known also where a job of the run ended long before', () => {
    const both = (atMs: number, first: number, second: number): object => {
      const jobs = [first, second].map((ranMs, i) =>
        jobText({
          jobname: `j${i}`,
          elapsed: atMs / 1000,
          read: directionText({ ios: ranMs, more: { runtime: ranMs } }),
        }),
      );
      return documentText(jobs, { timestamp_ms: END_MS + atMs });
    };
    const result = imported([both(15_000, 10_000, 5000), both(30_000, 10_000, 10_000)]);
    assert.deepEqual(
      result.jobs.map(({ name, directions }) => [name, directions.read?.ios]),
      [
        ['j0', 10_000],
        ['j1', 10_000],
      ],
    );
  });

  test('are known by their beginning where fio tells it', () => {
    const at = (start: number) => ({ job_start: END_MS + start });
    assert.equal(imported([state(1000, 1000, at(0)), state(2000, 2000, at(0))]).jobs.length, 1);
    assert.equal(imported([state(1000, 1000, at(0)), state(2000, 2000, at(900))]).jobs.length, 2);
  });
});

describe('several runs', () => {
  test('are runs of the job, each with its figures', () => {
    const result = imported([state(1000, 1000), state(2100, 1001)]);
    assert.deepEqual(
      result.jobs.map(({ name, run, directions }) => [name, run, directions.read?.ios]),
      [
        ['j', 0, 1000],
        ['j', 1, 1001],
      ],
    );
    assert.deepEqual(parseResultText(formatJson(result)), result);
    const { jobs } = compareResults(
      [{ name: 'a', result }],
      [{ name: 'b', result: imported([state(0, 900)]) }],
    );
    assert.deepEqual(
      jobs.map(({ runs }) => runs),
      [[2, 1]],
    );
  });

  test('are told apart by name where their settings differ', () => {
    const deep = { 'job options': { rw: 'randread', bs: '4k', iodepth: '64', runtime: '1' } };
    const result = imported([state(1000, 1000), state(2100, 1001, deep)]);
    assert.deepEqual(
      result.jobs.map(({ name, iodepth }) => [name, iodepth]),
      [
        ['j[iodepth=4]', 4],
        ['j[iodepth=64]', 64],
      ],
    );
  });

  test('are what counts that went back mean', () => {
    assert.equal(imported([state(5000, 5000), state(5100, 4000)]).jobs.length, 2);
  });
});

test('a block size is what fio takes it for: KiB is 1000 bytes unless kb_base says otherwise', () => {
  const bytesOf = (more: { bs: string; kb_base?: string }): number => {
    const job = jobText({ 'job options': { rw: 'randread', iodepth: '4', runtime: '1', ...more } });
    return imported([documentText([job])]).jobs[0].bsBytes;
  };
  assert.deepEqual(
    [{ bs: '128KiB' }, { bs: '128KiB', kb_base: '1000' }, { bs: '128k' }, { bs: '8k,4k' }].map(bytesOf),
    [128_000, 131_072, 131_072, 8192],
  );
});
