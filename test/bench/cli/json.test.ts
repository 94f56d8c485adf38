/** `--format json`: whatever a command prints, JSON alone on stdout. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadUsages } from '../../../bench/commands/index.js';
import { modelOf } from '../../../bench/console/completion/model.js';
import { formatJson } from '../../../reports/index.js';
import { HeldTarget, Program } from '../../fixtures/held.js';
import { resultOf, runsAround } from '../../reports/compare/documents.js';
import { configFile, directory, nvbench } from './child.js';

// Changes of the machine that others made are none of this test's business.
process.env.NVBENCH_STATE_DIR = join(directory, 'json-state');

const SIM = 'sim:?size=64MiB&latency=none';
const config = configFile(
  `device: "${SIM}"
hugepages: never
jobs:
  - { name: reads, rw: randread, bs: 4k, iodepth: 4, number_ios: 200 }
`,
  'json.yaml',
);
const file = (name: string, meanNs: number, seed: number): string => {
  const path = join(directory, name);
  writeFileSync(path, formatJson(resultOf(runsAround(meanNs, 6), seed)));
  return path;
};
const [first, second] = [file('json-a.json', 100_000, 1), file('json-b.json', 120_000, 2)];
const fio = fileURLToPath(new URL('../../../../test/fixtures/imports/fio-jsonplus.json', import.meta.url));
const baselines = join(directory, 'json-baselines');

/** Arguments, exit codes that are no failure here, and a field of the answer. */
const commands: readonly (readonly [args: readonly string[], codes: readonly number[], field: string])[] = [
  [['run', config], [0], 'jobs'],
  [['run', config, '--dry-run'], [0], 'jobs'],
  [['ab', config, '--b', 'jobs[0].iodepth=2', '--dry-run'], [0], 'sides'],
  [['show', first], [0], 'jobs'],
  [['report', first], [0], 'jobs'],
  [['report', first, second], [0], '1'],
  [['merge', first, second], [0], 'jobs'],
  [['import', fio], [0], 'imported'],
  [['compare', first, second], [0], 'counts'],
  [['gate', first, '--gate', 'errors == 0'], [0], 'verdict'],
  [['gate', first, '--self-test'], [0, 11], 'trials'],
  [['baseline', 'save', first, '--dir', baselines], [0], 'path'],
  [['baseline', 'list', '--baseline-dir', baselines], [0], '0'],
  [['list'], [0, 3], 'functions'],
  [['identify', SIM], [0], 'namespaces'],
  [['doctor', 'sim'], [0], 'ready'],
  [['status'], [0, 3], 'changes'],
  [['unbind', '--all', '--dry-run'], [0], 'writes'],
  [['hugepages', '--release', '--dry-run'], [0], 'writes'],
  [['schema', 'ab'], [0], 'properties'],
];

describe('--format json', { concurrency: 1 }, () => {
  for (const [args, codes, field] of commands) {
    test(`nvbench ${args.map((arg) => arg.split('/').at(-1)).join(' ')}`, async () => {
      const { exitCode, stdout, stderr } = await nvbench(...args, '--format', 'json');
      assert.ok(codes.includes(exitCode ?? -1), stderr);
      assert.ok(Object.hasOwn(JSON.parse(stdout) as object, field), stdout.slice(0, 200));
    });
  }

  test('baseline show', async () => {
    const list = await nvbench('baseline', 'list', '--dir', baselines, '--format', 'json');
    const [{ device, workload }] = JSON.parse(list.stdout) as { device: string; workload: string }[];
    const show = ['baseline', 'show', `${device}/${workload}`, '--dir', baselines, '--format', 'json'];
    assert.ok('jobs' in (JSON.parse((await nvbench(...show)).stdout) as object));
  });

  test('hold says what it holds and where', async (t) => {
    const held = new HeldTarget(SIM);
    t.after(() => held.dispose());
    const holder = await held.hold('--format', 'json');
    const { stdout } = await holder.kill('SIGINT');
    const { target, serialNumber, socketPath } = JSON.parse(stdout) as Record<string, string>;
    assert.deepEqual([target, typeof serialNumber], [SIM, 'string']);
    assert.ok(socketPath.startsWith(held.folder));
  });

  test('serve says what it serves and where', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'nvbench-serve-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const server = new Program(['serve', '--socket', folder, '--device', SIM, '--format', 'json'], {});
    await server.says(/serving/);
    const { stdout } = await server.kill('SIGINT');
    assert.deepEqual(JSON.parse(stdout), { device: SIM, target: `vfio-user:${folder}`, socketDir: folder });
  });

  test('a refusal leaves stdout empty', async () => {
    const refused = ['format', SIM, '--lbaf', '0', '--yes-destroy', 'OTHER', '--format', 'json'];
    const { exitCode, stdout, stderr } = await nvbench(...refused);
    assert.deepEqual([exitCode, stdout], [2, '']);
    assert.match(stderr, /the serial number of this drive is/);
  });
});

test('every command that prints takes --format json, or --view', async () => {
  const models = (await loadUsages([])).map(modelOf);
  const without = models.filter(
    ({ options }) => !options.some(({ name, choices }) => name === 'format' && choices.includes('json')),
  );
  // What they print is a configuration, prose, or for a shell; pts writes its documents to files.
  assert.deepEqual(
    without.map(({ name }) => name),
    ['pts', 'init', 'convert', 'help', 'completion'],
  );
});

after(() => rmSync(baselines, { recursive: true, force: true }));
