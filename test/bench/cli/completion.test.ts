/** The scripts in the shells that read them, and what the program answers. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { CLI } from '../../fixtures/cli.js';
import { directory, type Ended, nvbench, start } from './child.js';

/** `nvbench` as a shell finds it. */
const bin = join(directory, 'bin');
mkdirSync(bin);
writeFileSync(join(bin, 'nvbench'), `#!/bin/sh\nexec "${process.execPath}" "${CLI}" "$@"\n`, { mode: 0o755 });

const inBash = (script: string): Promise<Ended> =>
  start('bash', ['--norc', '-c', `PATH="${bin}:$PATH"; source <(nvbench completion bash); ${script}`]).ended;

/** For each line what bash would put in place of its last word, or of the part after the last colon or equals sign. */
async function repliesTo(lines: readonly string[]): Promise<string[][]> {
  const reply = (line: string): string =>
    `COMP_LINE='${line}'; COMP_POINT=\${#COMP_LINE}; _nvbench; echo "\${COMPREPLY[*]}"`;
  const { stdout, stderr } = await inBash(lines.map(reply).join('; '));
  assert.equal(stderr, '');
  const answers = stdout.split('\n').slice(0, lines.length);
  return answers.map((answer) => answer.split(' ').filter((word) => word !== ''));
}

describe('completion in bash', { concurrency: 2 }, () => {
  test('gives commands, choices, targets, and nothing where files are due', async () => {
    const expected: Record<string, string[]> = {
      'nvbench comple': ['completion'],
      'nvbench run x.yaml --format ': ['text', 'json'],
      'nvbench doctor s': ['sim'],
      'nvbench hold vfio-u': ['vfio-user:'],
      'nvbench run x.yaml --device=s': ['sim'],
      'nvbench run ': [],
    };
    const lines = Object.keys(expected);
    const replies = await repliesTo(lines);
    assert.deepEqual(Object.fromEntries(lines.map((line, i) => [line, replies[i]])), expected);
  });

  test('does not repeat the part that bash keeps before a colon', async () => {
    const whole = (await nvbench('__complete', 'identify', '')).stdout.split('\n').slice(1, -1);
    const targets = whole.map((line) => line.split('\t')[0]).filter((target) => target.startsWith('pci:'));
    const [replies] = await repliesTo(['nvbench identify pci:']);
    assert.deepEqual(
      replies,
      targets.map((target) => target.replace(/^pci:/, '')),
    );
  });

  test('is registered for nvbench and falls back to files', async () => {
    const { stdout } = await inBash('complete -p nvbench');
    assert.equal(stdout, 'complete -o default -F _nvbench nvbench\n');
  });
});

for (const shell of ['bash', 'zsh', 'fish']) {
  const path = ['/bin', '/usr/bin'].map((folder) => join(folder, shell)).find((each) => existsSync(each));
  const skip = path === undefined ? `SKIPPED: ${shell} is not installed` : false;
  test(`${shell} can read its script`, { skip }, async () => {
    const { stdout } = await nvbench('completion', shell);
    const script = join(directory, `completion.${shell}`);
    writeFileSync(script, stdout);
    const { exitCode, stderr } = await start(path ?? '', ['-n', script]).ended;
    assert.deepEqual([exitCode, stderr], [0, '']);
  });
}

test('completion of a shell that it does not know names those that it does', async () => {
  const { exitCode, stderr } = await start('env', ['SHELL=/bin/tcsh', process.execPath, CLI, 'completion'])
    .ended;
  assert.equal(exitCode, 2);
  assert.match(stderr, /\/bin\/tcsh\): there is no script for this shell; name one: bash, zsh, fish$/m);
});
