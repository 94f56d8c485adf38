/** What is read of host, CPUs and link, on a machine that a folder plays. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, beforeEach, describe, test } from 'node:test';
import { nodeOfCpu, siblingsOf, turboSwitch } from '../../../bench/host/cpu.js';
import { hostFacts, hypervisorName } from '../../../bench/host/facts.js';
import { pcieLink } from '../../../bench/host/pcie-link.js';
import { SysfsTree } from '../../fixtures/sysfs.js';

let tree = new SysfsTree();
beforeEach(() => {
  tree.remove();
  tree = new SysfsTree();
});
after(() => tree.remove());

const ADDRESS = '0000:01:00.0';

function writeLink(current: string, width: string): void {
  tree.addFunction({ address: ADDRESS });
  tree.writeAttribute(ADDRESS, 'current_link_speed', `${current}\n`);
  tree.writeAttribute(ADDRESS, 'current_link_width', `${width}\n`);
  tree.writeAttribute(ADDRESS, 'max_link_speed', '16.0 GT/s PCIe\n');
  tree.writeAttribute(ADDRESS, 'max_link_width', '4\n');
}

describe('pcieLink', () => {
  test('gives speed and width, as trained and at most', () => {
    writeLink('2.5 GT/s PCIe', '2');
    assert.deepEqual(pcieLink(ADDRESS, tree.root), {
      speedGtPerS: 2.5,
      width: 2,
      maxSpeedGtPerS: 16,
      maxWidth: 4,
    });
  });

  test('is absent where the kernel knows none', () => {
    writeLink('Unknown', '0');
    assert.equal(pcieLink(ADDRESS, tree.root), undefined);
    assert.equal(pcieLink('0000:09:00.0', tree.root), undefined);
  });
});

describe('hypervisorName', () => {
  const withFlags = (flags: string): void =>
    tree.write('proc/cpuinfo', `processor\t: 0\nflags\t\t: ${flags}\n`);
  const name = (): string | undefined => hypervisorName(tree.root, `${tree.root}/proc`);

  test('is none on bare metal, whoever made it', () => {
    withFlags('fpu vme sse2');
    tree.write('class/dmi/id/sys_vendor', 'Amazon EC2\n');
    assert.equal(name(), 'none');
  });

  test('is undefined where the CPU says nothing', () => {
    tree.write('proc/cpuinfo', 'processor\t: 0\nFeatures\t: fp asimd\n');
    assert.equal(name(), undefined);
  });

  test('is the vendor where the CPU says that there is a hypervisor', () => {
    withFlags('fpu hypervisor sse2');
    assert.equal(name(), 'unknown hypervisor');
    tree.write('class/dmi/id/sys_vendor', 'Amazon EC2\n');
    assert.equal(name(), 'Amazon EC2');
    tree.write('hypervisor/type', 'xen\n');
    assert.equal(name(), 'xen');
  });

  test('is known by its vendor where CPUs have no such flag', () => {
    tree.write('proc/cpuinfo', 'processor\t: 0\nFeatures\t: fp asimd\n');
    tree.write('class/dmi/id/sys_vendor', 'QEMU\n');
    assert.equal(name(), 'QEMU');
  });
});

describe('CPUs', () => {
  test('have siblings and a node where sysfs says so', () => {
    tree.write('devices/system/cpu/cpu1/topology/thread_siblings_list', '1,5\n');
    tree.write('devices/system/node/node0/cpulist', '0-1\n');
    tree.write('devices/system/node/node2/cpulist', '4-5\n');
    assert.deepEqual([siblingsOf(1, tree.root), siblingsOf(0, tree.root)], [[5], []]);
    assert.deepEqual(
      [0, 5, 9].map((cpu) => nodeOfCpu(cpu, tree.root)),
      [0, 2, undefined],
    );
  });

  test('may run above their nominal frequency as either switch says', () => {
    assert.equal(turboSwitch(tree.root), undefined);
    tree.write('devices/system/cpu/cpufreq/boost', '1\n');
    assert.equal(turboSwitch(tree.root)?.on, true);
    tree.write('devices/system/cpu/intel_pstate/no_turbo', '1\n');
    assert.equal(turboSwitch(tree.root)?.on, false);
  });
});

describe('hostFacts', () => {
  test('names every governor of the CPUs that may be used, and of no others', () => {
    for (const [cpu, governor] of ['performance', 'powersave', 'ondemand'].entries())
      tree.write(`devices/system/cpu/cpu${cpu}/cpufreq/scaling_governor`, `${governor}\n`);
    const governor = (allowed: number[]) => hostFacts(allowed, tree.root).governor;
    assert.equal(governor([0]), 'performance');
    assert.equal(governor([1, 0]), 'performance, powersave');
    assert.equal(governor([7]), undefined);
  });

  test('has isolated CPUs, turbo and nodes where the kernel says', () => {
    tree.write('devices/system/cpu/isolated', '2-3\n');
    tree.write('devices/system/cpu/cpufreq/boost', '0\n');
    for (const node of [0, 1]) tree.write(`devices/system/node/node${node}/cpulist`, `${node}\n`);
    const { isolatedCpus, turbo, numaNodes, smt } = hostFacts([0], tree.root);
    assert.deepEqual([isolatedCpus, turbo, numaNodes, smt], [[2, 3], false, 2, undefined]);
  });

  test('knows a host without isolated CPUs from one that does not say', () => {
    assert.equal(hostFacts([0], tree.root).isolatedCpus, undefined);
    tree.write('devices/system/cpu/isolated', '\n');
    assert.deepEqual(hostFacts([0], tree.root).isolatedCpus, []);
  });
});

test('the facts are those of this host', () => {
  const facts = hostFacts([0]);
  const read = (path: string): string => readFileSync(path, 'utf8').trim();
  assert.equal(facts.kernel, read('/proc/sys/kernel/osrelease'));
  assert.equal(facts.hostname, read('/proc/sys/kernel/hostname'));
  assert.equal(facts.kernelCommandLine, read('/proc/cmdline'));
  assert.equal(facts.node, process.version);
  const totalKib = Number(/^MemTotal:\s+(\d+) kB/m.exec(read('/proc/meminfo'))?.[1]);
  assert.equal(facts.memoryBytes, totalKib * 1024);
  const processors = read('/proc/cpuinfo').match(/^processor\s*:/gm)?.length;
  assert.equal(facts.cpuCount, processors);
});

test('what the host does not say is left out', () => {
  for (const [name, value] of Object.entries(hostFacts([0]))) {
    assert.notEqual(value, '', name);
    assert.notEqual(value, null, name);
  }
});
