/** `--output` to a pipe: a reader that is not there, or does not read, holds up neither the device nor a signal. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdirSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseResultText } from '../../../reports/index.js';
import { CLI } from '../../fixtures/cli.js';
import { CONFIG, configFile, directory, nvbench, resultFile, start } from './child.js';

/** Its document, which has its gates too, is larger than what a pipe holds. */
const config = configFile(`${CONFIG}gates:\n${'  - errors == 0\n'.repeat(3000)}`, 'pipe.yaml');

/** Takes a byte; false where there is none yet. */
function somethingCame(fd: number): boolean {
  try {
    return readSync(fd, Buffer.alloc(1)) > 0;
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'EAGAIN');
    return false;
  }
}

function pipe(name: string): string {
  const path = join(directory, name);
  execFileSync('mkfifo', [path]);
  return path;
}

describe('--output to a pipe', { concurrency: 2 }, () => {
  for (const option of ['--output', '--junit']) {
    test(`${option} to one without a reader is refused before the run`, async () => {
      const { exitCode, stdout, stderr } = await nvbench('run', config, option, pipe(`nobody${option}`));
      assert.equal(exitCode, 2);
      assert.match(stderr, /no process reads the pipe; start its reader first: cat/);
      assert.ok(stderr.startsWith(`nvbench: prepare ${option} `), stderr);
      assert.equal(stdout, '');
    });
  }

  test('a reader gets the document', async () => {
    const path = pipe('reader');
    const reader = start('cat', [path]);
    const { exitCode, stderr } = await nvbench('run', config, '--output', path);
    assert.equal(exitCode, 0, stderr);
    const { stdout } = await reader.ended;
    assert.equal(parseResultText(stdout).complete, true);
    assert.ok(stdout.length > 65_536);
  });

  test('a signal ends a run whose reader does not read; what was measured is rescued', async () => {
    const path = pipe('stalled');
    const temporary = join(directory, 'stalled-tmp');
    mkdirSync(temporary);
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const run = start('env', [`TMPDIR=${temporary}`, process.execPath, CLI, 'run', config, '--output', path]);
    while (!somethingCame(reader)) await sleep(20);
    run.process.kill('SIGTERM');
    const { exitCode, stderr } = await run.ended;
    closeSync(reader);
    assert.equal(exitCode, 143, stderr);
    assert.match(stderr, /the reader of the pipe did not read; the result is in/);
    const [rescued] = readdirSync(temporary);
    assert.equal(resultFile(join(temporary, rescued)).complete, true);
  });
});
