/** CPUs: how steady their speed is, who else runs on them, and how far they are from the device. */
import { join } from 'node:path';
import { formatCpuList } from '../../reports/index.js';
import {
  CPU_DIR,
  governorsOf,
  NODE_DIR,
  nodeNames,
  nodeOfCpu,
  siblingsOf,
  turboSwitch,
} from '../host/cpu.js';
import { readCpuList } from '../host/sysfs.js';
import { type Finding, ok, skipped, unknown, warning } from './check.js';
import { type DoctorHost, readNumber, readText } from './host.js';

const LOCAL_DISTANCE = 10; // ACPI SLIT: a node's distance to itself

/** Any governor but `performance` lets a core slow down between completions. */
export function governor(host: DoctorHost): Finding {
  const found = governorsOf(host.allowedCpus(), host.sysfsRoot);
  if (found.size === 0) return skipped('the kernel sets no CPU frequencies here (no cpufreq)');
  const text = [...found].map(([name, cpus]) => `${name} on CPU ${formatCpuList(cpus)}`).join(', ');
  if (found.size === 1 && found.has('performance')) return ok(text);
  return warning(
    `${text}: cores slow down while they wait`,
    '`echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor`',
  );
}

/** Turbo is no fault, but it makes figures depend on temperature and on the other cores. */
export function turbo(host: DoctorHost): Finding {
  const found = turboSwitch(host.sysfsRoot);
  if (found === undefined) return skipped('the kernel has no switch for it here');
  if (!found.on) return ok('off');
  return ok(
    'on: figures move with temperature and with the load of other cores',
    `to compare small differences, turn it off: \`echo ${found.off} | sudo tee /sys/${found.path}\``,
  );
}

/** CPUs that the scheduler leaves alone. The kernel takes them out of every process's allowed CPUs at boot. */
export function isolation(host: DoctorHost): Finding {
  const isolated = readCpuList(host.sysfsRoot, CPU_DIR, 'isolated');
  const tickless = readCpuList(host.sysfsRoot, CPU_DIR, 'nohz_full');
  if (isolated.length === 0) {
    return ok(
      'none: other work may interrupt a run',
      'for quiet tail latencies, isolcpus=LIST nohz_full=LIST on the kernel command line',
    );
  }
  const nohz = tickless.length > 0 ? `, nohz_full ${formatCpuList(tickless)}` : '';
  const found = `${formatCpuList(isolated)} isolated${nohz}`;
  const allowed = host.allowedCpus();
  if (isolated.some((cpu) => allowed.includes(cpu))) return ok(found);
  const all = formatCpuList([...allowed, ...isolated]);
  return warning(
    `${found}, but this process may use CPU ${formatCpuList(allowed)} only`,
    `\`taskset -c ${all} nvbench run ...\` with cpus_allowed: "${formatCpuList(isolated)}" in the job`,
  );
}

/** Two workers on one core share its execution units and its first caches. */
export function siblings(host: DoctorHost, chosen: readonly number[]): Finding {
  const others = new Map(chosen.map((cpu) => [cpu, siblingsOf(cpu, host.sysfsRoot)]));
  const list = formatCpuList(chosen);
  const both = chosen.filter((cpu) => others.get(cpu)?.some((other) => chosen.includes(other)));
  if (both.length > 0) {
    return warning(
      `CPU ${formatCpuList(both)} share cores among the chosen ${list}`,
      'choose one CPU of each core in cpus_allowed',
    );
  }
  const idle = [...new Set([...others.values()].flat())];
  if (idle.length === 0) return ok(`none for the chosen CPU ${list}`);
  return ok(`the chosen CPU ${list} shares its core with CPU ${formatCpuList(idle)}, left idle by a run`);
}

/** How far memory traffic between the device's node and the chosen CPUs' has to go. */
export function numaDistance(host: DoctorHost, deviceDir: string, chosen: readonly number[]): Finding {
  const nodes = nodeNames(host.sysfsRoot);
  if (nodes.length < 2) return ok('one node only');
  const node = readNumber(deviceDir, 'numa_node');
  if (node === undefined || node < 0) {
    const fix = 'find the socket of its slot in the manual and set cpus_allowed to CPUs of that socket';
    return unknown('the kernel does not know the node of the device', fix);
  }
  const row = (readText(host.sysfsRoot, NODE_DIR, `node${node}`, 'distance') ?? '').split(/\s+/).map(Number);
  const far = chosen.flatMap((cpu) => {
    const cpuNode = nodeOfCpu(cpu, host.sysfsRoot);
    // The row counts online nodes in order, which is not by number where some are offline.
    const distance = cpuNode === undefined ? undefined : row[nodes.indexOf(`node${cpuNode}`)];
    return distance === undefined ? [] : [{ cpu, cpuNode, distance }];
  });
  if (far.length === 0) return unknown('the kernel does not say which node the chosen CPUs are on');
  const worst = far.reduce((a, b) => (b.distance > a.distance ? b : a));
  const found = `device on node ${node}, CPU ${worst.cpu} on node ${worst.cpuNode}, distance ${worst.distance}`;
  if (worst.distance <= LOCAL_DISTANCE) return ok(found);
  const near = readText(host.sysfsRoot, join(NODE_DIR, `node${node}`), 'cpulist') ?? '';
  const fix =
    near === '' ? 'this node has no CPUs: move the drive' : `set cpus_allowed: "${near}" in the job`;
  return warning(`${found} (${LOCAL_DISTANCE} is local)`, fix);
}
