/** Gates of `nvbench run`, and what they are judged against. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type BenchResult, formatJson } from '../../../reports/index.js';
import { CONFIG, configFile, directory, nvbench, resultFile } from './child.js';

const at = (name: string): string => join(directory, name);
const gated = configFile(
  `${CONFIG.replace('300ms', '150ms\n    repeat: 4')}gates:\n  - p50 <= +20% vs baseline\n`,
  'gated.yaml',
);

describe('gates of a run', { concurrency: 2 }, () => {
  test('a baseline that the run replaces is read before it', async () => {
    const file = at('same.json');
    await nvbench('run', gated, '--output', file);
    const before = resultFile(file);
    // As if the baseline had been of another kind of device: no run is comparable with it.
    before.devices[0].firmwareRevision = 'OTHER';
    writeFileSync(file, formatJson(before));
    const { exitCode, stdout } = await nvbench('run', gated, '--output', file, '--baseline', file);
    assert.equal(exitCode, 12);
    assert.match(stdout, /the\s+baseline\s+is\s+not\s+comparable/);
    assert.notEqual(resultFile(file).devices[0].firmwareRevision, 'OTHER');
  });

  test('their verdicts are kept in the result, and shown by its views', async () => {
    const output = at('kept.json');
    const gates = 'gates:\n  - errors == 0\n  - max <= 1ns\n  - total.errors == 0\n';
    const config = configFile(`${CONFIG.replace('300ms', '150ms\n    repeat: 4')}${gates}`, 'kept.yaml');
    const { exitCode, stdout } = await nvbench('run', config, '--output', output, '--format', 'json');
    assert.equal(exitCode, 10);
    const kept = resultFile(output).gates ?? [];
    assert.deepEqual(
      kept.map(({ gate, verdict }) => [gate, verdict]),
      [
        ['errors == 0', 'pass'],
        ['max <= 1ns', 'fail'],
        ['total.errors == 0', 'pass'],
      ],
    );
    assert.deepEqual((JSON.parse(stdout) as BenchResult).gates, kept);
    const junit = await nvbench('report', output, '--format', 'junit');
    assert.match(junit.stdout, /<testcase name="max &lt;= 1ns" classname="nvbench\.gates"[^>]*>\s*<failure/);
    const page = await nvbench('report', output, '--format', 'html');
    assert.match(page.stdout, /<h2>Gates<\/h2>[\s\S]*max &lt;= 1ns/);
  });

  test('a baseline that cannot be read is refused before the run', async () => {
    const output = at('never.json');
    writeFileSync(output, 'as it was');
    const { exitCode, stderr } = await nvbench(
      'run',
      gated,
      '--output',
      output,
      '--baseline',
      at('none.json'),
    );
    assert.equal(exitCode, 2);
    assert.match(stderr, /read the result \(.*none\.json\): there is no such file/);
    assert.equal(readFileSync(output, 'utf8'), 'as it was');
  });

  for (const option of ['--baseline', '--baseline-dir', '--junit'])
    test(`${option} without gates is refused`, async () => {
      const { exitCode, stderr } = await nvbench('run', configFile(), option, at('for-gates'));
      assert.equal(exitCode, 2);
      assert.match(stderr, new RegExp(`${option} is for gates, and the configuration has none`));
    });
});
