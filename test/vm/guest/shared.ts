import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { joinController } from '../../../engine/index.js';
import { waitReadable } from '../../../engine/sys/fd.js';
import type { BenchResult } from '../../../reports/index.js';
import { type Ended, HeldTarget } from '../../fixtures/held.js';
import { driveAddress } from '../guest-options.js';
import { bindToVfio, vfioDeviceNode } from './bind.js';
import { runConformance } from './conformance.js';
import type { GuestContext } from './context.js';
import { nvbench } from './program.js';

const DRIVE = driveAddress(0);
const TARGET = `pci:${DRIVE}`;
const ENDLESS = { rw: 'randread', bs: '4k', iodepth: 4, runtime: '300s' };
const JOB = { rw: 'randread', bs: '4k', iodepth: 8, queue_pairs: 2, number_ios: 10_000 };

export interface SharedResult {
  /** The transport that each way's reports named. */
  transports: Record<string, string>;
  /** Whether the addresses of a killed process could be given to the next. */
  reused: Record<string, boolean>;
}

/** Several processes on one drive, by its group and, where the kernel has it, by its own node. */
export default async function shared(context: GuestContext): Promise<SharedResult> {
  await bindToVfio(DRIVE);
  const ways = vfioDeviceNode(DRIVE) === undefined ? ['group'] : ['group', 'cdev'];
  const result: SharedResult = { transports: {}, reused: {} };
  for (const attach of ways) {
    const held = new HeldTarget(TARGET);
    try {
      await byOneWay(context, held, attach, result);
    } finally {
      await held.dispose();
    }
  }
  return result;
}

async function byOneWay(
  context: GuestContext,
  held: HeldTarget,
  attach: string,
  result: SharedResult,
): Promise<void> {
  const step = <T>(name: string, body: () => T | Promise<T>): Promise<T | undefined> =>
    context.step(`${attach}: ${name}`, body);
  const holder = await held.hold('--attach', attach);
  if (attach === 'group')
    await step('conformance beside the holder', () =>
      runConformance(TARGET, { sharedIn: held.env.NVBENCH_STATE_DIR, verifiedElsewhere: true }),
    );
  const firstWindow = await windowStart(held);
  await step('two at once, a third killed', async () => {
    const victim = held.run('victim', { ...ENDLESS, completion: 'interrupt' });
    await held.busy();
    const both = [held.run('first', JOB), held.run('second', { ...JOB, completion: 'interrupt' })];
    await held.busy();
    assert.equal((await victim.kill('SIGKILL')).signal, 'SIGKILL');
    for (const { ended } of both) {
      const { jobs, devices } = resultOf(await ended);
      assert.equal(jobs[0].directions.read?.ios, JOB.number_ios);
      result.transports[attach] = devices[0].transport;
    }
    result.reused[attach] = (await windowStart(held)) === firstWindow;
  });
  await step('the vectors of a killed one signal the next', () => vectorSignals(held));
  await step('a holder that is killed ends its secondaries', async () => {
    const run = held.run('orphan', { ...ENDLESS, completion: 'interrupt' });
    await held.busy();
    await holder.kill('SIGKILL');
    const { exitCode, stderr } = await run.ended;
    assert.equal(exitCode, 4, stderr);
    assert.match(stderr, /process \d+, which held the controller, has ended/);
  });
  if (attach === 'group') await afterwards(context, held);
}

/** The drive is as before, for a new holder and without one. */
async function afterwards(context: GuestContext, held: HeldTarget): Promise<void> {
  const holder = await held.hold();
  await context.step('a run that does not share says how to', async () => {
    const path = join(held.folder, 'plain.yaml');
    writeFileSync(path, JSON.stringify({ device: TARGET, jobs: [{ name: 'plain', ...JOB }] }));
    const { exitCode, stderr } = await held.program('run', path).ended;
    assert.equal(exitCode, 3, stderr);
    assert.match(stderr, /nvbench hold.*has it \(process \d+\): add --shared/);
  });
  await context.step('the holder ends and the drive is free', async () => {
    assert.equal((await holder.kill('SIGINT')).exitCode, 0, holder.stderr);
    const { exitCode, stderr } = nvbench('identify', TARGET);
    assert.equal(exitCode, 0, stderr);
  });
}

/** Where the addresses begin that a process gets which joins now. */
async function windowStart({ target, state }: HeldTarget): Promise<bigint> {
  const controller = await joinController(target, { state });
  const [{ start }] = controller.device.dma.iovaRanges;
  await controller.close();
  return start;
}

/** The lowest vector, which the killed process had, leads to the eventfd that its next owner was given. */
async function vectorSignals({ target, state }: HeldTarget): Promise<void> {
  const controller = await joinController(target, { state });
  try {
    const [{ vector, eventFd }] = controller.device.interrupts?.arm(1) ?? assert.fail('no interrupts');
    assert.equal(vector, 1);
    const { nsid } = await controller.namespace();
    const queue = controller.commandQueue(await controller.createQueuePair(4, vector));
    await queue.execute({ name: 'Flush', opcode: 0, nsid }, 5000);
    assert.ok(waitReadable(eventFd, 5000), 'its eventfd is not signalled');
  } finally {
    await controller.close();
  }
}

function resultOf({ exitCode, stdout, stderr }: Ended): BenchResult {
  assert.equal(exitCode, 0, stderr);
  return JSON.parse(stdout) as BenchResult;
}
