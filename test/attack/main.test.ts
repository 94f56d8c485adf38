/** The program of all attacks, for a moment. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('./main.js', import.meta.url));

interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
}

/** `onText` is told all that was said so far. */
async function attack(
  args: readonly string[],
  onText: (stdout: string) => void = () => undefined,
): Promise<Ended> {
  const child = spawn(process.execPath, [entry, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    onText(stdout);
  });
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, stdout };
}

test('a round of all attacks holds, and says what it did', async () => {
  const { exitCode, stdout } = await attack(['--seed', '1', '--minutes', '0.05']);
  assert.equal(exitCode, 0, stdout);
  assert.match(stdout, /^npm run attack -- --seed 1 --minutes 0\.05\n/);
  for (const victim of ['serve', 'hold'])
    assert.match(stdout, new RegExp(`round 1: ${victim} has \\d+ descriptors, \\d+ KiB resident`));
  for (const side of ['serve', 'hold', 'text', 'host'])
    assert.match(stdout, new RegExp(`\\d+ ${side}: \\w+`));
});

test('what is to be borne at least is counted in whole numbers', async () => {
  assert.equal((await attack(['--seed', '1', '--sequences', '1.5'])).exitCode, 2);
});

test('a victim that ends is told of with the seed, and fails', async () => {
  let killed = false;
  const { exitCode, stdout } = await attack(['--seed', '9', '--minutes', '0.05'], (text) => {
    const pid = Number(/^hold is process (\d+)$/m.exec(text)?.[1] ?? 0);
    if (pid > 0 && !killed) killed = process.kill(pid, 'SIGKILL');
  });
  assert.equal(exitCode, 1, stdout);
  assert.match(stdout, /^FAILED.*hold has ended: .*SIGKILL/m);
  assert.match(stdout, /^seed 9 did not hold: npm run attack -- --seed 9 /m);
});

test('a seed that is no number is refused', async () => {
  assert.equal((await attack(['--seed', 'x'])).exitCode, 2);
});
