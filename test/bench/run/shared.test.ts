/** Several `nvbench run --shared` beside `nvbench hold`, as processes. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ownSocketPath } from '../../../engine/held/socket-path.js';
import type { BenchResult } from '../../../reports/index.js';
import { type Ended, HeldTarget } from '../../fixtures/held.js';

const TARGET = 'sim:?size=64MiB&latency=none';
const ENDLESS = { rw: 'randread', bs: '4k', iodepth: 4, runtime: '120s' };

async function withHeld(body: (held: HeldTarget) => Promise<void>, target = TARGET): Promise<void> {
  const held = new HeldTarget(target);
  try {
    await body(held);
  } finally {
    await held.dispose();
  }
}

function resultOf({ exitCode, stdout, stderr }: Ended): BenchResult {
  assert.equal(exitCode, 0, stderr);
  return JSON.parse(stdout) as BenchResult;
}

function reads(ended: Ended): number | undefined {
  return resultOf(ended).jobs[0].directions.read?.ios;
}

test('two secondaries do exactly their I/Os at once, and a third that is killed takes nothing from them', async () => {
  await withHeld(async (held) => {
    const holder = await held.hold();
    const victim = held.run('victim', ENDLESS);
    await held.busy();
    const job = { rw: 'randread', bs: '4k', iodepth: 8, queue_pairs: 2, number_ios: 150_000 };
    const [first, second] = [held.run('first', job), held.run('second', { ...job, number_ios: 130_000 })];
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal((await victim.kill('SIGKILL')).signal, 'SIGKILL');
    assert.equal(reads(await first.ended), 150_000);
    assert.equal(reads(await second.ended), 130_000);
    const after = resultOf(await held.run('after', { ...job, number_ios: 1000 }).ended);
    assert.equal(after.devices[0].transport, 'shared:sim');
    assert.equal(after.devices[0].software, true);
    assert.ok(after.warnings.some(({ code }) => code === 'shared-controller'));
    assert.equal((await holder.kill('SIGINT')).exitCode, 0);
  });
});

test('the queues of a killed secondary are free again', async () => {
  await withHeld(async (held) => {
    await held.hold();
    const all = { ...ENDLESS, queue_pairs: 4 };
    const victim = held.run('victim', all);
    await held.busy();
    const refused = await held.run('refused', { ...all, number_ios: 10 }).ended;
    assert.equal(refused.exitCode, 2, refused.stderr);
    assert.match(refused.stderr, /gives 5 I\/O queue pairs; all are in use/);
    await victim.kill('SIGKILL');
    assert.equal(reads(await held.run('next', { ...all, runtime: undefined, number_ios: 10 }).ended), 10);
  }, `${TARGET}&queues=5`);
});

test('a secondary learns of completions by interrupts, and the vectors of a killed one are free again', async () => {
  await withHeld(async (held) => {
    await held.hold();
    const all = { ...ENDLESS, completion: 'interrupt', queue_pairs: 5 };
    const victim = held.run('victim', all);
    await held.busy();
    await victim.kill('SIGKILL');
    const next = resultOf(await held.run('next', { ...all, runtime: undefined, number_ios: 2000 }).ended);
    assert.equal(next.jobs[0].directions.read?.ios, 2000);
    assert.ok((next.jobs[0].workers[0].sleeps ?? 0) > 0);
  }, `${TARGET}&queues=5`);
});

test('a secondary that sleeps for interrupts ends when its holder is killed', async () => {
  await withHeld(async (held) => {
    const holder = await held.hold();
    const run = held.run('sleeper', { ...ENDLESS, completion: 'interrupt' });
    await held.busy();
    await holder.kill('SIGKILL');
    const { exitCode, stderr } = await run.ended;
    assert.equal(exitCode, 4, stderr);
    assert.match(stderr, /process \d+, which held the controller, has ended/);
  });
});

test('a secondary whose holder is killed ends with exit code 4 and says why', async () => {
  await withHeld(async (held) => {
    const holder = await held.hold();
    const run = held.run('orphan', ENDLESS);
    await held.busy();
    await holder.kill('SIGKILL');
    const { exitCode, stderr, stdout } = await run.ended;
    assert.equal(exitCode, 4, stderr);
    assert.match(stderr, /process \d+, which held the controller, has ended/);
    assert.equal((JSON.parse(stdout) as BenchResult).complete, false);
  });
});

test('a holder that is asked to end lets its secondaries come to an end first', async () => {
  await withHeld(async (held) => {
    const holder = await held.hold();
    const run = held.run('guest', ENDLESS);
    await held.busy();
    const ended = holder.kill('SIGTERM');
    const { exitCode, stderr, stdout } = await run.ended;
    assert.equal(exitCode, 4, stderr);
    assert.match(stderr, /holds the controller is ending/);
    const { jobs } = JSON.parse(stdout) as BenchResult;
    assert.equal(jobs[0].errors.timeouts, 0);
    assert.equal((await ended).exitCode, 0);
    assert.equal(existsSync(ownSocketPath(TARGET, held.state)), false);
  });
});

test('without a holder --shared says how to start one', async () => {
  await withHeld(async (held) => {
    const { exitCode, stderr } = await held.run('alone', ENDLESS).ended;
    assert.equal(exitCode, 3);
    assert.match(stderr, /no process holds it.*nvbench hold/s);
  });
});

test('a socket elsewhere works where both name it', async () => {
  await withHeld(async (held) => {
    const path = join(held.folder, 'elsewhere.sock');
    await held.hold('--socket', path);
    const run = held.run('there', { rw: 'read', bs: '4k', number_ios: 100 }, '--socket', path);
    assert.equal(reads(await run.ended), 100);
  });
});

test('a controller is held once', async () => {
  await withHeld(async (held) => {
    await held.hold();
    const { exitCode, stderr } = await held.program('hold', TARGET).ended;
    assert.equal(exitCode, 3);
    assert.match(stderr, /another server listens there/);
  });
});

test('a transport without an address space of its own is not shared', async () => {
  await withHeld(async (held) => {
    const server = held.program('serve', '--socket', held.folder, '--device', TARGET);
    await server.says(/serving/);
    const { exitCode, stderr } = await held.program('hold', `vfio-user:${held.folder}`).ended;
    assert.equal(exitCode, 2, stderr);
    assert.match(stderr, /vfio-user gives no address space/);
  });
});

test('--bind and --shared contradict each other', async () => {
  await withHeld(async (held) => {
    const { exitCode, stderr } = await held.run('both', ENDLESS, '--bind').ended;
    assert.equal(exitCode, 2);
    assert.match(stderr, /leave bind or shared out/);
  });
});
