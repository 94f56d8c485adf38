/** A run through the kernel where a filter of system calls keeps io_uring away, as container runtimes do. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { CLI } from '../../fixtures/cli.js';
import { configFile, type Ended, start } from './child.js';

// Not in /tmp, which may be memory: tmpfs has no direct I/O before Linux 6.6.
const folder = mkdtempSync('/var/tmp/nvbench-no-uring-');
after(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'file');
writeFileSync(file, Buffer.alloc(65_536));

const CONFIG = `device: "uring:${file}"\njobs:\n  - { name: a, rw: read, bs: 4k, number_ios: 4 }\n`;
const FILTER = new URL('../../fixtures/no-io-uring.js', import.meta.url).href;

function filtered(errno: number, ...words: string[]): Promise<Ended> {
  const env = [`NVBENCH_TEST_ERRNO=${errno}`, `NVBENCH_STATE_DIR=${join(folder, 'state')}`];
  return start('env', [...env, process.execPath, '--import', FILTER, CLI, ...words]).ended;
}

for (const [name, errno] of [
  ['EPERM', 1],
  ['ENOSYS', 38],
] as const)
  test(`${name} ends a run with one message, what to do, and exit code 3`, async () => {
    const config = configFile(CONFIG, `no-uring-${errno}.yaml`);
    const { exitCode, stdout, stderr } = await filtered(errno, 'run', config);
    assert.equal(exitCode, 3, stderr);
    assert.equal(stdout, '');
    assert.match(stderr, new RegExp(`filter of system calls \\(seccomp\\).*\\(${name}\\)`));
    assert.match(stderr, /seccomp=unconfined/);
    assert.equal(stderr.match(/io_uring \(uring/g)?.length, 1, stderr);
    assert.doesNotMatch(stderr, /^\s+at /m);
  });

test('what sends no I/O does not ask for it: identify ends at what a file is not', async () => {
  const { exitCode, stderr } = await filtered(1, 'identify', `uring:${file}`);
  assert.equal(exitCode, 2, stderr);
  assert.match(stderr, /no admin commands reach a controller this way/);
  assert.doesNotMatch(stderr, /io_uring \(/);
});

test('doctor does not say that a run works', async () => {
  const { exitCode, stdout } = await filtered(1, 'doctor', `uring:${file}`);
  assert.notEqual(exitCode, 0, stdout);
  assert.match(stdout, /filter of system calls \(seccomp\)/);
  assert.doesNotMatch(stdout, /^Ready/m);
});
