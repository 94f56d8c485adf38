import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainCopy, TooLarge } from '../../../bench/config/plain-copy.js';

test('what stands in two places becomes two values', () => {
  const shared = { bs: '4k' };
  const copy = plainCopy({ a: shared, b: [shared, undefined], c: undefined }) as { a: object; b: object[] };
  assert.deepEqual(copy, { a: shared, b: [shared, undefined] });
  assert.notEqual(copy.a, copy.b[0]);
});

test('a key named __proto__ stays a key', () => {
  const copy = plainCopy(JSON.parse('{"__proto__": {"bs": 1}}')) as object;
  assert.deepEqual(Object.keys(copy), ['__proto__']);
  assert.equal('bs' in copy, false);
});

test('data that contains itself, or has too many values, is refused', () => {
  const loop: unknown[] = [];
  loop.push(loop);
  assert.throws(() => plainCopy(loop), TooLarge);
  const ten = (of: unknown): unknown[] => Array(10).fill(of);
  assert.throws(() => plainCopy(ten(ten(ten(ten(ten(0)))))), TooLarge);
});
