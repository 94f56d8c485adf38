/** A document that was written while results knew reads and writes only: it opens, shows, compares, merges and gates. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compareResults } from '../../../reports/compare/index.js';
import { evaluateGates, parseGate } from '../../../reports/gates/index.js';
import {
  type BenchResult,
  formatView,
  mergeResults,
  parseResultText,
  VIEW_FORMATS,
} from '../../../reports/index.js';
import { fixtureText } from '../views/golden.js';

const older = (): BenchResult => parseResultText(fixtureText('results/v1-by-direction.json'));
const name = 'older.json';

/** The same run on another host. */
function onOtherHost(): BenchResult {
  const result = older();
  return { ...result, host: { ...result.host, hostname: 'bench2' } };
}

const options = { text: { color: false, width: 100 }, unit: 'us' } as const;

describe('a document by reads and writes', () => {
  test('keeps every field that the schema knows', () => {
    const written: unknown = JSON.parse(fixtureText('results/v1-by-direction.json'));
    assert.deepEqual(older(), written);
  });

  test('shows in every format that holds several distributions', () => {
    for (const format of VIEW_FORMATS.filter((each) => each !== 'hgrm')) {
      const text = formatView(format, [older()], options);
      assert.ok(text.length > 1000, format);
      assert.match(text, /mixed/, format);
    }
  });

  test('shows the figures that it was written with', () => {
    const text = formatView('text', [older()], options);
    assert.match(text, /read +5,825 +45\.5 +1\.80 ms +699 µs +5\.80 ms +15\.3 ms +16\.1 ms +16\.1 ms +2\n/);
    assert.match(
      text,
      /write +2,461 +19\.2 +2\.23 ms +2\.56 ms +6\.21 ms +16\.0 ms +16\.1 ms +16\.1 ms +1\n/,
    );
    assert.match(text, /total +8,286 +64\.7 +1\.93 ms/);
    assert.match(text, /3 × Capacity Exceeded \(SCT 0h, SC 81h\), first at LBA 1,008/);
    assert.match(text, /read IOPS 1,296 ± 17\.4 %, mean 1\.59 ms ± 20\.9 %/);
  });

  test('compares with itself, and nothing changed', () => {
    const result = { name, result: older() };
    const { jobs, differences, counts } = compareResults([result], [result]);
    assert.deepEqual(differences, []);
    assert.deepEqual(
      jobs.map(({ job, direction }) => `${job} ${direction}`),
      ['reads read', 'mixed read', 'mixed write', 'sweep[iodepth=1] write', 'sweep[iodepth=4] write'],
    );
    assert.deepEqual([counts.better, counts.worse], [0, 0]);
  });

  test('is summed with the same run on another host', () => {
    const sum = mergeResults([older(), onOtherHost()], { toolVersion: '0', sum: true });
    const mixed = sum.jobs.find((job) => job.name === 'mixed') ?? assert.fail();
    const once = older().jobs.find((job) => job.name === 'mixed') ?? assert.fail();
    for (const direction of ['read', 'write'] as const) {
      const [all, one] = [mixed.directions[direction], once.directions[direction]];
      assert.ok(all && one);
      assert.deepEqual([all.ios, all.bytes, all.errors], [2 * one.ios, 2 * one.bytes, 2 * one.errors]);
      assert.deepEqual(all.latencyNs, one.latencyNs);
    }
    assert.equal(sum.jobs.length, older().jobs.length);
  });

  test('is judged by gates', () => {
    const texts = [
      'reads.errors == 0',
      'mixed.errors == 3',
      'mixed.write.errors == 1',
      'mixed.read.iops >= 100',
      'reads.p50 <= 100us',
    ];
    const { gates } = evaluateGates({
      gates: texts.map(parseGate),
      result: { name, result: older() },
    });
    assert.deepEqual(
      gates.map(({ verdict }) => verdict),
      ['pass', 'pass', 'pass', 'pass', 'fail'],
    );
  });
});
