/** Hosts that give the program too little: each says what, with exit code 3. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { CLI } from '../../fixtures/cli.js';
import { configFile, directory, type Ended, start } from './child.js';

const run = `${process.execPath} ${CLI} run ${configFile()}`;
const shell = (script: string): Promise<Ended> => start('bash', ['-c', script]).ended;

describe('limits', { concurrency: 2 }, () => {
  for (const files of [20, 24, 28]) {
    test(`${files} open files are told of, and no failed I/O`, async () => {
      const { exitCode, stderr } = await shell(`ulimit -n ${files}; ${run}`);
      assert.equal(exitCode, 3);
      assert.match(
        stderr,
        /^nvbench: [^\n]*: (EMFILE|[^\n]*too many open files)[^\n]*; raise the limit: ulimit -n 1024[^\n]*\n$/,
      );
    });
  }

  const major = Number(process.versions.node.split('.')[0]);
  test('too little address space is no defect of the program', {
    skip: major >= 24 && 'it needs less',
  }, async () => {
    let told = 0;
    for (const kib of [1_000_000, 20_000_000, 25_000_000]) {
      const { exitCode, stderr } = await shell(`ulimit -v ${kib}; ${run}`);
      assert.doesNotMatch(stderr, /defect/);
      if (exitCode !== 3) continue; // V8 itself has ended it, or it was enough
      assert.match(stderr, /could not allocate memory.*ulimit -v unlimited/);
      told++;
    }
    assert.ok(told > 0);
  });

  test('a working directory that is gone is named', async () => {
    mkdirSync(join(directory, 'gone'));
    const { exitCode, stderr } = await shell(`cd gone && rmdir ../gone && ${run}`);
    assert.equal(exitCode, 3);
    assert.match(stderr, /^nvbench: start \(the working directory\): it is not there any more; .*cd/);
  });

  const noMounts = spawnSync('unshare', ['-m', 'true']).status !== 0 && 'only root may mount';
  test('a /proc that is not mounted is named', { skip: noMounts }, async () => {
    const bare = (command: string): Promise<Ended> =>
      shell(`unshare -m bash -c 'mount -t tmpfs none /proc && ${process.execPath} ${CLI} ${command}'`);
    for (const command of [
      'status',
      'hold sim',
      `run ${configFile()} --output ${join(directory, 'x.json')}`,
    ]) {
      const { exitCode, stderr } = await bare(command);
      assert.equal(exitCode, 3, command);
      assert.match(stderr, /\/proc is not mounted here, or empty; mount it: mount -t proc/);
    }
  });
});
