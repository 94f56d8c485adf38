import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { formatJson } from '../../../reports/index.js';
import { CLI } from '../../fixtures/cli.js';
import { resultOf, runsAround } from '../../reports/compare/documents.js';

let dir: string;
const at = (name: string): string => join(dir, name);
before(() => {
  dir = mkdtempSync(join(tmpdir(), 'nvbench-gate-'));
  writeFileSync(at('base.json'), formatJson(resultOf(runsAround(100_000, 6))));
  writeFileSync(at('slow.json'), formatJson(resultOf(runsAround(120_000, 6), 2)));
  writeFileSync(at('broken.json'), '{');
  const other = resultOf(runsAround(100_000, 6), 3);
  other.devices = other.devices.map((device) => ({ ...device, firmwareRevision: 'OTHER' }));
  writeFileSync(at('other.json'), formatJson(other));
});
after(() => rmSync(dir, { recursive: true, force: true }));

function nvbench(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { GITHUB_ACTIONS: _a, GITHUB_STEP_SUMMARY: _s, ...inherited } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], {
    encoding: 'utf8',
    env: { ...inherited, ...env },
  });
  return { status, stdout, stderr };
}

const gate = (...args: string[]) => nvbench(['gate', at('slow.json'), ...args]);

test('the exit code is the verdict', () => {
  assert.equal(gate('--gate', 'errors == 0').status, 0);
  assert.equal(gate('--gate', 'p50 <= 100us').status, 10);
  assert.equal(gate('--gate', 'p50 <= 120us').status, 11);
  assert.equal(gate('--gate', 'other.p50 <= 1s').status, 12);
  assert.equal(gate('--gate', 'p50 =< 1s').status, 2);
  assert.equal(gate().status, 2);
});

test('a baseline that is missing or broken is invalid', () => {
  const relative = ['--gate', 'p50 <= +900% vs baseline'];
  assert.equal(gate(...relative, '--baseline', at('base.json')).status, 0);
  assert.equal(gate(...relative, '--baseline', at('none.json')).status, 12);
  assert.equal(gate(...relative, '--baseline', at('broken.json')).status, 12);
  assert.equal(gate(...relative, '--baseline-dir', at('nowhere')).status, 12);
  assert.equal(gate(...relative, '--baseline', at('other.json')).status, 12);
  assert.equal(gate(...relative, '--baseline', at('other.json'), '--force').status, 0);
});

test('rules come from a file, its faults with line and column', () => {
  writeFileSync(at('rules.yaml'), '- errors == 0\n- p50 <= 1ms\n');
  assert.equal(gate('--rules', at('rules.yaml')).status, 0);
  writeFileSync(at('rules.yaml'), 'gates:\n  - errors == 0\n  - p50 <= 1\n');
  const { status, stderr } = gate('--rules', at('rules.yaml'));
  assert.equal(status, 2);
  assert.match(stderr, /rules\.yaml:3:5: gates\[1\]: the bound has no unit/);
});

test('GitHub gets annotations and a summary, JUnit its file', () => {
  const { stdout } = nvbench(
    ['gate', at('slow.json'), '--gate', 'p50 <= 100us', '--junit', at('gates.xml')],
    { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: at('summary.md') },
  );
  assert.match(stdout, /^::error title=nvbench gate fail::/m);
  assert.match(readFileSync(at('summary.md'), 'utf8'), /## Gates: fail/);
  assert.match(readFileSync(at('gates.xml'), 'utf8'), /failures="1"/);
});

test('--format json is JSON, also within GitHub', () => {
  const { stdout } = nvbench(['gate', at('slow.json'), '--gate', 'p50 <= 100us', '--format', 'json'], {
    GITHUB_ACTIONS: 'true',
  });
  assert.equal(JSON.parse(stdout).verdict, 'fail');
});

test('--self-test tells what becomes of the gates by slowdown', () => {
  const { status, stdout } = gate('--self-test');
  assert.equal(status, 0);
  assert.match(stdout, /a slowdown of \d+ % fails in 80 %/);
  assert.match(stdout, /^ +slowdown +pass +inconclusive +fail$/m);
});

test('compare ends with 5 only where asked to', () => {
  const files = [at('base.json'), at('slow.json')];
  assert.equal(nvbench(['compare', ...files]).status, 0);
  assert.equal(nvbench(['compare', ...files, '--fail-on', 'worse']).status, 5);
  assert.equal(nvbench(['compare', files[0], files[0], '--fail-on', 'worse']).status, 0);
});

test('compare refuses what is not comparable, naming the difference', () => {
  const { status, stderr } = nvbench(['compare', at('base.json'), at('other.json')]);
  assert.equal(status, 2);
  assert.match(stderr, /device\.firmwareRevision \(device 1\): 4B2QJXD7 in .*base\.json, OTHER in/);
  assert.equal(nvbench(['compare', at('base.json'), at('other.json'), '--force']).status, 0);
});

test('compare takes groups and more than two', () => {
  const groups = nvbench([
    'compare',
    '--base',
    at('base.json'),
    '--new',
    at('slow.json'),
    '--format',
    'json',
  ]);
  assert.equal(JSON.parse(groups.stdout).counts.worse > 0, true);
  const many = nvbench([
    'compare',
    at('base.json'),
    at('slow.json'),
    at('base.json'),
    '--format',
    'markdown',
  ]);
  assert.match(many.stdout, /### Ranking/);
  assert.equal(nvbench(['compare', at('base.json')]).status, 2);
  assert.equal(nvbench(['compare', at('base.json'), at('broken.json')]).status, 2);
});
