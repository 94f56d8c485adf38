import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SLOT } from '../../../engine/path/path.js';
import { baseOf, RECORDS, takeRecords, withRecords } from '../../../engine/path/records.js';

const MOST_SLOTS = RECORDS.length / SLOT.WORDS;

test('queues of a thread have records of their own in one array, which is told of each', () => {
  const [one, other] = [takeRecords(3), takeRecords(5)];
  one.fill(1);
  other.fill(2);
  assert.deepEqual(RECORDS.subarray(baseOf(one), baseOf(one) + one.length), one);
  assert.deepEqual(RECORDS.subarray(baseOf(other), baseOf(other) + other.length), other);
  assert.ok(one.every((word) => word === 1) && other.every((word) => word === 2));
});

test('what a rehearsal takes may be taken again', () => {
  let rehearsed = -1;
  withRecords(() => {
    rehearsed = baseOf(takeRecords(7));
  });
  assert.ok(rehearsed >= 0);
  assert.equal(baseOf(takeRecords(9)), rehearsed);
});

test('records that there is no room for lie elsewhere', () => {
  withRecords(() => {
    assert.ok(baseOf(takeRecords(1)) >= 0);
    const all = takeRecords(MOST_SLOTS);
    assert.equal(all.length, RECORDS.length);
    assert.equal(baseOf(all), -1);
    assert.ok(baseOf(takeRecords(1)) >= 0);
  });
});
