import assert from 'node:assert/strict';
import { driveAddress } from '../guest-options.js';
import { bindToVfio, vfioDeviceNode } from './bind.js';
import { runConformance } from './conformance.js';
import type { GuestContext } from './context.js';
import { nvbench } from './program.js';
import { runJob } from './run-config.js';
import { driveTwo, type TwoControllers } from './two-controllers.js';

const [FIRST, SECOND] = [0, 1].map(driveAddress);
const JOB = { rw: 'randread', bs: '4k', iodepth: 8, number_ios: 2000 };

export interface AttachWaysResult {
  /** The way each choice led to, as the result document has it. */
  transports: Record<string, string>;
  byCdev?: TwoControllers;
  byGroup?: TwoControllers;
}

/** Both ways into a device behind an IOMMU: by its own node and iommufd, and by its group. */
export default async function attachWays(context: GuestContext): Promise<AttachWaysResult> {
  await bindToVfio(FIRST);
  await bindToVfio(SECOND);
  if (vfioDeviceNode(FIRST) === undefined) context.skip('the kernel has no VFIO device nodes');
  // By its group it is the main scenario's, on a drive with the same registers.
  await context.step('conformance by cdev', () =>
    runConformance(`pci:${FIRST}`, { attach: 'cdev', verifiedElsewhere: true }),
  );
  const transports: Record<string, string> = {};
  for (const attach of ['auto', 'group', 'cdev']) {
    await context.step(`run with attach: ${attach}`, () => {
      // Its memory has the addresses of its BAR on the bus.
      const job = attach === 'auto' ? JOB : { ...JOB, sq_memory: 'cmb' };
      const result = runJob(context.outDir, attach, `pci:${FIRST}`, job, { attach });
      assert.equal(result.devices[0].controllerMemory?.reachedBytes, attach === 'auto' ? undefined : 2 ** 20);
      assert.equal(result.jobs[0].directions.read?.ios, JOB.number_ios);
      assert.deepEqual(
        result.warnings.map((warning) => warning.code).filter((code) => code === 'unsafe-dma'),
        [],
      );
      transports[attach] = result.devices[0].transport;
    });
  }
  const byCdev = await context.step('two controllers in one IOAS', () => two('cdev'));
  const byGroup = await context.step('two controllers in one container', () => two('group'));
  await context.step('a device that is held says who holds it', async () => {
    for (const [holder, other] of [
      ['cdev', 'group'],
      ['group', 'cdev'],
    ] as const)
      await refusedWhileHeld(holder, other);
  });
  return { transports, byCdev, byGroup };
}

function two(attach: 'cdev' | 'group'): Promise<TwoControllers> {
  return driveTwo([`pci:${FIRST}`, `pci:${SECOND}`], { attach });
}

/** The kernel lets a device be had by one interface only, and by one process only. */
async function refusedWhileHeld(holder: 'cdev' | 'group', other: 'cdev' | 'group'): Promise<void> {
  const { attachTransport } = await import('../../../engine/index.js');
  const device = await attachTransport(`pci:${FIRST}`, { attach: holder });
  try {
    for (const attach of [other, holder]) {
      const { exitCode, stderr } = nvbench('identify', FIRST, '--attach', attach);
      console.log(`held by ${holder}, asked for by ${attach}: ${stderr.trim()}`);
      assert.equal(exitCode, 3);
      assert.match(stderr, /fuser -v/);
    }
  } finally {
    await device.close();
  }
}
