import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as values from '../../../../bench/config/fio/values.js';

const units = { kbBase: 1024 };

test('sizes are read in the units of fio and written in ours', () => {
  const read = (text: string, kbBase = 1024) => values.bytes(text, { kbBase });
  assert.deepEqual(
    [read('4k'), read('128KB'), read('0x1000'), read('512'), read('1000')],
    ['4k', '128k', '4k', 512, 1000],
  );
  assert.deepEqual([read('4KiB'), read('4KiB', 1000), read('4KB', 1000)], [4000, '4k', 4000]);
  for (const text of ['1.5k', 'k', '4x', '', '-4k']) assert.equal(read(text), undefined, text);
});

test('times without a unit count what their option counts', () => {
  assert.deepEqual([values.seconds('90', units), values.microseconds('90', units)], ['90s', '90us']);
  assert.deepEqual([values.seconds('2m', units), values.seconds('500ms', units)], ['2m', '500ms']);
  assert.equal(values.seconds('soon', units), undefined);
});

test('a flag is set where nothing is said', () => {
  assert.deepEqual(
    [values.flag(''), values.flag('1'), values.flag('0'), values.flag('x')],
    [true, true, false, undefined],
  );
});

test('a mask of CPUs is a list', () => {
  assert.deepEqual(
    [values.cpuMask('5', units), values.cpuMask('0xf0', units)],
    [
      [0, 2],
      [4, 5, 6, 7],
    ],
  );
});

test('zones without a size share what is left of the region', () => {
  assert.equal(values.spread('zoned:50/5:30/15:20/', units), 'zoned:50/5:30/15:20/80');
  assert.equal(values.spread('zoned:60/10:20/:20', units), 'zoned:60/10:20/45:20/45');
  assert.equal(values.spread('zoned:50/5:50/95', units), 'zoned:50/5:50/95');
  assert.equal(values.spread('zoned_abs:60/20G:40/1000KiB', units), 'zoned_abs:60/20G:40/1000000');
});

test('a law without its parameter has that of fio', () => {
  assert.deepEqual(
    [values.spread('zipf', units), values.spread('zipf:0.5', units)],
    ['zipf:1.1', 'zipf:0.5'],
  );
});
