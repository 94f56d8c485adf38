import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idleDefaults } from '../../../bench/config/idle-defaults.js';
import { parseConfig } from '../../../bench/config/load.js';

const TEXT = `device: sim
defaults: { rw: randread, bs: 8k, iodepth: 2, runtime: 1s }
jobs:
  - { name: a, bs: 4k, iodepth: 4 }
  - { name: b, matrix: { bs: [4k, 16k] } }
`;

const idle = (...set: string[]): string[] => idleDefaults(parseConfig(TEXT, 'x', { set }), set);

test('a default that every job has its own of is told, a sweep being one', () => {
  assert.deepEqual(idle(), ['defaults.bs has no effect: every job has its own bs']);
});

test('jobs side by side count as others', () => {
  const text =
    'device: sim\ndefaults: { rw: read, runtime: 1s, bs: 8k }\njobs: [{ parallel: [{ name: a, bs: 4k }, { name: b }] }]';
  const told = (more: string) => idleDefaults(parseConfig(text.replace('name: b', more), 'x'), []);
  assert.deepEqual(told('name: b'), []);
  assert.equal(told('name: b, bs: 4k').length, 1);
});

test('one that was set is told as it was set', () => {
  assert.deepEqual(idle('defaults.bs=1m', 'defaults.bs=64k'), [
    '--set defaults.bs=64k has no effect: every job has its own bs',
  ]);
});

test('one that any job goes by is not', () => {
  assert.deepEqual(idle('defaults.iodepth=8', 'jobs[1].iodepth=3').slice(1), [
    '--set defaults.iodepth=8 has no effect: every job has its own iodepth',
  ]);
  assert.equal(idle('defaults.iodepth=8').length, 1);
});
