/** What sysfs says of CPUs: speed, siblings, nodes. */
import { names, readCpuList, readText } from './sysfs.js';

export const CPU_DIR = 'devices/system/cpu';
export const NODE_DIR = 'devices/system/node';

/** The cpufreq governors of these CPUs, and the CPUs of each; empty without cpufreq. */
export function governorsOf(cpus: readonly number[], sysfsRoot: string): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const cpu of cpus) {
    const name = readText(sysfsRoot, CPU_DIR, `cpu${cpu}/cpufreq/scaling_governor`);
    if (name !== undefined) found.set(name, [...(found.get(name) ?? []), cpu]);
  }
  return found;
}

/** Where the kernel switches turbo, and whether it is on; undefined where there is no switch. */
export function turboSwitch(sysfsRoot: string): { on: boolean; path: string; off: string } | undefined {
  const noTurbo = readText(sysfsRoot, CPU_DIR, 'intel_pstate/no_turbo');
  if (noTurbo !== undefined)
    return { on: noTurbo !== '1', path: `${CPU_DIR}/intel_pstate/no_turbo`, off: '1' };
  const boost = readText(sysfsRoot, CPU_DIR, 'cpufreq/boost');
  if (boost === undefined) return undefined;
  return { on: boost !== '0', path: `${CPU_DIR}/cpufreq/boost`, off: '0' };
}

/** The other CPUs of this one's core. */
export function siblingsOf(cpu: number, sysfsRoot: string): number[] {
  const core = readCpuList(sysfsRoot, CPU_DIR, `cpu${cpu}/topology/thread_siblings_list`);
  return core.filter((other) => other !== cpu);
}

/** NUMA nodes by their folder names, in the kernel's order; none without NUMA. */
export function nodeNames(sysfsRoot: string): string[] {
  return names(sysfsRoot, NODE_DIR).filter((name) => /^node\d+$/.test(name));
}

/** The CPUs of a NUMA node; none where the kernel does not say. */
export function cpusOfNode(node: number, sysfsRoot: string): number[] {
  return readCpuList(sysfsRoot, NODE_DIR, `node${node}`, 'cpulist');
}

/** The NUMA node of a CPU; undefined where the kernel does not say. */
export function nodeOfCpu(cpu: number, sysfsRoot: string): number | undefined {
  const name = nodeNames(sysfsRoot).find((node) =>
    readCpuList(sysfsRoot, NODE_DIR, node, 'cpulist').includes(cpu),
  );
  return name === undefined ? undefined : Number(name.slice(4));
}
