/** `nvbench pts` as its user runs it, on the software controller. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parseResultText } from '../../../reports/index.js';
import { nvbench } from './child.js';

const folder = mkdtempSync(join(tmpdir(), 'nvbench-pts-'));
after(() => rmSync(folder, { recursive: true }));

const SIM = 'sim:?size=16MiB&latency=none&wear=64MiB:8MiB:2MiB';
const SHORT = [
  ['matrix.rwmixread', '[65, 0]'],
  ['matrix.bs', '[16k, 4k]'],
  ['runtime', '200ms'],
]
  .map(([key, value]) => `jobs[0].jobs[0].${key}=${value}`)
  .concat('jobs[0].rounds.most=5')
  .flatMap((change) => ['--set', change]);

test('a dry run says what each test does and writes, and touches nothing', async () => {
  const args = ['pts', 'iops', 'saturation', '--device', SIM, '--dry-run', '--output', join(folder, 'none')];
  const { exitCode, stdout } = await nvbench(...args);
  assert.equal(exitCode, 0);
  assert.match(stdout, /SNIA PTS 2\.0\.2, IOPS test\n/);
  assert.match(stdout, /purge of .* ALL DATA OF THE NAMESPACE ARE DESTROYED/);
  assert.match(stdout, /writes at most 32 MiB/);
  assert.match(stdout, /rounds: up to 25 rounds, until iops of iops\[rwmixread=0,bs=4k\] is steady/);
  assert.match(stdout, /total 1,401 jobs: at most about 23 h 20 min/);
  assert.match(stdout, /write saturation test\n[\s\S]*writes at most 64 MiB/);
  assert.equal(existsSync(join(folder, 'none')), false);
});

test('arguments that fit one of several tests are refused before the first of them', async () => {
  const args = ['pts', 'iops', 'saturation', '--device', SIM, '--dry-run', '--set', 'jobs[0].rounds.most=5'];
  const { exitCode, stdout, stderr } = await nvbench(...args);
  assert.deepEqual([exitCode, stdout], [2, '']);
  assert.match(stderr, /there is no jobs\[0\]\.rounds/);
});

test('a test leaves its result and both reports, with what was done before and how it became steady', async () => {
  const args = ['pts', 'iops', '--quick', '--device', SIM, '--iodepth', '32', '--output', folder, ...SHORT];
  const { exitCode, stdout, stderr } = await nvbench(...args, '--progress', 'none');
  assert.equal(exitCode, 0, stderr);
  const result = parseResultText(readFileSync(join(folder, 'pts-iops.json'), 'utf8'));
  const [record] = result.rounds ?? [];
  assert.equal(record.jobs.length, 4);
  assert.equal(record.values.length, 5);
  assert.equal(result.jobs.length, 1 + 4 * 5);
  const text = readFileSync(join(folder, 'pts-iops.txt'), 'utf8');
  for (const report of [stdout, text]) {
    assert.match(report, /SNIA PTS 2\.0\.2, IOPS test, in a hurry/);
    assert.match(report, /purged +all 16 MiB deallocated/);
    assert.match(report, /verdict +(NOT )?STEADY/);
    assert.match(report, /reads\/writes +16 KiB +4 KiB/);
    assert.match(report, /65\/35 /);
  }
  const html = readFileSync(join(folder, 'pts-iops.html'), 'utf8');
  assert.match(html, /<h1>SNIA PTS 2\.0\.2, IOPS test/);
  assert.match(html, /average \+ 10 %|NOT STEADY/);
});

test('what cannot be is refused before a device is touched', async () => {
  const pts = (...args: string[]) => nvbench('pts', ...args);
  const unnamed = await pts('iops', '--device', 'pci:0000:01:00.0');
  assert.equal(unnamed.exitCode, 2);
  const twice = await pts('iops', 'iops', '--device', 'sim', '--output', folder);
  assert.match(twice.stderr, /named twice/);
  const nowhere = await pts('iops', '--device', 'sim', '--output', join(folder, 'none'));
  assert.match(nowhere.stderr, /is no folder/);
  const none = await pts('speed', '--device', 'sim');
  assert.equal(none.exitCode, 2);
});
