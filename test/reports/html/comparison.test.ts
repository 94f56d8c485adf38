import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compareMany, compareResults } from '../../../reports/compare/index.js';
import { htmlComparison, htmlMatrix } from '../../../reports/html/comparison.js';
import { changeScale, rowScale } from '../../../reports/html/scale.js';
import { jobOf, named, resultOf, runsAround, runsOf } from '../compare/documents.js';
import { HOSTILE_NAME, strayCharacters } from '../views/hostile.js';

const side = (name: string, meanNs: number, seed = 1) => named(name, resultOf(runsAround(meanNs, 6), seed));
const slower = () => compareResults(runsOf('a', 100_000, 6), runsOf('b', 120_000, 6, 2));
const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

function hostileSide(meanNs: number, seed: number) {
  const result = resultOf([]);
  const jobs = runsAround(meanNs, 5).map((run, i) => jobOf(run, seed + i, HOSTILE_NAME));
  const host = { ...result.host, governor: `${HOSTILE_NAME}${seed}` };
  return named(HOSTILE_NAME, { ...result, host, jobs });
}

describe('the page of a comparison', () => {
  test('names the drives of both sides in its head, and the sides in its title', () => {
    const other = runsOf('b', 100_000, 6, 2).map((each) => ({
      ...each,
      result: { ...each.result, devices: each.result.devices.map((d) => ({ ...d, modelNumber: 'B<b>' })) },
    }));
    const page = htmlComparison(compareResults(runsOf('a', 100_000, 6), other));
    const drives = [...page.matchAll(/<p class="drive">(.*?), firmware/g)].map(([, model]) => model);
    assert.equal(drives.length, 2);
    assert.equal(drives[1], 'B&lt;b&gt;');
    assert.match(page, /<title>nvbench comparison - b[^<]* and 5 more against a[^<]* and 5 more<\/title>/);
  });

  test('has a row with its verdict for each metric, and a chart of the intervals above it', () => {
    const page = htmlComparison(slower());
    assert.match(
      page,
      /<tr class="worse"><th scope="row">mean<\/th><td>100 µs<\/td><td>120 µs<\/td>.*<td>worse<\/td>/,
    );
    assert.match(page, /<tr class="same"><th scope="row">errors<\/th>/);
    assert.equal(count(page, /<figure class="chart"/g), 1);
    assert.ok(page.indexOf('<svg') < page.indexOf('<tr class="worse"'));
  });

  test('draws a line and a mark for each metric in the colour of its verdict', () => {
    const [wide] = /<svg class="wide".*?<\/svg>/s.exec(htmlComparison(slower())) ?? [''];
    // Of ten metrics that are slower seven are worse: a line and a mark each; errors are the same.
    assert.equal(count(wide, /stroke="var\(--worse\)"/g), 14);
    // Beyond the others lie too few I/Os: a mark alone.
    assert.equal(count(wide, /stroke="var\(--unsure\)"/g), 3);
    assert.equal(count(wide, /stroke="var\(--same\)"/g), 2);
  });

  test('sums up in words, the worse first', () => {
    const page = htmlComparison(slower());
    assert.match(page, /<p class="big">6 worse, 1 same, 3 inconclusive<\/p>/);
    assert.match(page, /<b class="worse">worse<\/b> randread read: iops -1\d\.\d %, bandwidth /);
  });

  test('says before any figure that results are not comparable, and how', () => {
    const other = side('b.json', 100_000, 2);
    other.result.host.governor = 'powersave';
    const page = htmlComparison(compareResults([side('a.json', 100_000)], [other]));
    assert.ok(page.indexOf('NOT COMPARABLE') < page.indexOf('<main>'));
    assert.match(page, /not comparable: host\.governor: performance in a\.json, powersave in b\.json/);
  });

  test('of more than two has a ranking, all against the first, and a section for each', () => {
    const three = [side('a', 100_000), side('b', 120_000, 2), side('c', 80_000, 3)];
    const page = htmlMatrix(compareMany(three));
    assert.match(page, /randread read mean<\/th><td>1\. c \S+ µs, 2\. a \S+ µs, 3\. b \S+ µs<\/td>/);
    assert.match(page, /<h2>Summary: b against a<\/h2>/);
    assert.match(page, /<h2>Summary: c against a<\/h2>/);
    assert.equal(count(page, /<figure class="chart"/g), 2);
  });

  test('lets no name become an element, and names nothing outside of itself', () => {
    const sides = [hostileSide(100_000, 1), hostileSide(120_000, 50)];
    const comparison = compareResults([sides[0]], [sides[1]]);
    const matrix = compareMany([...sides, hostileSide(130_000, 90)]);
    for (const page of [htmlComparison(comparison), htmlMatrix(matrix)]) {
      assert.deepEqual(strayCharacters(page), []);
      assert.equal(count(page, /<script>/g), 1);
      assert.equal(count(page, /<script/g), count(page, /<\/script>/g));
      assert.doesNotMatch(page, /\bsrc=|\bhref=|@import|url\((?!#)/);
    }
  });

  test('draws no chart of what has no ratio, but has its table', () => {
    const failing = (name: string, errors: number) => {
      const result = resultOf([{ meanNs: 100_000 }]);
      for (const { directions } of result.jobs)
        if (directions.read) directions.read = { ...directions.read, ios: 0, errors };
      return named(name, result);
    };
    const page = htmlComparison(compareResults([failing('a', 0)], [failing('b', 3)]));
    assert.equal(count(page, /<figure/g), 0);
    assert.match(page, /<th scope="row">p99<\/th><td>-<\/td><td>-<\/td>/);
  });
});

describe('a scale of changes', () => {
  test('has no change in the middle and goes as far down as up', () => {
    const { at, ticks } = changeScale('change', 0.15);
    assert.equal(at(1), 0.5);
    assert.ok(Math.abs(at(1.15) + at(1 / 1.15) - 1) < 1e-12);
    assert.deepEqual(
      ticks.map(({ label }) => label),
      ['-20 %', '-10 %', '0 %', '+10 %', '+20 %'],
    );
  });

  test('is as wide as what it has to show, and no wider than a tenth and the tenfold', () => {
    assert.deepEqual(
      [0.001, 0.05, 0.6, 9].map((deviation) => changeScale('change', deviation).ticks[0].label),
      ['-2 %', '-5 %', '-50 %', '-90 %'],
    );
    assert.deepEqual([1e-6, 1e6].map(changeScale('change', 9).at), [0, 1]);
  });

  test('has the rows below each other', () => {
    const { ticks } = rowScale('metric', ['iops', 'mean']);
    assert.deepEqual(ticks, [
      { at: 0.75, label: 'iops' },
      { at: 0.25, label: 'mean' },
    ]);
  });
});
