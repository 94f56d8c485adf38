import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CSV_COLUMNS, formatCsv } from '../../../reports/views/csv.js';
import { sampleResult, troubledResult } from '../sample.js';
import { fixtureText, golden } from './golden.js';
import { hostileResult } from './hostile.js';

/** Records of an RFC 4180 text; fails where it is none. */
function parseCsv(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let rest = text;
  while (rest !== '') {
    const match = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/.exec(rest);
    assert.ok(match, `no CSV: ${rest.slice(0, 80)}`);
    record.push(match[1]?.replaceAll('""', '"') ?? match[2]);
    if (match[3] === '\r\n') {
      records.push(record);
      record = [];
    }
    rest = rest.slice(match[0].length);
  }
  assert.deepEqual(record, []);
  return records;
}

function rowsOf(text: string): Record<string, string>[] {
  const [head, ...rows] = parseCsv(text);
  return rows.map((row) => {
    assert.equal(row.length, head.length);
    return Object.fromEntries(head.map((name, i) => [name, row[i]]));
  });
}

describe('formatCsv', () => {
  test('tells of a run with errors', () => {
    // The fixture has the line ends of the repository; the next test reads those of the format.
    const text = formatCsv([troubledResult()]).replaceAll('\r\n', '\n');
    assert.equal(text, golden('views/troubled.csv', text));
  });

  test('has a row for each job and direction, and one for a job that measured nothing', () => {
    const rows = rowsOf(formatCsv([sampleResult(), troubledResult()]));
    assert.deepEqual(
      rows.map(({ job, direction, ios }) => [job, direction, ios]),
      [
        ['randread-qd32', 'read', '1000000'],
        ['randread-qd32', 'read', '1000000'],
        ['mixed', 'read', '300'],
        ['mixed', 'write', '100'],
        ['last', '', ''],
      ],
    );
  });

  test('has the columns that the documentation lists, in its order', () => {
    const text = fixtureText('../../docs/reports.md');
    const listed = [...text.matchAll(/^\| `([a-z0-9_]+)` \|/gm)].map(([, name]) => name);
    assert.deepEqual(CSV_COLUMNS, listed);
  });

  test('leaves a figure empty that an imported result lacks', () => {
    const result = sampleResult();
    const { p99_999: _, ...latencyNs } = result.jobs[0].directions.read?.latencyNs ?? assert.fail();
    const read = { ...(result.jobs[0].directions.read ?? assert.fail()), latencyNs };
    const [row] = rowsOf(formatCsv([{ ...result, jobs: [{ ...result.jobs[0], directions: { read } }] }]));
    assert.deepEqual([row.latency_p99_999_ns, row.latency_p99_ns], ['', '1000']);
  });

  test('keeps the text of a name and nothing that is none', () => {
    const [row] = rowsOf(formatCsv([hostileResult()]));
    assert.equal(
      row.job,
      '<script>alert("1")</script>,"x"|`y`???[31m??]]>&amp;\\ {} http://example.invalid [a](b) ?',
    );
  });

  test('gives a spreadsheet no formula', () => {
    const result = sampleResult();
    for (const name of ['=1+1', '+1', '-1', '@SUM(A1)']) {
      const [row] = rowsOf(formatCsv([{ ...result, jobs: [{ ...result.jobs[0], name }] }]));
      assert.equal(row.job, `'${name}`);
    }
  });
});
