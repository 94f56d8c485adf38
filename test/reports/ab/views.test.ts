/** An experiment in each format, and its document. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type AbDocument,
  abJsonSchema,
  analyseAb,
  formatAb,
  formatAbDocument,
  markdownAb,
  parseAbText,
} from '../../../reports/ab/index.js';
import { parseResultText } from '../../../reports/document/parse.js';
import { ResultFormatError } from '../../../reports/index.js';
import { simulation } from '../sample.js';
import { HOSTILE_NAME, hostileResult, strayCharacters } from '../views/hostile.js';
import { experimentOf } from './experiments.js';

const plain = (document: AbDocument): string => formatAb(analyseAb(document), { color: false, width: 140 });
const slower = experimentOf((role) => ({ meanNs: role === 'B' ? 150_000 : 100_000 }));

describe('the analysis on a terminal', () => {
  test('says what the sides are, how many blocks, and the seed of their order', () => {
    const text = plain(slower);
    assert.match(text, /^run\.yaml: A as configured; B jobs\[0\]\.iodepth=64$/m);
    assert.match(text, /^6 blocks of A and B, 6 control blocks of A and A, in an order drawn from seed 7;/m);
    assert.match(text, /the first leg of each side was a warm-up and does not count/);
  });

  test('has effect, interval and the interval of the control in a row', () => {
    assert.match(
      plain(slower),
      /^ {2}mean +100 µs +150 µs +\+\d+\.\d % +\+\d+\.\d % to \+\d+\.\d % +-\d\.\d % to \+\d\.\d % +0\.0\d\d\d +worse$/m,
    );
  });

  test('is loud where the control shows an effect', () => {
    const text = plain(experimentOf((role) => ({ meanNs: role === "A'" ? 130_000 : 100_000 })));
    assert.match(text, /^CONTROL SHOWS AN EFFECT of randread read between A and A: iops -2\d\.\d %/m);
  });

  test('says before any figure that they describe no drive, and that the session was cut short', () => {
    const document = experimentOf(() => ({ meanNs: 100_000 }));
    for (const { result } of document.legs)
      result.devices = [{ ...simulation, target: result.devices[0].target }];
    const text = plain({ ...document, complete: false, interrupted: { reason: 'SIGINT' } });
    assert.match(text, /^SOFTWARE CONTROLLER: .*\nINCOMPLETE: SIGINT\n/);
  });

  test('says what nothing shows without controls', () => {
    const text = plain(experimentOf(() => ({ meanNs: 100_000 }), { experiment: 6, control: 0 }));
    assert.match(text, /without control blocks nothing shows what this host makes of no difference at all/);
  });
});

describe('every view of an experiment', () => {
  const hostile: AbDocument = {
    ...experimentOf(() => ({ ...hostileResult(), complete: true })),
    config: HOSTILE_NAME,
    sides: { A: { set: [HOSTILE_NAME] }, B: { set: [] } },
    interrupted: { reason: HOSTILE_NAME },
    complete: false,
  };

  test('shows names as text', () => {
    const analysis = analyseAb(hostile);
    for (const text of [
      formatAb(analysis, { color: false }),
      markdownAb(analysis),
      formatAbDocument(hostile),
    ])
      assert.deepEqual(strayCharacters(text), []);
    assert.ok(!markdownAb(analysis).includes('<script>'));
  });

  test('Markdown has a table for each job and marks what changed', () => {
    assert.match(markdownAb(analyseAb(slower)), /^\| mean \| 100 µs \| 150 µs \|.*\| \*\*worse\*\* \|$/m);
  });
});

describe('the document of an experiment', () => {
  test('reads back as it was written', () => {
    assert.deepEqual(parseAbText(formatAbDocument(slower)), JSON.parse(JSON.stringify(slower)));
  });

  test('without a leg is JSON all the same', () => {
    assert.deepEqual(parseAbText(formatAbDocument({ ...slower, legs: [] })).legs, []);
  });

  test('is no result, and a result no experiment: each says who reads it', () => {
    assert.throws(() => parseResultText(formatAbDocument(slower)), /nvbench ab --reanalyse reads/);
    const text = JSON.stringify(slower.legs[0].result);
    assert.throws(
      () => parseAbText(text),
      new ResultFormatError(['kind: expected "nvbench-ab"'], 'nvbench ab document'),
    );
  });

  test('of a later version, or cut, is refused with a reason', () => {
    const later = formatAbDocument({ ...slower, schemaVersion: 2 as 1 });
    assert.throws(() => parseAbText(later), /reads 1, the document has 2/);
    assert.throws(() => parseAbText(formatAbDocument(slower).slice(0, 900)), /may be truncated/);
  });

  test('has a JSON Schema with every field', () => {
    const { properties } = abJsonSchema() as { properties: Record<string, unknown> };
    for (const key of Object.keys(slower)) assert.ok(key in properties, key);
  });
});
