import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseConfig } from '../../../bench/config/load.js';
import { configOf, converted, jobOf, lostOf } from './converted.js';

describe('devices', () => {
  const yamlOf = (lines: string) => converted(lines).yaml ?? '';

  test('that a file names by PCI address are carried, in the words of fio, xNVMe and SPDK', () => {
    assert.match(yamlOf('[a]\nfilename=0000\\:03\\:00.0\n'), /^device: pci:0000:03:00\.0$/m);
    assert.match(
      yamlOf('[a]\nioengine=spdk\nfilename=trtype=PCIe traddr=0000.04.00.0 ns=2\n'),
      /^device: pci:0000:04:00\.0\nnamespace: 2$/m,
    );
  });

  test('have the namespace of xNVMe where their name leaves it open', () => {
    const of = (filename: string) =>
      converted(`[a]\nioengine=xnvme\nfilename=${filename}\nxnvme_dev_nsid=2\n`);
    assert.match(of('0000\\:03\\:00.0').yaml ?? '', /^namespace: 2$/m);
    const { yaml = '', findings } = of('/dev/ng0n2');
    assert.doesNotMatch(yaml, /^namespace/m);
    assert.deepEqual(
      findings.filter(({ option }) => option === 'xnvme_dev_nsid').map(({ kind }) => kind),
      ['dropped'],
    );
  });

  test('that the kernel names are reached through it, as with fio', () => {
    assert.match(
      yamlOf('[a]\nfilename=/dev/nvme0n1\n'),
      /^device: uring:\/dev\/nvme0n1 # through the kernel/m,
    );
    const { devices } = parseConfig(
      yamlOf('[a]\nfilename=/dev/ng0n1:/dev/ng1n1\nioengine=libaio\niodepth=2\n'),
      'x.yaml',
    );
    assert.deepEqual(devices, ['uring:/dev/ng0n1', 'uring:/dev/ng1n1']);
  });

  test('that are none are left to be named', () => {
    assert.match(yamlOf('[a]\nfilename=data\n'), /^# device: .* # in place of data$/m);
    assert.match(yamlOf('[a]\ndirect=1\n'), /^# device: .* # the drive under test/m);
  });

  test('behind the page cache of fio are reached past it, which is said', () => {
    const said = (line: string) => converted(`[a]\nsize=1m\n${line}\n`).findings.map(({ kind }) => kind);
    assert.deepEqual([said('direct=0')[1], said('direct=1')[1]], ['differs', 'dropped']);
  });

  test('of the null engine are null, and writes to it need no serial number', () => {
    const { yaml } = converted('[a]\nioengine=null\nsize=1g\nrw=write\n');
    assert.equal(parseConfig(yaml ?? '', 'x.yaml').devices[0].startsWith('null:'), true);
  });

  test('share the depth and the amount of fio', () => {
    const { iodepth, size } = jobOf(
      'filename=/dev/nvme0n1:/dev/nvme1n1\nioengine=libaio\niodepth=32\nsize=1g',
    );
    assert.deepEqual([iodepth, size], [16, { bytes: 2 ** 29 }]);
    assert.match(lostOf('[a]\nfilename=/dev/nvme0n1:/dev/nvme1n1\n')[0], /does not divide/);
  });
});

describe('jobs', () => {
  test('on other devices than the first have them as their own', () => {
    const lines =
      '[a]\nfilename=/dev/nvme0n1\n[b]\nfilename=/dev/nvme1n1\n[c]\nfilename=0000\\:01\\:00.0\nioengine=xnvme\nxnvme_dev_nsid=2\n';
    const { jobs, ownDevices } = parseConfig(converted(lines).yaml ?? '', 'x.yaml');
    assert.deepEqual(ownDevices, ['uring:/dev/nvme0n1']);
    assert.deepEqual(
      jobs.map(({ devices, namespace }) => [devices, namespace]),
      [
        [undefined, undefined],
        [['uring:/dev/nvme1n1'], undefined],
        [['pci:0000:01:00.0'], 2],
      ],
    );
    assert.deepEqual(lostOf(lines), []);
  });

  const PCI = 'filename=0000\\:01\\:00.0\nioengine=xnvme\nsize=1m\n';
  const placesOf = (lines: string) => {
    const { jobs, ownDevices, namespace } = parseConfig(converted(lines).yaml ?? '', 'x.yaml');
    return jobs.map((job) => [...(job.devices ?? ownDevices), job.namespace ?? namespace, job.numjobs]);
  };

  test('on other namespaces of one drive have them as their own, and are not alike', () => {
    assert.deepEqual(placesOf(`[a]\n${PCI}xnvme_dev_nsid=1\n[b]\n${PCI}xnvme_dev_nsid=2\n`), [
      ['pci:0000:01:00.0', 1, 1],
      ['pci:0000:01:00.0', 2, 1],
    ]);
  });

  test('that name no namespace do not get that of the others', () => {
    const other = '[c]\nstonewall\nfilename=/dev/nvme1n1\nsize=1m\n';
    assert.deepEqual(placesOf(`[a]\n${PCI}xnvme_dev_nsid=2\n[b]\nstonewall\n${PCI}${other}`), [
      ['pci:0000:01:00.0', 2, 1],
      ['pci:0000:01:00.0', undefined, 1],
      ['uring:/dev/nvme1n1', undefined, 1],
    ]);
  });

  test('on a drive and on a file are not alike, on two files they are', () => {
    const numbersOf = (first: string) =>
      configOf(`[a]\n${first}[b]\nfilename=data\nsize=1m\n`).jobs.map(({ numjobs }) => numjobs);
    assert.deepEqual([numbersOf(PCI), numbersOf('filename=x\nsize=1m\n')], [[1, 1], [2]]);
  });

  test('on devices that have no name here are to be named', () => {
    const zero = '[a]\nfilename=/dev/null\nsize=1m\n[b]\nfilename=/dev/zero\nsize=1m\n';
    assert.deepEqual(lostOf(zero), []);
    assert.match(converted(zero).yaml ?? '', /name: b # device: in place of \/dev\/zero/);
    assert.match(
      lostOf('[a]\nfilename=/dev/nvme0n1\n[b]\nfilename=data\nsize=1m\n')[0],
      /name it as `device`/,
    );
  });
});
