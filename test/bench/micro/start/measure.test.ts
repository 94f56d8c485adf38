import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measureStarts } from '../../../../bench/micro/start/measure.js';

test('starts are set against bare Node, which is 1 by definition', () => {
  const wait = 'const t = performance.now(); while (performance.now() - t < 400);';
  const [bare, slow] = measureStarts([{ name: 'slow', args: ['-e', wait] }], 2);
  assert.deepEqual([bare.name, bare.ratioOfMins, bare.ratioOfMedians], ['node -e 0', 1, 1]);
  assert.equal(slow.name, 'slow');
  assert.ok(slow.minMs >= 400, `${slow.minMs} ms`);
  assert.equal(slow.ratioOfMins, slow.minMs / bare.minMs);
});

test('a program that fails is no start', () => {
  const failing = [{ name: 'failing', args: ['-e', "console.error('why'); process.exit(3)"] }];
  assert.throws(() => measureStarts(failing, 1), /ended with 3: why/);
});
