/** CPUs: how steady their speed is, who else runs on them, and how far they are from the device. */
import { join } from 'node:path';
import { formatCpuList } from '../../reports/index.js';
import { cpusOf } from '../config/cpu-list.js';
import { type Finding, ok, skipped, unknown, warning } from './check.js';
import { type DoctorHost, names, readNumber, readText } from './host.js';

const CPU = 'devices/system/cpu';
const NODE = 'devices/system/node';
const LOCAL_DISTANCE = 10; // ACPI SLIT: a node's distance to itself

/** The governors of the CPUs this process may use, and the CPUs of each. */
function governors(host: DoctorHost): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const cpu of host.allowedCpus()) {
    const name = readText(host.sysfsRoot, CPU, `cpu${cpu}/cpufreq/scaling_governor`);
    if (name !== undefined) found.set(name, [...(found.get(name) ?? []), cpu]);
  }
  return found;
}

/** Any governor but `performance` lets a core slow down between completions. */
export function governor(host: DoctorHost): Finding {
  const found = governors(host);
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
  const noTurbo = readText(host.sysfsRoot, CPU, 'intel_pstate/no_turbo');
  const boost = readText(host.sysfsRoot, CPU, 'cpufreq/boost');
  if (noTurbo === undefined && boost === undefined) return skipped('the kernel has no switch for it here');
  if (noTurbo === undefined ? boost === '0' : noTurbo === '1') return ok('off');
  const command = noTurbo === undefined ? 'echo 0 |' : 'echo 1 |';
  const path = noTurbo === undefined ? 'cpufreq/boost' : 'intel_pstate/no_turbo';
  return ok(
    'on: figures move with temperature and with the load of other cores',
    `to compare small differences, turn it off: \`${command} sudo tee /sys/${CPU}/${path}\``,
  );
}

function cpuList(host: DoctorHost, ...path: string[]): number[] {
  return cpusOf(readText(host.sysfsRoot, ...path) ?? '');
}

/** CPUs that the scheduler leaves alone. The kernel takes them out of every process's allowed CPUs at boot. */
export function isolation(host: DoctorHost): Finding {
  const isolated = cpuList(host, CPU, 'isolated');
  const tickless = cpuList(host, CPU, 'nohz_full');
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
  const others = new Map<number, number[]>();
  for (const cpu of chosen) {
    const shared = cpuList(host, CPU, `cpu${cpu}/topology/thread_siblings_list`);
    others.set(
      cpu,
      shared.filter((other) => other !== cpu),
    );
  }
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

function nodeOfCpu(host: DoctorHost, cpu: number): number | undefined {
  const name = names(host.sysfsRoot, NODE).find(
    (entry) => /^node\d+$/.test(entry) && cpuList(host, NODE, entry, 'cpulist').includes(cpu),
  );
  return name === undefined ? undefined : Number(name.slice(4));
}

/** How far memory traffic between the device's node and the chosen CPUs' has to go. */
export function numaDistance(host: DoctorHost, deviceDir: string, chosen: readonly number[]): Finding {
  const nodes = names(host.sysfsRoot, NODE).filter((name) => /^node\d+$/.test(name));
  if (nodes.length < 2) return ok('one node only');
  const node = readNumber(deviceDir, 'numa_node');
  if (node === undefined || node < 0) {
    const fix = 'find the socket of its slot in the manual and set cpus_allowed to CPUs of that socket';
    return unknown('the kernel does not know the node of the device', fix);
  }
  const row = (readText(host.sysfsRoot, NODE, `node${node}`, 'distance') ?? '').split(/\s+/).map(Number);
  const far = chosen.flatMap((cpu) => {
    const cpuNode = nodeOfCpu(host, cpu);
    // The row counts online nodes in order, which is not by number where some are offline.
    const distance = cpuNode === undefined ? undefined : row[nodes.indexOf(`node${cpuNode}`)];
    return distance === undefined ? [] : [{ cpu, cpuNode, distance }];
  });
  if (far.length === 0) return unknown('the kernel does not say which node the chosen CPUs are on');
  const worst = far.reduce((a, b) => (b.distance > a.distance ? b : a));
  const found = `device on node ${node}, CPU ${worst.cpu} on node ${worst.cpuNode}, distance ${worst.distance}`;
  if (worst.distance <= LOCAL_DISTANCE) return ok(found);
  const near = readText(host.sysfsRoot, join(NODE, `node${node}`), 'cpulist') ?? '';
  const fix =
    near === '' ? 'this node has no CPUs: move the drive' : `set cpus_allowed: "${near}" in the job`;
  return warning(`${found} (${LOCAL_DISTANCE} is local)`, fix);
}
