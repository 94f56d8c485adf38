import assert from 'node:assert/strict';
import { driveAddress } from '../guest-options.js';
import { BackgroundRun, UNPLUG_LINE } from './background-run.js';
import { bindDriver, bindToVfio } from './bind.js';
import { runConformance } from './conformance.js';
import type { GuestContext } from './context.js';
import { freeHugepages, setHugepages } from './hugepages.js';
import { nvbench, runScript } from './program.js';
import { runJob } from './run-config.js';
import { driveTwo, type TwoControllers } from './two-controllers.js';

const [FIRST, SECOND] = [0, 1].map(driveAddress);
/** The address of the controller's memory is that of its BAR, by whatever of its ways it is told. */
const JOB = { rw: 'randrw', bs: '128k', iodepth: 64, number_ios: 500, sq_memory: 'cmb' };
const UNSAFE = { allow_unsafe_dma: true };

/** Drivers of the two drives. */
export interface AttachPhysicalParams {
  readonly first: 'vfio-pci' | 'uio_pci_generic';
  readonly second: 'vfio-pci' | 'uio_pci_generic';
  /** The first is unplugged under load at the end. */
  readonly unplug?: boolean;
}

export interface AttachPhysicalResult {
  transport?: string;
  two?: TwoControllers;
}

/** Ways in whose devices take physical addresses. */
export default async function attachPhysical(context: GuestContext): Promise<AttachPhysicalResult> {
  const { first, second, unplug } = context.params as AttachPhysicalParams;
  await bind(FIRST, first);
  await bind(SECOND, second);
  await context.step('refused without permission, with the risk', () => {
    const { exitCode, stderr } = nvbench('identify', FIRST);
    assert.equal(exitCode, 2, stderr);
    assert.match(stderr, /no IOMMU stands between.*allow_unsafe_dma: true or --allow-unsafe-dma/s);
  });
  await context.step('identify with permission, and its warning', () => {
    const { exitCode, stdout, stderr } = nvbench('identify', FIRST, '--allow-unsafe-dma');
    assert.equal(exitCode, 0, stderr);
    assert.match(stdout, /warning +0000:01:00\.0: no IOMMU stands/);
  });
  await context.step('conformance', () =>
    runConformance(`pci:${FIRST}`, { allowUnsafeDma: true, verifiedElsewhere: true }),
  );
  const run = await context.step('a run of many buffers, with its warning', () => {
    const writable = { ...UNSAFE, allow_writes: true, serial_number: 'ONE' };
    const result = runJob(context.outDir, 'physical', `pci:${FIRST}`, JOB, writable);
    assert.ok(result.warnings.some(({ code }) => code === 'unsafe-dma'));
    const { read, write } = result.jobs[0].directions;
    assert.equal((read?.ios ?? 0) + (write?.ios ?? 0), JOB.number_ios);
    return result;
  });
  const two = await context.step('two controllers in one process', () =>
    driveTwo([`pci:${SECOND}`, `pci:${FIRST}`], { allowUnsafeDma: true }),
  );
  await context.step('memory that a test of physical regions needs is there', () => {
    const run = runScript('guest/physical-region.test.js', []);
    assert.equal(run.exitCode, 0, run.stdout);
    assert.match(run.stdout, /^# skipped 0/m);
  });
  await context.step('without hugepages it says so', () => {
    const pages = freeHugepages();
    setHugepages(0);
    const { exitCode, stderr } = nvbench('identify', FIRST, '--allow-unsafe-dma');
    setHugepages(pages);
    assert.equal(exitCode, 3);
    assert.match(stderr, /hugepages.*0 free.*nvbench hugepages --reserve 2MiB/s);
  });
  if (unplug)
    await context.step('a drive that is unplugged under load ends the run', () => unplugged(context));
  return { transport: run?.devices[0].transport, two };
}

/** The kernel takes the BAR from the process, which goes on all the same. */
async function unplugged(context: GuestContext): Promise<void> {
  const run = new BackgroundRun(context, 'unplugged', FIRST, UNSAFE);
  await run.underLoad();
  console.log(UNPLUG_LINE);
  const { exitCode, signal, stderr } = await run.ended;
  assert.deepEqual([exitCode, signal], [4, null], stderr);
  const result = run.result();
  assert.equal(result.complete, false);
  assert.ok((result.jobs[0].directions.read?.ios ?? 0) > 0, 'what was measured is kept');
}

async function bind(address: string, driver: AttachPhysicalParams['first']): Promise<void> {
  if (driver === 'vfio-pci') await bindToVfio(address);
  else bindDriver(address, driver);
}
