import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
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

  test('finds the JSON among what fio prints around it', () => {
    const json = fixtureText('imports/fio-plain.json');
    const text = `fio: this platform does not support process shared mutexes\n${json}\nnullwrite: (groupid=0)\n`;
    assert.deepEqual(importResult(text, options), importResult(json, options));
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
