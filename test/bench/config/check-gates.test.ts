import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError, type ConfigIssue } from '../../../bench/config/config-error.js';
import { parseConfig } from '../../../bench/config/load.js';

const JOBS = [
  'device: sim',
  'allow_writes: true',
  'jobs:',
  '  - { name: reader, rw: randread, runtime: 1s }',
  '  - { name: mixed, rw: randrw, runtime: 1s }',
  '  - { name: sweep, rw: read, runtime: 1s, matrix: { bs: [4k, 8k] } }',
  'gates:',
];

function issuesOf(gate: string): readonly ConfigIssue[] {
  try {
    parseConfig([...JOBS, `  - ${gate}`].join('\n'), 'c.yaml');
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
}

test('gates that fit the jobs are taken', () => {
  for (const gate of ['errors == 0', 'reader.p99 <= 1ms', 'mixed.write.iops >= 1k', 'sweep.iops >= 1'])
    assert.deepEqual(issuesOf(gate), []);
  assert.deepEqual(issuesOf(`'"sweep[bs=4k]".read.p99 <= 1ms'`), []);
});

test('others are refused before the run, with line and column', () => {
  const refused: readonly (readonly [gate: string, message: RegExp])[] = [
    ['readr.p99 <= 1ms', /no job is named "readr"/],
    ['mixed.p99 <= 1ms', /reads and writes/],
    ['reader.write.p99 <= 1ms', /does no writes/],
    ['reader.p99 <= 1', /no unit/],
    ['reader.latency <= 1ms', /no metric is named "latency"/],
    ['{ p99: 1ms }', /expects a gate/],
  ];
  for (const [gate, message] of refused) {
    const issues = issuesOf(gate);
    assert.equal(issues.length, 1);
    assert.deepEqual([issues[0].line, issues[0].column, issues[0].path], [8, 5, 'gates[0]']);
    assert.match(issues[0].message, message);
  }
});
