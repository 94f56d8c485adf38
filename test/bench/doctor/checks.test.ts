/** Each check of nvbench doctor, on a machine that a folder plays. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { governor, isolation, numaDistance, siblings, turbo } from '../../../bench/doctor/cpu.js';
import { deviceNodes, groupMembers } from '../../../bench/doctor/device.js';
import { addressWidth, iommuGroups, unsafeInterrupts } from '../../../bench/doctor/iommu.js';
import { pciLink } from '../../../bench/doctor/link.js';
import { hugepages, memlock, registeredMemlock } from '../../../bench/doctor/memory.js';
import { type ControllerFacts, controllerChecks, kernelChecks } from '../../../bench/doctor/nvme.js';
import { lockdown, vfioDriver, vfioNodes } from '../../../bench/doctor/vfio.js';
import { listNvmeFunctions, type NvmeFunction } from '../../../engine/index.js';
import { ADDRESS, boundToKernel, goodHost, HEALTHY, type HostTree, withoutVfio } from './fixture.js';

let tree: HostTree;
beforeEach(() => {
  tree = goodHost();
});
afterEach(() => tree.remove());

function drive(): NvmeFunction {
  const mountinfoPath = join(tree.root, 'proc/self/mountinfo');
  const swapsPath = join(tree.root, 'proc/swaps');
  return listNvmeFunctions({ sysfsRoot: tree.sysfs.root, mountinfoPath, swapsPath }).functions[0];
}

describe('IOMMU', () => {
  test('is a problem without groups, and the fix knows what the command line lacks', () => {
    tree.deleteSysfs('kernel/iommu_groups');
    tree.setCommandLine('quiet');
    const { status, found, fix } = iommuGroups(tree.host());
    assert.equal(status, 'problem');
    assert.match(found, /no groups; the kernel command line has no iommu option/);
    assert.match(fix, /intel_iommu=on on the kernel command line/);
  });

  test('names the word that turns it off', () => {
    tree.deleteSysfs('kernel/iommu_groups');
    tree.setCommandLine('quiet iommu=off');
    assert.match(iommuGroups(tree.host()).fix, /^take iommu=off off the kernel command line/);
  });

  test('does not take a no-IOMMU group for an IOMMU', () => {
    tree.sysfs.write('kernel/iommu_groups/14/name', 'vfio-noiommu\n');
    assert.match(iommuGroups(tree.host()).found, /^off: only 1 no-IOMMU group of VFIO/);
  });

  test('reads the width from VT-d: the smaller of guest width and page tables', () => {
    assert.match(addressWidth(tree.host()).found, /^48 bits reach 256 TiB, the memory is 15\.6 GiB$/);
    // MGAW 39 (26h in bits 21:16), SAGAW 39 bits (bit 9)
    tree.sysfs.write('devices/virtual/iommu/dmar0/intel-iommu/cap', '260200\n');
    assert.match(addressWidth(tree.host()).found, /^39 bits reach 512 GiB/);
  });

  test('warns where memory is wider', () => {
    tree.sysfs.write('devices/virtual/iommu/dmar0/intel-iommu/cap', '260200\n');
    tree.write('proc/meminfo', `MemTotal: ${2 ** 30} kB`);
    assert.equal(addressWidth(tree.host()).status, 'warning');
  });

  test('reads the width from AMD-Vi, and says unknown where there is neither', () => {
    tree.deleteSysfs('devices/virtual/iommu/dmar0');
    tree.deleteSysfs('class/iommu/dmar0');
    assert.equal(addressWidth(tree.host()).status, 'unknown');
    // HATS 01b in bits 11:10: five levels
    tree.sysfs.write('class/iommu/ivhd0/amd-iommu/features', '400:0\n');
    assert.match(addressWidth(tree.host()).found, /^57 bits/);
  });
});

describe('interrupt remapping', () => {
  test('warns where unsafe interrupts are allowed', () => {
    tree.sysfs.write('module/vfio_iommu_type1/parameters/allow_unsafe_interrupts', 'Y\n');
    const { status, fix } = unsafeInterrupts(tree.host());
    assert.equal(status, 'warning');
    assert.match(fix, /^`echo N \| sudo tee \/sys\/module\/vfio_iommu_type1/);
  });

  test('is a problem where the hardware has none and they are not allowed', () => {
    tree.sysfs.write('devices/virtual/iommu/dmar0/intel-iommu/ecap', 'f00f42\n');
    const { status, found } = unsafeInterrupts(tree.host());
    assert.equal(status, 'problem');
    assert.match(found, /dmar0 cannot remap interrupts/);
  });

  test('is a problem where the command line turns it off', () => {
    tree.setCommandLine('intel_iommu=on intremap=off');
    assert.match(unsafeInterrupts(tree.host()).found, /command line says intremap=off/);
  });
});

describe('VFIO', () => {
  test('tells a module that can be loaded from one that the kernel does not have', () => {
    withoutVfio(tree);
    assert.equal(vfioDriver(tree.host()).fix, '`sudo modprobe vfio-pci`');
    tree.write('modules/6.12.48-test/modules.dep', 'kernel/fs/ext4/ext4.ko:');
    assert.match(vfioDriver(tree.host()).found, /^kernel 6\.12\.48-test has no module vfio-pci$/);
    tree.delete('modules');
    assert.match(tree.plain(vfioDriver(tree.host()).found), /modules\/6\.12\.48-test has no modules/);
  });

  test('needs one of container and iommufd', () => {
    tree.write('dev/iommu');
    tree.delete('dev/vfio/vfio');
    assert.match(tree.plain(vfioNodes(tree.host()).found), /^\/dev\/iommu: readable and writable$/);
    tree.delete('dev/iommu');
    assert.equal(vfioNodes(tree.host()).status, 'problem');
  });

  test('is a problem where this user may open neither', () => {
    const { status, found, fix } = vfioNodes(tree.host({ mayOpen: () => false }));
    assert.equal(status, 'problem');
    assert.equal(tree.plain(found), 'alice may not open /dev/vfio/vfio');
    assert.equal(tree.plain(fix), '`sudo chmod 0666 /dev/vfio/vfio`');
  });

  test('warns of lockdown, and knows a kernel that has none from a host that does not say', () => {
    tree.sysfs.write('kernel/security/lockdown', 'none [integrity] confidentiality\n');
    assert.match(lockdown(tree.host()).found, /^integrity: VFIO works, but not uio/);
    tree.deleteSysfs('kernel/security/lockdown');
    assert.equal(lockdown(tree.host()).status, 'unknown');
    tree.sysfs.write('kernel/security/lsm', 'capability\n');
    assert.equal(lockdown(tree.host()).status, 'ok');
  });
});

describe('device', () => {
  test('has a node that this user may open, or a fix that names it', () => {
    const group = join(tree.root, 'dev/vfio/14');
    const { status, found, fix } = deviceNodes(tree.host({ mayOpen: (path) => path !== group }), drive());
    assert.equal(status, 'problem');
    assert.equal(tree.plain(found), 'alice may not open /dev/vfio/14');
    assert.match(tree.plain(fix), /^`sudo chown alice \/dev\/vfio\/14`/);
  });

  test('may be opened through its own character device instead', () => {
    tree.sysfs.write(`devices/pci0000:00/${ADDRESS}/vfio-dev/vfio0/dev`, '511:0\n');
    tree.write('dev/vfio/devices/vfio0');
    tree.write('dev/iommu');
    const group = join(tree.root, 'dev/vfio/14');
    const { status, found } = deviceNodes(tree.host({ mayOpen: (path) => path !== group }), drive());
    assert.equal(status, 'ok');
    assert.match(tree.plain(found), /^\/dev\/vfio\/devices\/vfio0: /);
  });

  test('does not count a character device of sysfs that has no node', () => {
    tree.sysfs.write(`devices/pci0000:00/${ADDRESS}/vfio-dev/vfio0/dev`, '511:0\n');
    tree.delete('dev/vfio/14');
    assert.match(
      tree.plain(deviceNodes(tree.host(), drive()).found),
      /vfio0 nor \/dev\/vfio\/14 is not there$/,
    );
  });

  test('is held back by a group member in use, not by one without a driver', () => {
    tree.sysfs.addFunction({ address: '0000:01:00.1', class: '0x040300', iommuGroup: 14 });
    assert.equal(groupMembers(drive(), tree.sysfs.root).status, 'ok');
    tree.sysfs.bind('0000:01:00.1', 'snd_hda_intel');
    const { status, found } = groupMembers(drive(), tree.sysfs.root);
    assert.equal(status, 'problem');
    assert.match(found, /0000:01:00\.1 is bound to snd_hda_intel/);
  });
});

describe('memory', () => {
  test('warns where the node of the device has no free hugepages', () => {
    tree.setHugepages(1, 0, 0);
    assert.equal(hugepages(tree.host(), [0]).status, 'ok');
    const { status, found, fix } = hugepages(tree.host(), [1]);
    assert.equal(status, 'warning');
    assert.match(found, /^node 0: 60 of 64 free of 2 MiB; node 1: 0 of 0 free of 2 MiB; a run falls back/);
    assert.equal(fix, '`sudo nvbench hugepages --reserve 64MiB --node 1`');
  });

  test('reads the pools of a kernel without NUMA', () => {
    tree.deleteSysfs('devices/system/node');
    assert.equal(hugepages(tree.host(), [0]).found, 'node 0: 60 of 64 free of 2 MiB');
  });

  test('names no node where there is one', () => {
    tree.setHugepages(0, 64, 0);
    assert.equal(tree.plain(hugepages(tree.host(), [0]).fix), '`sudo nvbench hugepages --reserve 64MiB`');
  });

  test('judges RLIMIT_MEMLOCK by what a default run pins, unless CAP_IPC_LOCK lifts it', () => {
    const limited = (kib: number): ReturnType<typeof memlock> =>
      memlock(tree.host({ memlockLimitBytes: () => kib * 1024 }));
    assert.equal(limited(64).status, 'problem');
    assert.equal(limited(8192).status, 'ok');
    const registers = (kib: number) =>
      registeredMemlock(tree.host({ memlockLimitBytes: () => kib * 1024 })).status;
    assert.deepEqual([registers(64), registers(256)], ['warning', 'ok']);
    tree.setIpcLock(true);
    assert.deepEqual([limited(64).status, registers(64)], ['ok', 'ok']);
  });
});

describe('CPUs', () => {
  test('warns of a governor other than performance, and on which CPUs', () => {
    tree.sysfs.write('devices/system/cpu/cpu1/cpufreq/scaling_governor', 'powersave\n');
    tree.sysfs.write('devices/system/cpu/cpu2/cpufreq/scaling_governor', 'powersave\n');
    const { status, found } = governor(tree.host());
    assert.equal(status, 'warning');
    assert.match(found, /^performance on CPU 0,3, powersave on CPU 1-2/);
  });

  test('skips the governor where the kernel has none', () => {
    for (const cpu of [0, 1, 2, 3]) tree.deleteSysfs(`devices/system/cpu/cpu${cpu}/cpufreq`);
    assert.equal(governor(tree.host()).status, 'skipped');
  });

  test('reads turbo from either switch', () => {
    tree.sysfs.write('devices/system/cpu/intel_pstate/no_turbo', '0\n');
    assert.match(turbo(tree.host()).fix, /`echo 1 \| sudo tee .*no_turbo`/);
    tree.deleteSysfs('devices/system/cpu/intel_pstate');
    tree.sysfs.write('devices/system/cpu/cpufreq/boost', '1\n');
    assert.match(turbo(tree.host()).fix, /`echo 0 \| sudo tee .*cpufreq\/boost`/);
    tree.sysfs.write('devices/system/cpu/cpufreq/boost', '0\n');
    assert.equal(turbo(tree.host()).found, 'off');
  });

  test('warns of isolated CPUs that this process may not use', () => {
    assert.equal(isolation(tree.host()).status, 'ok');
    const { status, fix } = isolation(tree.host({ allowedCpus: () => [0, 1] }));
    assert.equal(status, 'warning');
    assert.equal(fix, '`taskset -c 0-1,3 nvbench run ...` with cpus_allowed: "3" in the job');
  });

  test('warns of two chosen CPUs on one core', () => {
    assert.equal(siblings(tree.host(), [0, 1]).status, 'ok');
    assert.match(siblings(tree.host(), [0, 2]).found, /^CPU 0,2 share cores/);
  });

  test('measures the distance to the chosen CPUs by the table of the firmware', () => {
    tree.sysfs.write('devices/system/node/node0/cpulist', '0-1\n');
    tree.sysfs.write('devices/system/node/node0/distance', '10 21\n');
    tree.sysfs.write('devices/system/node/node1/cpulist', '2-3\n');
    tree.sysfs.write('devices/system/node/node1/distance', '21 10\n');
    const dir = tree.sysfs.deviceDir(ADDRESS);
    assert.equal(numaDistance(tree.host(), dir, [1]).found, 'device on node 0, CPU 1 on node 0, distance 10');
    const far = numaDistance(tree.host(), dir, [1, 2]);
    assert.deepEqual([far.status, far.fix], ['warning', 'set cpus_allowed: "0-1" in the job']);
    assert.match(far.found, /CPU 2 on node 1, distance 21/);
    tree.sysfs.writeAttribute(ADDRESS, 'numa_node', '-1\n');
    assert.equal(numaDistance(tree.host(), dir, [1]).status, 'unknown');
  });
});

describe('PCI link', () => {
  test('warns of a link below what the device can do', () => {
    tree.setLink('8.0 GT/s PCIe', 2, '16.0 GT/s PCIe', 4);
    const { status, found, fix } = pciLink(tree.sysfs.deviceDir(ADDRESS));
    assert.equal(status, 'warning');
    assert.equal(found, '8 GT/s x2 of the 16 GT/s x4 that the device can do');
    assert.match(fix, /^reseat/);
  });

  test('blames the slot where that is the limit', () => {
    tree.setLink('8.0 GT/s PCIe', 4, '16.0 GT/s PCIe', 4);
    tree.sysfs.write('devices/pci0000:00/max_link_speed', '8.0 GT/s PCIe\n');
    tree.sysfs.write('devices/pci0000:00/max_link_width', '4\n');
    assert.equal(pciLink(tree.sysfs.deviceDir(ADDRESS)).fix, 'move it to a slot that does');
  });

  test('is unknown where the function shows none', () => {
    tree.setLink('Unknown', 0, '16.0 GT/s PCIe', 4);
    assert.equal(pciLink(tree.sysfs.deviceDir(ADDRESS)).status, 'unknown');
  });
});

describe('drive', () => {
  const status = (facts: ControllerFacts): Record<string, string> =>
    Object.fromEntries(controllerChecks(facts).map((check) => [check.id, check.status]));
  const smart = HEALTHY.smart!;

  test('tells each critical warning by name', () => {
    const [first] = controllerChecks({ ...HEALTHY, smart: { ...smart, criticalWarning: 0x09 } });
    assert.equal(first.status, 'warning');
    assert.match(first.found, /^spare below its threshold, read-only; 2 % used/);
  });

  test('knows no temperature of a controller that says 0 K', () => {
    const facts: ControllerFacts = { ...HEALTHY, smart: { ...smart, temperatureKelvin: 0 } };
    assert.equal(status(facts)['nvme-temperature'], 'unknown');
  });

  test('warns of heat, of a power state that is not the full one, and of firmware that waits for a reset', () => {
    const facts: ControllerFacts = {
      ...HEALTHY,
      smart: { ...smart, temperatureKelvin: 355 },
      power: { powerState: 2, workloadHint: 0 },
      firmware: { activeSlot: 1, nextSlot: 2, revisions: ['2B2QEXM7', '3B2QEXM7', '', '', '', '', ''] },
    };
    assert.deepEqual(status(facts), {
      'nvme-critical-warning': 'ok',
      'nvme-temperature': 'warning',
      'nvme-power-state': 'warning',
      'nvme-firmware': 'warning',
    });
  });

  test('says unknown of what the controller refuses', () => {
    const refused = { ...HEALTHY, smart: undefined, firmware: undefined, power: undefined };
    assert.deepEqual(new Set(Object.values(status(refused))), new Set(['unknown']));
  });

  test('finds the sensors below the function too, and leaves out limits that the drive does not name', () => {
    boundToKernel(tree);
    const function_ = tree.sysfs.deviceDir(ADDRESS);
    tree.deleteSysfs(`devices/pci0000:00/${ADDRESS}/nvme/nvme0/hwmon3`);
    tree.sysfs.write(`devices/pci0000:00/${ADDRESS}/hwmon/hwmon1/temp1_input`, '30850\n');
    tree.sysfs.write(`devices/pci0000:00/${ADDRESS}/hwmon/hwmon1/temp1_max`, '-273150\n');
    const heat = kernelChecks(function_).find(({ id }) => id === 'nvme-temperature');
    assert.equal(heat?.found, '31 °C');
  });
});
