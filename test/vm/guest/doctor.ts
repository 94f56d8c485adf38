import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import type { DoctorReport } from '../../../reports/index.js';
import { driveAddress } from '../guest-options.js';
import { bindToNvme, bindToVfio, driverOf } from './bind.js';
import type { GuestContext } from './context.js';
import { nvbench } from './program.js';

const [TAKEN, OF_KERNEL] = [0, 1].map(driveAddress);

export interface DoctorResult {
  taken: DoctorReport;
  ofKernel: DoctorReport;
}

function doctor(exitCode: number, ...args: string[]): DoctorReport {
  const run = nvbench('doctor', ...args, '--format', 'json');
  assert.equal(run.exitCode, exitCode, run.stdout + run.stderr);
  return JSON.parse(run.stdout) as DoctorReport;
}

/** A drive on vfio-pci and one of the kernel, each examined and left as it was. */
export default async function examineDrives(context: GuestContext): Promise<DoctorResult | undefined> {
  await bindToVfio(TAKEN);
  const disk = await bindToNvme(OF_KERNEL);
  const taken = await context.step('a drive on vfio-pci is ready', () => doctor(0, `pci:${TAKEN}`));
  const ofKernel = await context.step('a drive of the kernel is not, and stays there', () => {
    const report = doctor(3, OF_KERNEL);
    assert.equal(driverOf(OF_KERNEL), 'nvme');
    assert.ok(existsSync(disk));
    return report;
  });
  await context.step('one drive that is ready is enough for the host', () => {
    const { stdout, exitCode, stderr } = nvbench('doctor');
    console.log(stdout);
    assert.equal(exitCode, 0, stderr);
    assert.match(stdout, new RegExp(`Ready: nvbench run works on pci:${TAKEN}\\.`));
  });
  await context.step('a second look finds what the first one found', () => {
    assert.deepEqual(doctor(0, `pci:${TAKEN}`), taken);
    assert.equal(driverOf(TAKEN), 'vfio-pci');
  });
  return taken && ofKernel && { taken, ofKernel };
}
