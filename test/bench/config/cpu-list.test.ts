import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseCpuList } from '../../../bench/config/cpu-list.js';

describe('parseCpuList', () => {
  const lists: [unknown, number[]][] = [
    ['0-3,8', [0, 1, 2, 3, 8]],
    [' 1 , 3 - 4 ', [1, 3, 4]],
    ['8,0-1,1', [0, 1, 8]],
    [
      [2, 0, 2],
      [0, 2],
    ],
    [5, [5]],
  ];
  for (const [value, cpus] of lists) {
    test(`reads ${JSON.stringify(value)}`, () => {
      assert.deepEqual(parseCpuList(value), { ok: true, value: cpus });
    });
  }

  const wrong: [unknown, RegExp][] = [
    ['3-1', /the range "3-1" runs backwards/],
    ['0-999999999', /whole number from 0 to 8191, got 999999999/],
    [[-1], /whole number from 0 to 8191, got -1/],
    [[0.5], /got 0.5/],
    [Number.NaN, /got NaN/],
    [[], /got an empty list/],
    [['0'], /got a list with the text "0"/],
    ['', /expects CPU numbers/],
    ['0-', /expects CPU numbers/],
    ['all', /got the text "all"/],
    [null, /got nothing/],
  ];
  for (const [value, problem] of wrong) {
    test(`refuses ${JSON.stringify(value)}`, () => {
      const result = parseCpuList(value);
      assert.match(result.ok ? 'accepted' : result.problem, problem);
    });
  }
});
