import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type AbDocument,
  type AbEnding,
  type AbSequential,
  analyseAb,
  askedCertainty,
  confidenceAt,
  endingOf,
  formatAb,
  formatAbDocument,
  parseAbText,
} from '../../../reports/ab/index.js';
import { Random } from '../../../reports/statistics/random.js';
import { drifting, experimentOf, type LegOf } from './experiments.js';

const SEQUENTIAL: AbSequential = { confidence: 0.95, looks: [8, 12, 16, 24], metrics: ['iops'] };

function lookedAt(legOf: LegOf, blocks: number, sequential = SEQUENTIAL, controls = 0): AbDocument {
  const document = experimentOf(legOf, { experiment: blocks, control: controls });
  const confidence = confidenceAt(sequential.looks, sequential.confidence, blocks);
  return { ...document, confidence, sequential };
}

const endOf = (document: AbDocument): AbEnding | undefined =>
  endingOf(document, analyseAb(document), document.sequential ?? assert.fail());

/** Pairs that differ by `sd` beside what the sides do, drawn from a seed. */
function noisy(slower: number, sd: number, seed: number): LegOf {
  const random = new Random(seed);
  return (role, block) => ({
    meanNs: drifting(block) * Math.exp(sd * random.normal()) * (role === 'B' ? 1 + slower : 1),
  });
}

test('a large change is sure at the first look', () => {
  assert.equal(endOf(lookedAt(noisy(0.1, 0.005, 1), 8)), 'sure');
});

test('so are equal sides whose interval lies within the margin', () => {
  const document = lookedAt(noisy(0, 0.005, 2), 8);
  assert.equal(endOf(document), 'sure');
  const iops = analyseAb(document).jobs[0].metrics.find(({ metric }) => metric === 'iops');
  assert.equal(iops?.verdict, 'same');
});

test('what a larger sample may decide goes on', () => {
  assert.equal(endOf(lookedAt(noisy(0, 0.02, 5), 8)), undefined);
});

test('where hardly any number of blocks that is left would decide, it is futile to go on', () => {
  // By turns a fifth more and a fifth less: the interval would have to shrink to a tenth.
  const legOf: LegOf = (role, block) => ({
    meanNs: 100_000 * (role === 'B' ? 1.2 ** (block % 2 === 0 ? 1 : -1) : 1),
  });
  assert.equal(endOf(lookedAt(legOf, 8)), 'futile');
});

test('the last look ends it whatever it shows', () => {
  assert.equal(endOf(lookedAt(noisy(0, 0.15, 3), 24)), 'most');
});

test('a precision asked for is waited for, though the verdict is plain, and then ends it', () => {
  const wanted = { ...SEQUENTIAL, precision: 0.008 };
  const legs = (): LegOf => noisy(0.1, 0.006, 4);
  assert.equal(endOf(lookedAt(legs(), 8)), 'sure');
  assert.equal(endOf(lookedAt(legs(), 8, wanted)), undefined);
  assert.equal(endOf(lookedAt(legs(), 8, { ...wanted, precision: 0.05 })), 'precise');
});

test('an effect in the control keeps it from being sure', () => {
  const document = lookedAt(
    (role) => ({ meanNs: { A: 100_000, B: 150_000, "A'": 120_000 }[role] }),
    8,
    SEQUENTIAL,
    8,
  );
  assert.notEqual(endOf(document), 'sure');
});

test('the same document ends the same way, also where another seed of it would not', () => {
  const document = lookedAt(noisy(0.02, 0.04, 36), 12);
  const ends = (seeds: readonly number[]): number =>
    new Set(seeds.map((seed) => endOf({ ...structuredClone(document), seed }))).size;
  assert.equal(ends(Array<number>(10).fill(1)), 1);
  assert.equal(ends([...Array(10).keys()]), 2);
});

test('a look is judged more strictly than an experiment of as many blocks, and says so', () => {
  const document = lookedAt(noisy(0.1, 0.01, 7), 8);
  const analysis = analyseAb({ ...document, sequential: { ...SEQUENTIAL, ended: 'sure' } });
  assert.ok(Math.abs(analysis.confidence - (1 - 0.05 / 3)) < 1e-12);
  const widthOf = (of: AbDocument): number => {
    const [low, high] = analyseAb(of).jobs[0].metrics[0].interval ?? assert.fail();
    return high - low;
  };
  assert.ok(widthOf(document) > widthOf({ ...document, confidence: 0.95, sequential: undefined }));
  const text = formatAb(analysis, { color: false, width: 400 });
  assert.match(
    text,
    /looked at after 8, 12, 16, 24 blocks, until sure of iops; it ended as soon as it was sure/,
  );
  assert.match(text, /Confidence 95 % over all looks, 98\.333 % at this one/);
});

test('its document reads back, and can be judged again with another confidence', () => {
  const document = lookedAt(noisy(0.1, 0.005, 8), 12);
  assert.deepEqual(parseAbText(formatAbDocument(document)).sequential, SEQUENTIAL);
  assert.equal(askedCertainty(document).confidence, 0.95);
  const strict = analyseAb(document, { confidence: 0.99, margin: 0.03 });
  assert.ok(Math.abs(strict.confidence - (1 - 0.01 / 6)) < 1e-12);
});

test('a reader that knows of no looks judges with what the last one may use', () => {
  const { sequential, ...plain } = lookedAt(noisy(0.1, 0.01, 9), 16);
  assert.ok(sequential);
  assert.equal(analyseAb(plain).confidence, analyseAb({ ...plain, sequential }).confidence);
});
