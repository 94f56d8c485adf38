import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const folder = mkdtempSync(join(tmpdir(), 'nvbench-door-'));
after(() => rmSync(folder, { recursive: true }));
/** Far beyond what any of these programs takes. */
const HANG_MS = 60_000;

/** Runs a program that may import this package by its name; `facts` is what it says at its end, on descriptor 3. */
function program(body: string): { stdout: string; stderr: string; status: number | null; facts: unknown } {
  const text = `${HEAD}\n${body}`;
  const { stdout, stderr, status, output } = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', text],
    {
      encoding: 'utf8',
      timeout: HANG_MS,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      env: { ...process.env, NVBENCH_STATE_DIR: join(folder, 'state') },
    },
  );
  return { stdout, stderr, status, facts: output[3] ? JSON.parse(output[3]) : undefined };
}

/** `packages()`: those that were loaded until now, by import or by require. */
const HEAD = `
import { writeSync } from 'node:fs';
import { createRequire, register } from 'node:module';
import { MessageChannel } from 'node:worker_threads';
const { port1, port2 } = new MessageChannel();
const urls = new Set();
port1.on('message', (url) => urls.add(url)).unref();
const hooks = \`let port;
  export const initialize = (given) => { port = given; };
  export const resolve = async (name, context, next) => {
    const found = await next(name, context);
    port.postMessage(found.url);
    return found;
  };\`;
register('data:text/javascript,' + encodeURIComponent(hooks), { data: port2, transferList: [port2] });
const required = createRequire(process.cwd() + '/').cache;
const packages = async () => {
  await new Promise((resolve) => setTimeout(resolve, 50));
  const all = [...urls, ...Object.keys(required)].map((url) => /node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url)?.[1]);
  return [...new Set(all)].filter(Boolean).sort();
};
const say = (facts) => writeSync(3, JSON.stringify(facts));
const config = { device: 'sim:?latency=none', hugepages: 'never', jobs: [{ name: 'a', rw: 'read', number_ios: 10 }] };
`;

/** What reads configurations and compares. */
const PURE = ['fastest-levenshtein', 'jstat', 'yaml', 'zod'];
const NATIVE = ['@koromix/koffi-linux-x64', 'koffi'];
/** The door before it is bundled, with its packages beside it. */
const COMPILED = new URL('../../bench/index.js', import.meta.url).href;

for (const [door, pure] of [
  ['nvbench', []],
  [COMPILED, PURE],
] as const)
  test(`${door === COMPILED ? 'the compiled' : 'the bundled'} door loads what is pure, and native code where a device is first asked for; never what prints`, () => {
    const { facts, stderr } = program(`
    const { run } = await import('${door}');
    const before = await packages();
    await run(config);
    say([before, (await packages()).filter((name) => !before.includes(name))]);
  `);
    assert.deepEqual(facts, [pure, NATIVE], stderr);
  });

test('nothing is printed, no exit code is set and no signal is listened to, whatever becomes of a run', () => {
  const { stdout, stderr, status, facts } = program(`
    const { attach, compare, evaluateGates, plan, run } = await import('nvbench');
    let listeners = 0;
    const onEvent = () => { for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) listeners += process.listenerCount(name); };
    const { result } = await run(config, { onEvent });
    const lost = await run({ ...config, device: 'sim:?latency=none&faults=die(5)' }, { onEvent });
    const refused = await run({ ...config, jobs: [] }).catch(({ code }) => code);
    const missing = await attach('pci:ffff:ff:1f.7').catch(({ name }) => name);
    await plan(config);
    const counts = compare(result, result).counts.worse;
    const { verdict } = evaluateGates(['errors == 1'], result);
    say([listeners, lost.failure.code, refused, missing, counts, verdict, process.exitCode ?? 0]);
  `);
  assert.deepEqual([stdout, stderr, status], ['', '', 0]);
  assert.deepEqual(facts, [0, 'DEVICE_LOST', 'CONFIG_INVALID', 'EngineError', 0, 'fail', 0]);
});

test('a program whose runs are done ends by itself', () => {
  const { status, facts } = program(`
    const { attach, run } = await import('nvbench');
    await run(config);
    await (await attach('sim', { hugepages: 'never' })).close();
    say('done');
  `);
  assert.deepEqual([facts, status], ['done', 0]);
});
