/**
 * Keeping a function on uio to one process: uio lets any number of them in, and two that drive one controller reset it
 * under each other and corrupt memory.
 */

import { describeOpenFile } from '../../../disks/open-files.js';
import { EngineError } from '../../../errors.js';
import type { VfioSystem } from './vfio/system.js';

/** The file that SPDK locks for each function that it drives; it holds the process id. */
const spdkLock = (address: string): string => `/var/tmp/spdk_pci_lock_${address}`;

/**
 * Locks the node, which other nvbench look at, and refuses where any other process has it open, as those of DPDK and
 * SPDK do. Throws SystemError, EngineError UIO_DEVICE_OPEN.
 */
export function claimNode(system: VfioSystem, fd: number, path: string, address: string): void {
  const held = `another process drives the device: see fuser -v ${path}`;
  system.lockFd(fd, { op: `lock uio device ${address}`, target: path, hints: { EAGAIN: held } });
  const [user] = system.otherUsers(path);
  if (user === undefined) return;
  throw new EngineError({
    code: 'UIO_DEVICE_OPEN',
    op: `open uio device ${address}`,
    target: path,
    reason: `${describeOpenFile(user)}, and uio does not keep two programs from driving one device`,
    hint: `end process ${user.pid} first`,
  });
}

/**
 * Takes SPDK's lock, so that neither drives what the other does; the descriptor that keeps it. Undefined where its
 * file cannot be made, since then SPDK cannot either. Throws SystemError (EAGAIN: SPDK has it).
 */
export function claimFromSpdk(system: VfioSystem, address: string): number | undefined {
  const path = spdkLock(address);
  const fd = system.openLocked(path, {
    op: `lock ${address} as SPDK does`,
    hints: { EAGAIN: `a process of SPDK drives the device: see fuser -v ${path}` },
  });
  if (fd !== undefined) system.writeAt(fd, new Uint8Array(Int32Array.of(process.pid).buffer), 0);
  return fd;
}
