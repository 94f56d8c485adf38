import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  formatBytes,
  formatDurationMs,
  MAX_DURATION_MS,
  type Parsed,
  parseDurationMs,
  parseExtent,
  parseSizeBytes,
} from '../../../bench/config/units.js';

function accepted<T>(parsed: Parsed<T>): T {
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.problem);
  return parsed.value;
}

function problemOf(parsed: Parsed<unknown>): string {
  assert.equal(parsed.ok, false, `accepted: ${JSON.stringify(parsed)}`);
  return parsed.ok ? '' : parsed.problem;
}

describe('parseSizeBytes', () => {
  const sizes: [unknown, number][] = [
    [512, 512],
    ['512', 512],
    ['512B', 512],
    ['4k', 4096],
    ['4K', 4096],
    ['4KiB', 4096],
    ['4Ki', 4096],
    ['4kib', 4096],
    ['4KB', 4000],
    ['4kb', 4000],
    ['1M', 1_048_576],
    ['1MB', 1_000_000],
    ['1GiB', 1_073_741_824],
    ['1GB', 1_000_000_000],
    ['2T', 2_199_023_255_552],
    ['1P', 1_125_899_906_842_624],
    ['1.5k', 1536],
    ['0.1GB', 100_000_000],
    ['64 GiB', 68_719_476_736],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ];
  for (const [text, bytes] of sizes) {
    test(`reads ${JSON.stringify(text)} as ${bytes} bytes`, () => {
      assert.equal(accepted(parseSizeBytes(text)), bytes);
    });
  }

  const wrong: [unknown, RegExp][] = [
    ['4q', /unknown unit "q" in "4q"; use k, M, G, T/],
    ['4 kiloby', /unknown unit "kiloby"/],
    ['-4k', /cannot be negative, got "-4k"/],
    [-1, /cannot be negative, got -1/],
    [1.5, /expects a size .* got 1.5/],
    [Number.NaN, /expects a size .* got NaN/],
    [Number.POSITIVE_INFINITY, /too large/],
    [1e300, /too large/],
    ['9007199254740992', /too large/],
    ['99999999P', /too large/],
    ['9'.repeat(100_000), /expects a size/],
    ['1.3k', /"1.3k" is not a whole number of bytes/],
    ['50%', /a percentage does not fit here/],
    ['', /expects a size .* got the text ""/],
    ['k', /expects a size/],
    ['.5k', /expects a size/],
    ['1e3', /unknown unit "e3"/],
    ['4k 4k', /expects a size/],
    [null, /expects a size .* got nothing/],
    [true, /expects a size .* got true/],
    [[4096], /expects a size .* got a list/],
    [{ k: 4 }, /expects a size .* got a map/],
  ];
  for (const [value, problem] of wrong) {
    test(`refuses ${(JSON.stringify(value) ?? String(value)).slice(0, 30)} (${String(value).slice(0, 10)})`, () => {
      assert.match(problemOf(parseSizeBytes(value)), problem);
    });
  }

  test('cuts a long text in its message', () => {
    assert.ok(problemOf(parseSizeBytes('x'.repeat(100_000))).length < 200);
  });

  test('escapes control characters in its message', () => {
    assert.match(problemOf(parseSizeBytes('4\u001b[2J\u009b')), /\\u001b\[2J\\u009b/);
  });
});

describe('parseDurationMs', () => {
  const durations: [unknown, number][] = [
    [10, 10_000],
    [0.5, 500],
    ['10', 10_000],
    ['10s', 10_000],
    ['500ms', 500],
    ['2m', 120_000],
    ['1h', 3_600_000],
    ['1d', 86_400_000],
    ['80us', 0.08],
    ['1.1s', 1100],
    ['0s', 0],
    ['24d', MAX_DURATION_MS],
  ];
  for (const [text, ms] of durations) {
    test(`reads ${JSON.stringify(text)} as ${ms} ms`, () => {
      assert.equal(accepted(parseDurationMs(text)), ms);
    });
  }

  const wrong: [unknown, RegExp][] = [
    ['10x', /unknown unit "x" in "10x"; use us, ms, s, m, h or d/],
    ['10S', /unknown unit "S"/],
    ['-1s', /cannot be negative/],
    [-1, /cannot be negative/],
    [Number.NaN, /expects a duration/],
    [Number.POSITIVE_INFINITY, /more than 24 days/],
    ['25d', /more than 24 days/],
    ['9'.repeat(30), /more than 24 days/],
    ['0.1us', /shorter than a microsecond/],
    ['1:30', /unknown unit ":30"/],
    ['soon', /expects a duration .* got the text "soon"/],
    [null, /got nothing/],
  ];
  for (const [value, problem] of wrong) {
    test(`refuses ${String(value).slice(0, 30)}`, () => {
      assert.match(problemOf(parseDurationMs(value)), problem);
    });
  }

  test('keeps the longest duration below what a timer can hold', () => {
    assert.ok(MAX_DURATION_MS < 2 ** 31 - 1);
  });
});

describe('parseExtent', () => {
  test('reads a percentage', () => {
    assert.deepEqual(accepted(parseExtent('33.5%')), { percent: 33.5 });
  });

  test('reads a size', () => {
    assert.deepEqual(accepted(parseExtent('1GiB')), { bytes: 1_073_741_824 });
  });

  for (const text of ['101%', '-1%', '%', 'half%', '1e1%']) {
    test(`refuses ${text}`, () => {
      assert.match(problemOf(parseExtent(text)), /a percentage from 0% to 100%/);
    });
  }

  test('names both forms when it has neither', () => {
    assert.match(problemOf(parseExtent('all')), /a number of bytes, or a percentage such as 50%/);
  });
});

describe('formatBytes', () => {
  for (const bytes of [
    0,
    1,
    512,
    1000,
    4096,
    5000,
    131_072,
    1_610_612_736,
    2 ** 50,
    Number.MAX_SAFE_INTEGER,
  ]) {
    test(`gives text for ${bytes} that reads back to it`, () => {
      assert.equal(accepted(parseSizeBytes(formatBytes(bytes))), bytes);
    });
  }

  test('uses the largest unit that is exact', () => {
    assert.deepEqual([4096, 2 ** 30, 1000].map(formatBytes), ['4KiB', '1GiB', '1000B']);
  });
});

describe('formatDurationMs', () => {
  for (const ms of [0, 0.001, 0.08, 1, 1500, 10_000, 90_000, 7_200_000, MAX_DURATION_MS]) {
    test(`gives text for ${ms} ms that reads back to it`, () => {
      assert.equal(accepted(parseDurationMs(formatDurationMs(ms))), ms);
    });
  }

  test('uses the largest unit that is exact', () => {
    assert.deepEqual([0.08, 500, 10_000, 7_200_000].map(formatDurationMs), ['80us', '500ms', '10s', '2h']);
  });
});
