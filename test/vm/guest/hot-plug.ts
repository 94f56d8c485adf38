import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { driveAddress } from '../guest-options.js';
import { BackgroundRun, UNPLUG_LINE } from './background-run.js';
import { bindToVfio } from './bind.js';
import type { GuestContext } from './context.js';
import { runJob } from './run-config.js';

const [UNPLUGGED, SILENCED, KILLED] = [0, 1, 2].map(driveAddress);

export interface HotPlugResult {
  pollCpuNs: number;
  interruptCpuNs: number;
  silencedMs: number;
}

async function killedInTheMiddle(context: GuestContext): Promise<void> {
  const run = new BackgroundRun(context, 'killed', KILLED);
  await run.underLoad();
  run.child.kill('SIGKILL');
  assert.equal((await run.ended).signal, 'SIGKILL');
  const again = runJob(context.outDir, 'after', `pci:${KILLED}`, { rw: 'randread', number_ios: 500 });
  assert.equal(again.jobs[0].directions.read?.ios, 500);
}

async function silenced(context: GuestContext): Promise<number> {
  const run = new BackgroundRun(context, 'silenced', SILENCED);
  await run.underLoad();
  const config = `/sys/bus/pci/devices/${SILENCED}/config`;
  const bytes = readFileSync(config);
  const off = Buffer.from([0, 0]);
  assert.notEqual(bytes.readUInt16LE(4) & 6, 0);
  const from = performance.now();
  const { openSync, writeSync, closeSync } = await import('node:fs');
  const fd = openSync(config, 'r+');
  writeSync(fd, off, 0, 2, 4);
  closeSync(fd);
  const { exitCode, signal, stderr } = await run.ended;
  const elapsedMs = performance.now() - from;
  assert.deepEqual([exitCode, signal], [4, null], stderr);
  assert.match(stderr, /registers read as (zero|all ones)|no longer ready/);
  const result = run.result();
  assert.equal(result.complete, false);
  assert.ok((result.jobs[0].directions.read?.ios ?? 0) > 0, 'what was measured is kept');
  return elapsedMs;
}

async function unplugged(context: GuestContext): Promise<void> {
  const run = new BackgroundRun(context, 'unplugged', UNPLUGGED);
  await run.underLoad();
  console.log(UNPLUG_LINE);
  const { exitCode, signal, stderr } = await run.ended;
  assert.deepEqual([exitCode, signal], [4, null], stderr);
  assert.match(stderr, /asks for the device back/);
  assert.ok((run.result().jobs[0].directions.read?.ios ?? 0) > 0);
}

/** Interrupts, and every way in which a device or the program goes away in the middle of I/O. */
export default async function hotPlug(context: GuestContext): Promise<HotPlugResult> {
  for (const address of [UNPLUGGED, SILENCED, KILLED]) await bindToVfio(address);
  const cpuPerIo = (mode: string): number => {
    const job = { rw: 'randread', iodepth: 1, runtime: '2s', completion: mode };
    const { jobs } = runJob(context.outDir, mode, `pci:${KILLED}`, job);
    const [worker] = jobs[0].workers;
    return (worker.cpuTimeNs ?? 0) / worker.ios;
  };
  const pollCpuNs = await context.step('a polling worker', () => cpuPerIo('poll'));
  const interruptCpuNs = await context.step('MSI-X through an eventfd', () => cpuPerIo('interrupt'));
  await context.step('hybrid completions', () => cpuPerIo('hybrid'));
  await context.step('kill -9 in the middle of I/O, then the same drive again', () =>
    killedInTheMiddle(context),
  );
  const silencedMs = await context.step('COMMAND=0 under load ends the run, not the process', () =>
    silenced(context),
  );
  await context.step('a drive that is asked back is released in order', () => unplugged(context));
  return { pollCpuNs: pollCpuNs ?? 0, interruptCpuNs: interruptCpuNs ?? 0, silencedMs: silencedMs ?? 0 };
}
