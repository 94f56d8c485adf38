import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { afterEach, describe, test } from 'node:test';
import { TITLES } from '../../../bench/doctor/check.js';
import { type DoctorOptions, examine } from '../../../bench/doctor/doctor.js';
import { DeviceLists, EngineError } from '../../../engine/index.js';
import { type DoctorReport, formatDoctor } from '../../../reports/index.js';
import { fixture } from '../../reports/sample.js';
import {
  ADDRESS,
  boundToKernel,
  find,
  goodHost,
  HEALTHY,
  type HostTree,
  idsWith,
  withoutVfio,
} from './fixture.js';

const trees: HostTree[] = [];
const probed: string[] = [];

function made(tree: HostTree): HostTree {
  trees.push(tree);
  return tree;
}

const examined = (tree: HostTree, options: DoctorOptions = {}): ReturnType<typeof examine> =>
  examine({
    host: tree.host(),
    probe: async (target) => {
      probed.push(target);
      return HEALTHY;
    },
    ...options,
  });

afterEach(() => {
  for (const tree of trees.splice(0)) tree.remove();
  probed.length = 0;
});

describe('examine', () => {
  test('finds nothing wrong with a good host', async () => {
    const report = await examined(made(goodHost()));
    assert.deepEqual(idsWith(report, 'warning', 'problem', 'unknown', 'skipped'), []);
    assert.equal(report.ready, true);
    assert.deepEqual(report.missing, []);
    assert.deepEqual(probed, [`pci:${ADDRESS}`]);
  });

  test('gives each check one id', async () => {
    const report = await examined(made(goodHost()));
    const ids = idsWith(report, 'ok');
    assert.equal(new Set(ids).size, ids.length);
  });

  test('names everything that is missing without VFIO, and attaches nothing', async () => {
    const tree = made(withoutVfio(goodHost()));
    const report = await examined(tree);
    assert.equal(report.ready, false);
    assert.deepEqual(report.missing, ['vfio-pci driver', 'VFIO nodes', 'bound driver']);
    assert.deepEqual(find(report, 'vfio-driver').fix, '`sudo modprobe vfio-pci`');
    assert.match(find(report, 'pci-driver').fix, /nvbench bind pci:0000:01:00\.0/);
    assert.equal(find(report, 'attach').status, 'skipped');
    assert.deepEqual(probed, []);
  });

  test('never attaches a drive of the kernel, and reads its state from sysfs', async () => {
    const report = await examined(made(boundToKernel(goodHost())));
    assert.deepEqual(probed, []);
    assert.deepEqual(report.missing, ['bound driver']);
    assert.match(find(report, 'pci-driver').found, /bound to nvme, which shows it as nvme0n1/);
    assert.equal(find(report, 'nvme-temperature').found, '42 °C (warns at 82, critical at 85)');
    assert.equal(find(report, 'nvme-power-state').found, 'PCI D0; sysfs shows no other');
    assert.equal(find(report, 'nvme-firmware').found, '2B2QEXM7; sysfs shows no slots');
  });

  test('offers no bind of a drive that is mounted', async () => {
    const tree = made(boundToKernel(goodHost()));
    tree.write('proc/self/mountinfo', '22 1 259:0 / /data rw - ext4 /dev/nvme0n1 rw');
    const { found, fix } = find(await examined(tree), 'pci-driver');
    assert.match(found, /in use: nvme0n1 \(mounted on \/data\)/);
    assert.match(fix, /^choose another drive/);
  });

  test('is not ready where the attach fails, and says why', async () => {
    const busy = new EngineError({
      code: 'EBUSY',
      op: 'open VFIO group',
      target: ADDRESS,
      reason: 'EBUSY',
      hint: 'another process holds the device',
    });
    const report = await examined(made(goodHost()), { probe: () => Promise.reject(busy) });
    assert.equal(report.ready, false);
    const { status, found, fix } = find(report, 'attach');
    assert.deepEqual([status, found, fix], ['problem', 'open VFIO group: EBUSY', busy.hint]);
  });

  test('says that there is no NVMe function', async () => {
    const tree = made(goodHost());
    tree.sysfs.removeFunction(ADDRESS);
    tree.sysfs.addFunction({ address: '0000:00:02.0', class: '0x030000' });
    const report = await examined(tree);
    assert.deepEqual(report.missing, ['NVMe functions']);
    assert.match(find(report, 'nvme-functions').found, /^none: 1 PCI function, none of class 010802/);
  });

  test('goes on with the host where there is no PCI bus', async () => {
    const tree = made(goodHost());
    tree.deleteSysfs('bus/pci/devices');
    const report = await examined(tree);
    assert.match(find(report, 'nvme-functions').found, /^none: 0 PCI functions/);
    assert.equal(find(report, 'hugepages').status, 'ok');
  });

  test('is ready when one of two drives is, and tells them apart where none is', async () => {
    const tree = made(goodHost());
    tree.sysfs.addFunction({ address: '0000:02:00.0', driver: 'nvme', iommuGroup: 15 });
    assert.equal((await examined(tree)).ready, true);
    tree.sysfs.unbind(ADDRESS);
    assert.deepEqual((await examined(tree)).missing, [
      'bound driver of pci:0000:01:00.0',
      'bound driver of pci:0000:02:00.0',
    ]);
  });

  test('judges the one target that is asked for', async () => {
    const tree = made(goodHost());
    tree.sysfs.addFunction({ address: '0000:02:00.0', driver: 'nvme', iommuGroup: 15 });
    const report = await examined(tree, { target: '02:00.0' });
    assert.equal(report.ready, false);
    assert.deepEqual(
      report.devices.map(({ target }) => target),
      ['pci:0000:02:00.0'],
    );
  });

  test('refuses a target that is not there as wrong input', async () => {
    await assert.rejects(examined(made(goodHost()), { target: 'pci:0000:7f:00.0' }), (error) => {
      assert.ok(error instanceof EngineError);
      assert.deepEqual([error.code, error.kind], ['NO_SUCH_DEVICE', 'input']);
      return true;
    });
  });

  test('looks at the memlock limit for what is reached through the kernel, which registers buffers', async () => {
    const { host } = await examined(made(goodHost()), { target: 'uring:/srv/file' });
    assert.ok(host.some(({ id }) => id === 'memlock'));
  });

  test('asks nothing of VFIO for a software controller', async () => {
    const tree = made(withoutVfio(goodHost()));
    const report = await examine({ host: tree.host(), target: 'sim' });
    assert.equal(report.ready, true);
    assert.match(find(report, 'attach').found, /^sim, NVMe 1\.4\.0, software controller$/);
    assert.deepEqual(idsWith(report, 'ok', 'warning', 'problem', 'unknown', 'skipped').toSorted(), [
      'attach',
      'cpu-governor',
      'cpu-isolation',
      'cpu-siblings',
      'cpu-turbo',
      'hugepages',
    ]);
  });

  test('leaves a drive that is blocked out, and refuses it as a target', async () => {
    const pciLists = new DeviceLists({ block: [ADDRESS] });
    const tree = made(goodHost());
    const report = await examined(tree, { pciLists });
    assert.deepEqual([report.devices, probed], [[], []]);
    await assert.rejects(async () => examined(tree, { pciLists, target: ADDRESS }), {
      code: 'DEVICE_BLOCKED',
      kind: 'input',
    });
  });

  /** The drive on uio, on a host without an IOMMU. */
  function onUio(): HostTree {
    const tree = made(goodHost());
    tree.sysfs.removeFunction(ADDRESS);
    tree.deleteSysfs('kernel/iommu_groups');
    tree.sysfs.addFunction({ address: ADDRESS, driver: 'uio_pci_generic' });
    tree.sysfs.write(`devices/pci0000:00/${ADDRESS}/uio/uio0/name`, 'uio_pci_generic\n');
    tree.write('dev/uio0');
    return tree;
  }

  test('leaves the registers of a drive on uio alone: another program may drive it', async () => {
    const report = await examined(onUio(), { allowUnsafeDma: true });
    assert.equal(find(report, 'attach').status, 'skipped');
    assert.deepEqual(probed, []);
  });

  test('accepts uio and a missing IOMMU only where the risk is accepted', async () => {
    const tree = onUio();
    const refused = await examined(tree);
    assert.deepEqual(refused.missing, ['IOMMU', 'bound driver', 'IOMMU group']);
    const accepted = await examined(tree, { allowUnsafeDma: true });
    assert.equal(accepted.ready, true);
    assert.deepEqual(idsWith(accepted, 'problem'), []);
    assert.equal(find(accepted, 'pci-driver').status, 'warning');
  });
});

describe('docs/doctor.md', () => {
  test('lists exactly the checks there are, with their titles', () => {
    const text = readFileSync(new URL('../../../../docs/doctor.md', import.meta.url), 'utf8');
    const rows = [...text.matchAll(/^\| `([a-z-]+)` \| ([^|]+) \| [^|]+ \|$/gm)];
    assert.deepEqual(rows.map(([, id, title]) => [id, title]).toSorted(), Object.entries(TITLES).toSorted());
  });
});

describe('the text of nvbench doctor', () => {
  const textOf = async (tree: HostTree, width: number): Promise<string> => {
    const report = JSON.parse(tree.plain(JSON.stringify(await examined(tree)))) as DoctorReport;
    return formatDoctor(report, { color: false, width });
  };

  test('is exactly this for a good host', async () => {
    assert.equal(await textOf(made(goodHost()), 100), fixture('doctor-good.txt'));
  });

  test('is exactly this without VFIO, at 80 columns', async () => {
    assert.equal(await textOf(made(withoutVfio(goodHost())), 80), fixture('doctor-no-vfio-80.txt'));
  });
});
