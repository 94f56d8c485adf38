import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { CLI } from '../../fixtures/cli.js';

const dir = mkdtempSync(join(tmpdir(), 'nvbench-cli-'));
const stateDir = join(dir, 'state');
after(() => rmSync(dir, { recursive: true, force: true }));

function nvbench(...args: string[]): { code: number | null; stdout: string; stderr: string } {
  const env = { ...process.env, NVBENCH_STATE_DIR: stateDir };
  const run = spawnSync(process.execPath, [CLI, ...args], { encoding: 'utf8', env });
  return { code: run.status, stdout: run.stdout, stderr: run.stderr };
}

/** No machine has a PCI function there: bus ff of the last domain, and never an NVMe drive. */
const NOWHERE = 'pci:ffff:ff:1f.7';

test('bind of what is not there changes nothing and says what is missing, the machine first', () => {
  const { code, stderr } = nvbench('bind', NOWHERE);
  const lacks = /not loaded|no IOMMU group/.test(stderr);
  assert.equal(code, lacks ? 3 : 2, stderr);
  if (!lacks) assert.match(stderr, /no such PCI function/);
  assert.equal(existsSync(stateDir), false);
});

test('status says what the machine lacks for binding, with exit code 3, or nothing with 0', () => {
  const { code, stdout } = nvbench('status', '--format', 'json');
  const { missing, changes, stateDir: shown } = JSON.parse(stdout);
  assert.equal(code, missing.length > 0 ? 3 : 0);
  assert.deepEqual([changes, shown], [[], stateDir]);
  assert.equal(existsSync(stateDir), false);
});

test('unbind --all with nothing bound is done', () => {
  const { code, stdout } = nvbench('unbind', '--all');
  assert.deepEqual([code, stdout], [0, 'Nothing to undo.\n']);
});

for (const [name, args, text] of [
  ['bind of the software controller', ['bind', 'sim'], /no kernel driver/],
  ['unbind of nothing', ['unbind'], /either a target or --all/],
  ['unbind of a target and of all', ['unbind', NOWHERE, '--all'], /either a target or --all/],
  ['hugepages without a wish', ['hugepages'], /either --reserve or --release/],
  ['hugepages with both', ['hugepages', '--reserve', '2MiB', '--release'], /either --reserve or --release/],
  ['a size that is none', ['hugepages', '--reserve', 'many'], /--reserve/],
  ['a node that is none', ['hugepages', '--reserve', '2MiB', '--node', '-1'], /--node/],
] as const) {
  test(`${name} is bad input`, () => {
    const { code, stderr } = nvbench(...args);
    assert.equal(code, 2, stderr);
    assert.match(stderr, text);
  });
}

test('unbind of what nvbench has not bound is refused', () => {
  const { code, stderr } = nvbench('unbind', NOWHERE);
  assert.equal(code, 3);
  assert.match(stderr, /nvbench has not bound it/);
});
