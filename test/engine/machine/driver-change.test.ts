import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { EngineError } from '../../../engine/errors.js';
import {
  applyDriverChange,
  changeWrites,
  type DriverChange,
  planDriverChange,
  undoDriverChange,
  undoWrites,
} from '../../../engine/machine/driver-change.js';
import { readKernelDriver } from '../../../engine/pci/kernel-driver.js';
import { type FakeKernelOptions, fakeKernel } from '../../fixtures/fake-kernel.js';
import { SysfsTree } from '../../fixtures/sysfs.js';

const ADDRESS = '0000:01:00.0';
let tree: SysfsTree;
beforeEach(() => {
  tree = new SysfsTree();
  tree.write('bus/pci/drivers/vfio-pci/new_id', '');
  tree.write('bus/pci/drivers/nvme/new_id', '');
  tree.addFunction({ address: ADDRESS, driver: 'nvme', iommuGroup: 7 });
  tree.writeAttribute(ADDRESS, 'driver_override', '(null)\n');
});
afterEach(() => tree.remove());

const kernel = (options: FakeKernelOptions = {}) => fakeKernel(tree.root, options);
const driver = (): string => readKernelDriver(tree.deviceDir(ADDRESS)).name;
const override = (): string => readFileSync(join(tree.deviceDir(ADDRESS), 'driver_override'), 'utf8').trim();

function plan(): DriverChange {
  return planDriverChange(kernel(), ADDRESS, 'vfio-pci') ?? assert.fail('nothing to change');
}

test('a change writes driver_override first, then unbind, then bind', async () => {
  const host = kernel();
  await applyDriverChange(host, plan());
  assert.equal(driver(), 'vfio-pci');
  assert.deepEqual(host.writes, [
    `bus/pci/devices/${ADDRESS}/driver_override = "vfio-pci"`,
    `bus/pci/drivers/nvme/unbind = "${ADDRESS}"`,
    `bus/pci/drivers/vfio-pci/bind = "${ADDRESS}"`,
  ]);
});

test('the plan is what is written', async () => {
  const host = kernel();
  const change = plan();
  const planned = changeWrites(host, change);
  await applyDriverChange(host, change);
  assert.deepEqual(
    planned.map(({ path, text }) => `${path.slice(tree.root.length + 1)} = ${JSON.stringify(text)}`),
    host.writes,
  );
});

test('undoing gives the former driver and an empty driver_override back', async () => {
  const change = plan();
  await applyDriverChange(kernel(), change);
  assert.equal(undoWrites(kernel(), change).length, 3);
  assert.equal(await undoDriverChange(kernel(), change), 'restored');
  assert.deepEqual([driver(), override()], ['nvme', '(null)']);
});

test('a driver_override that somebody had set comes back', async () => {
  tree.writeAttribute(ADDRESS, 'driver_override', 'nvme\n');
  const change = plan();
  await applyDriverChange(kernel(), change);
  await undoDriverChange(kernel(), change);
  assert.equal(override(), 'nvme');
});

test('a function without a driver is left without one again', async () => {
  tree.unbind(ADDRESS);
  const change = plan();
  await applyDriverChange(kernel(), change);
  assert.equal(driver(), 'vfio-pci');
  await undoDriverChange(kernel(), change);
  assert.equal(driver(), '');
});

test('nothing is planned where the driver has it already', () => {
  tree.unbind(ADDRESS);
  tree.bind(ADDRESS, 'vfio-pci');
  assert.equal(planDriverChange(kernel(), ADDRESS, 'vfio-pci'), undefined);
});

test('a driver that refuses leaves the function with its former driver', async () => {
  const refusing = kernel({ beforeWrite: (path) => (path.endsWith('vfio-pci/bind') ? 'EINVAL' : undefined) });
  await assert.rejects(
    applyDriverChange(refusing, plan()),
    (error: unknown) =>
      error instanceof EngineError && error.reason === 'EINVAL' && /without an IOMMU/.test(error.hint),
  );
  assert.deepEqual([driver(), override()], ['nvme', '(null)']);
});

test('where going back fails too, both failures are said', async () => {
  const broken = kernel({ beforeWrite: (path) => (path.endsWith('/bind') ? 'EINVAL' : undefined) });
  await assert.rejects(applyDriverChange(broken, plan()), /vfio-pci\/bind.*going back to nvme failed too/s);
});

for (const stopAfter of [0, 1, 2, 3]) {
  test(`a change that stopped after ${stopAfter} writes is undone`, async () => {
    const change = plan();
    const host = kernel();
    for (const { path, text } of changeWrites(host, change).slice(0, stopAfter)) await host.write(path, text);
    assert.equal(await undoDriverChange(host, change), stopAfter === 0 ? 'already' : 'restored');
    assert.deepEqual([driver(), override()], ['nvme', '(null)']);
    assert.equal(await undoDriverChange(host, change), 'already');
  });
}

test('a driver that took the function since is left alone', async () => {
  const change = plan();
  await applyDriverChange(kernel(), change);
  tree.unbind(ADDRESS);
  tree.bind(ADDRESS, 'another');
  assert.equal(await undoDriverChange(kernel(), change), 'left');
  assert.equal(driver(), 'another');
});

test('a device that is gone is no failure', async () => {
  const change = plan();
  tree.removeFunction(ADDRESS);
  assert.equal(await undoDriverChange(kernel(), change), 'gone');
});

test('a former driver that is not loaded any more is named', async () => {
  const change = { ...plan(), formerDriver: 'nvme_gone' };
  await assert.rejects(undoDriverChange(kernel(), { ...change, driver: 'nvme' }), /modprobe nvme_gone/);
  assert.equal(driver(), 'nvme');
});
