/** What is needed of a build of SPDK and of the machine, looked at before anything is started. */
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Hugepages of 2 MiB: the target's, spdk_nvme_perf's (one at a time with nvbench) and some to spare. */
export const TARGET_MIB = 1024;
export const PERF_MIB = 512;
const NEEDED_MIB = TARGET_MIB + PERF_MIB + 64;

export interface SpdkBuild {
  readonly target: string;
  readonly perf: string;
}

/** The path of a program in SPDK's source folder after `make`, or in its `build`. Throws where it is missing. */
export function spdkProgram(folder: string, name: string): string {
  const root = resolve(folder);
  const bin = [join(root, 'build', 'bin'), join(root, 'bin')].find((path) => existsSync(path));
  if (bin === undefined) {
    throw new Error(
      `use the build of SPDK (${root}): it has neither build/bin nor bin; ` +
        'give the folder of its sources after ./configure --with-vfio-user and make',
    );
  }
  const path = join(bin, name);
  try {
    accessSync(path, constants.X_OK);
  } catch (cause) {
    const reason = existsSync(path) ? 'it may not be executed' : 'it is not there';
    throw new Error(
      `use ${name} (${path}): ${reason}; build SPDK with its applications: ./configure --with-vfio-user and make`,
      { cause },
    );
  }
  return path;
}

/** The programs that are compared. Throws as `spdkProgram`. */
export function spdkBuild(folder: string): SpdkBuild {
  return { target: spdkProgram(folder, 'nvmf_tgt'), perf: spdkProgram(folder, 'spdk_nvme_perf') };
}

/** Throws where DPDK would find no hugepages: no hugetlbfs is mounted, or too few pages are free. */
export function requireHugepages(): void {
  if (!/^\S+ \S+ hugetlbfs /m.test(readFileSync('/proc/mounts', 'utf8'))) {
    throw new Error(
      "give SPDK hugepages (/proc/mounts): no hugetlbfs is mounted, and DPDK's memory comes from one; " +
        'mkdir -p /dev/hugepages && mount -t hugetlbfs nodev /dev/hugepages',
    );
  }
  const meminfo = readFileSync('/proc/meminfo', 'utf8');
  const of = (key: string): number => Number(new RegExp(`^${key}:\\s*(\\d+)`, 'm').exec(meminfo)?.[1] ?? 0);
  const freeMib = (of('HugePages_Free') * of('Hugepagesize')) / 1024;
  if (freeMib < NEEDED_MIB) {
    throw new Error(
      `give SPDK hugepages (/proc/meminfo): ${freeMib} MiB are free and ${NEEDED_MIB} MiB are needed; ` +
        `nvbench hugepages --reserve ${NEEDED_MIB}MiB, and --release afterwards`,
    );
  }
}
