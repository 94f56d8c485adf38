import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measureBeside, sampleCounts } from '../../../bench/micro/beside.js';
import { countsOf } from '../../../engine/stats/operations.js';
import { summarizeCounts } from '../../../engine/stats/percentiles.js';

test('everything beside the loop is timed', async () => {
  const figures = await measureBeside(5);
  assert.deepEqual(
    figures.map(({ name }) => name),
    [
      'take counts',
      'close an interval',
      'figures of a histogram',
      'encode a histogram',
      'decode a histogram',
    ],
  );
  for (const { medianUs, samples } of figures) assert.ok(medianUs > 0 && samples > 0);
});

test('the counts that are worked on have a body and a tail', () => {
  const { totalCount, minNs, maxNs } = summarizeCounts(countsOf(sampleCounts(), 'read'));
  assert.equal(totalCount, 50_000);
  assert.ok(maxNs > 100 * minNs);
});
