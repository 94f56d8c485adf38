import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compareResults } from '../../../reports/compare/index.js';
import { evaluateGates, parseGate } from '../../../reports/gates/index.js';
import { formatJson, formatView, importResult, ReportError, VIEW_FORMATS } from '../../../reports/index.js';
import { sampleResult } from '../sample.js';
import { fixtureText } from '../views/golden.js';

const options = {
  toolVersion: '9.9.9',
  importedAt: new Date('2025-03-01T12:00:00.000Z'),
  rw: 'randread',
  runtimeMs: 10_000,
};
const fixtures = [
  'fio-jsonplus.json',
  'fio-plain.json',
  'spdk-perf-LL.txt',
  'spdk-perf-L.txt',
  'spdk-perf.txt',
];

describe('importResult', () => {
  test('tells the tools apart', () => {
    const tools = fixtures.map(
      (name) => importResult(fixtureText(`imports/${name}`), options).imported?.tool,
    );
    assert.deepEqual(tools, ['fio', 'fio', 'spdk_nvme_perf', 'spdk_nvme_perf', 'spdk_nvme_perf']);
  });

  test("refuses fio's report for people, and its terse one, by name", () => {
    const texts = [
      'a: (groupid=0, jobs=1): err= 0: pid=31697: Tue Dec  1 03:37:52 2026\n  read: IOPS=1',
      '3;fio-3.33;a;0;0;1',
    ];
    for (const text of texts)
      assert.throws(() => importResult(text, options), /what fio prints for people, or its terse format/);
  });

  test('errors that a tool does not report are no zero: a gate on them is invalid, a comparison inconclusive', () => {
    const named = (name: string) => ({ name, result: importResult(fixtureText(`imports/${name}`), options) });
    const verdictOf = (name: string) => {
      const { verdict, checks } = evaluateGates({ gates: [parseGate('errors == 0')], result: named(name) })
        .gates[0];
      return `${verdict}: ${checks[0].reason}`;
    };
    assert.match(
      verdictOf('spdk-perf.txt'),
      /^invalid: errors were not measured: the tool .* does not report/,
    );
    assert.match(verdictOf('fio-jsonplus.json'), /^pass/);
    const { metrics } = compareResults([named('spdk-perf.txt')], [named('spdk-perf.txt')]).jobs[0] ?? {};
    const errors = metrics?.find(({ metric }) => metric === 'errors');
    assert.deepEqual([errors?.verdict, errors?.reason], ['inconclusive', 'not measured in the base result']);
  });

  test('finds the JSON among what fio prints around it', () => {
    const json = fixtureText('imports/fio-plain.json');
    const text = `fio: this platform does not support process shared mutexes\n${json}\nnullwrite: (groupid=0)\n`;
    assert.deepEqual(importResult(text, options), importResult(json, options));
  });

  test('finds the JSON on one line, after an ETA, or indented', () => {
    const json = JSON.parse(fixtureText('imports/fio-plain.json')) as object;
    const whole = importResult(JSON.stringify(json), options);
    for (const text of [
      `fio: Switching to tausworthe64.\n${JSON.stringify(json)}`,
      `Jobs: 1 (f=1): [r(1)][100.0%][r=3MiB/s][eta 00m:00s]${JSON.stringify(json, null, 2)}`,
      `  ${JSON.stringify(json, null, 4)}\n`,
      `[${JSON.stringify(json)}]`,
      JSON.stringify(json, null, 2).replaceAll('\n', '\r\n'),
    ])
      assert.deepEqual(importResult(text, options), whole);
  });

  test('refuses a text of which one of several documents is broken', () => {
    const json = fixtureText('imports/fio-plain.json');
    assert.throws(() => importResult(`${json.slice(0, 3000)}\n${json}`, options), /truncated/);
    assert.throws(() => importResult(`${json}\n${json.slice(0, 3000)}`, options), /truncated/);
  });

  test('says of truncated JSON that it may be truncated', () => {
    const json = fixtureText('imports/fio-jsonplus.json');
    for (const share of [0.2, 0.5, 0.9])
      assert.throws(() => importResult(json.slice(0, json.length * share), options), /truncated/);
  });

  test('refuses a result of its own', () => {
    assert.throws(() => importResult(formatJson(sampleResult()), options), /a result of nvbench already/);
  });

  test('gives documents that every view shows, or refuses for want of a histogram', () => {
    for (const name of fixtures) {
      const result = importResult(fixtureText(`imports/${name}`), options);
      for (const format of VIEW_FORMATS) {
        try {
          const view = formatView(format, [result], { text: { color: false }, unit: 'us' });
          // The page's own script may say undefined; what it shows may not.
          const text = view.replace(/<script[\s\S]*?<\/script>/g, '');
          assert.ok(
            text.length > 0 && !text.includes('undefined') && !text.includes('NaN'),
            `${name} as ${format}`,
          );
        } catch (error) {
          assert.ok(
            error instanceof ReportError && /^(NO_HISTOGRAM|SEVERAL_DISTRIBUTIONS)$/.test(error.code),
            `${error}`,
          );
        }
      }
    }
  });
});
