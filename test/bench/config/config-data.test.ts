import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConfigData } from '../../../bench/config/config-data.js';
import { ConfigError, type ConfigIssue } from '../../../bench/config/config-error.js';
import { checkConfig, isChecked } from '../../../bench/config/load.js';
import { parse } from './config-text.js';

const DATA: ConfigData = {
  device: 'sim',
  defaults: { bs: '4k', runtime: '1s' },
  jobs: [{ name: 'reads', rw: 'randread', matrix: { iodepth: [1, 32], bs: [512, '64k'] } }],
};

/** What is wrong with data that no type lets through. */
function wrong(data: unknown): readonly ConfigIssue[] {
  try {
    checkConfig(data as ConfigData);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.issues;
  }
  throw new assert.AssertionError({ message: 'the configuration was accepted' });
}

test('data gives the configuration that a file with the same keys gives', () => {
  const file = parse([
    'device: sim',
    'defaults: { bs: 4k, runtime: 1s }',
    'jobs:',
    '  - { name: reads, rw: randread, matrix: { iodepth: [1, 32], bs: [512, 64k] } }',
  ]);
  assert.deepEqual(checkConfig(DATA), file);
});

test('a key that is undefined is one that is not there', () => {
  const { source } = checkConfig({ ...DATA, namespace: undefined });
  assert.deepEqual(source, DATA);
});

test('every problem is told by its key, and by no line', () => {
  const issues = wrong({ device: 'sim', jobs: [{ name: 'a', rw: 'randraed', runtime: () => 1, iodeph: 3 }] });
  assert.deepEqual(
    issues.map(({ path, line }) => [path, line]),
    [
      ['jobs[0].rw', undefined],
      ['jobs[0].runtime', undefined],
      ['jobs[0].iodeph', undefined],
    ],
  );
});

test('what is no map is refused, as is data that contains itself', () => {
  assert.match(wrong(null)[0].message, /is empty/);
  assert.match(wrong([])[0].message, /got an empty list/);
  const jobs: unknown[] = [];
  jobs.push({ name: 'a', jobs });
  assert.match(wrong({ device: 'sim', jobs })[0].message, /contains itself/);
});

test('a change of the data after the check reaches nothing', () => {
  const jobs = [{ name: 'reads', rw: 'randread' as const, runtime: '1s' }];
  const config = checkConfig({ device: 'sim', jobs });
  jobs[0].name = 'changed';
  assert.equal(config.jobs[0].name, 'reads');
  assert.deepEqual(config.source.jobs, [{ name: 'reads', rw: 'randread', runtime: '1s' }]);
});

test('a checked configuration cannot be changed, and its copy does not count as checked', () => {
  const config = checkConfig(DATA);
  assert.throws(() => Object.assign(config.jobs[0], { bsBytes: -1 }), TypeError);
  assert.throws(() => Object.assign(config.source, { device: 'pci:0000:01:00.0' }), TypeError);
  assert.equal(isChecked(config), true);
  assert.equal(isChecked({ ...config, allowWrites: true }), false);
});
