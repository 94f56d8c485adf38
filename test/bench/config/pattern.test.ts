import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from '../../../bench/config/load.js';
import {
  isMixed,
  isRandom,
  parsePattern,
  runIosOf,
  stepBytesOf,
  writes,
} from '../../../bench/config/pattern.js';
import { workOfJob } from '../../../bench/config/workload.js';

for (const [text, spelling] of [
  ['read', 'read'],
  ['read:0', 'read'],
  ['read:8192', 'read:8k'],
  ['read : -8k', 'read:-8k'],
  ['write:-1MiB', 'write:-1M'],
  ['rw:+512', 'rw:512'],
  ['randread:1', 'randread'],
  ['randrw:8', 'randrw:8'],
] as const)
  test(`${text} is ${spelling}`, () => {
    assert.deepEqual(parsePattern(text), { ok: true, value: spelling });
    assert.deepEqual(parsePattern(spelling), { ok: true, value: spelling });
  });

for (const [text, problem] of [
  [7, /^expects one of read, write, .*, got 7$/],
  ['randraed', /did you mean randread\?$/],
  ['read:', /expects a size/],
  ['read:100', /100 bytes behind the colon is not a multiple of 512/],
  ['read:4k:4k', /^expects one of/],
  ['randread:8k', /expects 1 to 1000000 I\/Os behind the colon, got "8k"/],
  ['randread:0', /expects 1 to/],
  ['randread:-8', /expects 1 to/],
] as const)
  test(`${text} is refused in words`, () => {
    const parsed = parsePattern(text);
    assert.ok(!parsed.ok);
    assert.match(parsed.problem, problem);
  });

test('what a pattern is does not depend on the addition', () => {
  assert.deepEqual(
    [writes('read:-8k'), writes('randread:8'), writes('write:8k'), writes('rw:8k')],
    [false, false, true, true],
  );
  assert.deepEqual([isMixed('rw:8k'), isMixed('randrw:8'), isMixed('write:8k')], [true, true, false]);
  assert.deepEqual([isRandom('randread:8'), isRandom('read:8k')], [true, false]);
  assert.deepEqual([stepBytesOf('read:-8k'), stepBytesOf('randread:8'), stepBytesOf('read')], [-8192, 0, 0]);
  assert.deepEqual([runIosOf('read:-8k'), runIosOf('randread:8'), runIosOf('randread')], [1, 8, 1]);
});

test('a job of runs draws its blocks each by itself, and its pattern is recorded with its addition', () => {
  const text =
    'device: sim\njobs: [{ name: a, rw: "randread:8", runtime: 1s }, { name: b, rw: "read:-8192", runtime: 1s }]';
  const { jobs } = parseConfig(text, 'test.yaml');
  assert.deepEqual(
    jobs.map((job) => [job.norandommap, workOfJob(job).rw]),
    [
      [true, 'randread:8'],
      [undefined, 'read:-8k'],
    ],
  );
});

test('a pattern with an addition that writes needs leave to write', () => {
  const text = 'device: sim\njobs: [{ name: a, rw: "write:-8k", runtime: 1s }]';
  assert.throws(() => parseConfig(text, 'test.yaml'), /allow_writes/);
});
