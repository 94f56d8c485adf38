import { spawnSync } from 'node:child_process';
import { findProgram, MissingPrerequisites } from './prerequisites.js';

/** What makes one where the machine has none. */
const HELP =
  'run test/vm/newer-qemu.sh FOLDER, and name what it makes in NVBENCH_VM_NEWER_QEMU=FOLDER/qemu-system-x86_64';

/**
 * A QEMU that has vfio-user-pci, 10.1 or newer: the one NVBENCH_VM_NEWER_QEMU names, or else the machine's own.
 * @returns its path
 * @throws MissingPrerequisites when neither has it
 */
export function qemuWithVfioUser(): string {
  const named = process.env.NVBENCH_VM_NEWER_QEMU;
  const program = named === undefined || named === '' ? findProgram('qemu-system-x86_64') : named;
  if (program !== undefined && hasVfioUser(program)) return program;
  const missing = `vfio-user-pci in ${program ?? 'any QEMU'}, of which it is part from 10.1 on`;
  throw new MissingPrerequisites([{ missing, install: HELP }]);
}

/** It says what the device's options are; of one that it does not know it prints the name, and ends as well. */
function hasVfioUser(program: string): boolean {
  const { stdout } = spawnSync(program, ['-device', 'vfio-user-pci,help'], { encoding: 'utf8' });
  return /^vfio-user-pci options/m.test(stdout ?? '');
}
