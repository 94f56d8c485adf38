import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choosePieces, spansBetween } from '../../../engine/memory/contiguous.js';

const PAGE = 100;

/** Runs of so many pages each, one after the other in the mapping. */
function runsOf(...pages: number[]) {
  let offsetBytes = 0;
  return pages.map((count, i) => {
    const run = { offsetBytes, lengthBytes: count * PAGE, physicalAddress: BigInt(i) };
    offsetBytes += run.lengthBytes;
    return run;
  });
}

const chosen = (pages: number[], lengthBytes: number, contiguousBytes: number) =>
  choosePieces(runsOf(...pages), { lengthBytes, contiguousBytes }, PAGE)?.map((piece) => [
    piece.offsetBytes,
    piece.lengthBytes,
  ]);

test('the shortest run that holds everything is taken, and no more of it than asked', () => {
  assert.deepEqual(chosen([9, 4, 3], 350, 350), [[900, 400]]);
  assert.deepEqual(chosen([9, 4, 3], 450, 1), [[0, 500]]);
});

test('where no run holds everything the longest are taken, in the order of the memory', () => {
  assert.deepEqual(chosen([1, 3, 1, 2], 500, 300), [
    [100, 300],
    [500, 200],
  ]);
});

test('no run of the contiguous length is no answer', () => {
  assert.equal(chosen([2, 2, 2], 300, 300), undefined);
});

test('what is between, before and after the pieces is left over', () => {
  const pieces = [
    { offsetBytes: 100, lengthBytes: 100 },
    { offsetBytes: 200, lengthBytes: 50 },
  ];
  assert.deepEqual(spansBetween(pieces, 400), [
    { offsetBytes: 0, lengthBytes: 100 },
    { offsetBytes: 250, lengthBytes: 150 },
  ]);
  assert.deepEqual(spansBetween(pieces.slice(0, 1), 200), [{ offsetBytes: 0, lengthBytes: 100 }]);
});
