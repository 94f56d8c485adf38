import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { type BenchResult, formatJson } from '../../../reports/index.js';
import { CLI } from '../../fixtures/cli.js';
import { resultOf, runsAround } from '../../reports/compare/documents.js';

const root = mkdtempSync(join(tmpdir(), 'nvbench-baseline-'));
after(() => rmSync(root, { recursive: true, force: true }));

const at = (name: string): string => join(root, name);
const write = (name: string, result: BenchResult): void => writeFileSync(at(name), formatJson(result));
write('plain.json', resultOf(runsAround(100_000, 6)));
write('alike.json', resultOf(runsAround(101_000, 6), 2));
write('slow.json', resultOf(runsAround(130_000, 6), 3));
write('fast.json', resultOf(runsAround(70_000, 6), 4));
const other = resultOf(runsAround(70_000, 6), 5);
write('kernel.json', { ...other, host: { ...other.host, kernel: '99.0' } });
write('cut.json', { ...resultOf(runsAround(130_000, 6), 6), complete: false });

let dir: string;

function save(name: string, ...options: readonly string[]) {
  const args = ['baseline', 'save', at(name), '--dir', dir, '--format', 'json', ...options];
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

beforeEach(() => {
  dir = mkdtempSync(join(root, 'kept-'));
  assert.equal(save('plain.json').status, 0);
});

test('a result that is worse does not take the place of a baseline, unless that is accepted', () => {
  const { status, stderr } = save('slow.json', '--replace');
  assert.equal(status, 2);
  assert.match(stderr, /it is worse than the one that it would replace: randread read iops -\d+\.\d %/);
  assert.match(stderr, /add --accept-worse$/m);
  assert.equal(save('slow.json', '--replace', '--accept-worse').status, 0);
});

test('one that is alike or better does', () => {
  assert.match(save('alike.json', '--replace').stdout, /"path"/);
  assert.match(save('fast.json', '--replace').stdout, /"path"/);
});

test('with --if-better only what is better does, and the reason is told', () => {
  assert.match(
    save('alike.json', '--replace', '--if-better').stdout,
    /"reason": "nothing of it is certainly better"/,
  );
  assert.match(
    save('slow.json', '--replace', '--if-better').stdout,
    /"reason": "it is worse: randread read iops -/,
  );
  assert.match(
    save('kernel.json', '--replace', '--if-better').stdout,
    /"reason": "they differ .*host\.kernel/,
  );
  assert.match(save('fast.json', '--replace', '--if-better').stdout, /"path"/);
});

test('under other circumstances there is nothing to hold against it', () => {
  assert.match(save('kernel.json', '--replace').stdout, /"path"/);
});

test('one that did not run to its end is refused as ever', () => {
  const { status, stderr } = save('cut.json', '--replace', '--if-better');
  assert.equal(status, 2);
  assert.match(stderr, /save a result that ran to its end/);
});
