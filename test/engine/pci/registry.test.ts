import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classifyDriver } from '../../../engine/pci/kernel-driver.js';
import { DriverRegistry, type PciDriver } from '../../../engine/pci/registry.js';
import type { PciFunction } from '../../../engine/pci/scan.js';
import type { ProbeStep } from '../../../engine/pci/steps.js';

const ADDRESS = '0000:01:00.0';

const drive = (over: Partial<PciFunction> = {}): PciFunction => ({
  address: ADDRESS,
  sysfsPath: `/sys/bus/pci/devices/${ADDRESS}`,
  classCode: 0x010802,
  vendorId: 0x144d,
  deviceId: 0xa808,
  subsystemVendorId: 0x144d,
  subsystemDeviceId: 0xa801,
  revision: 0,
  vfCount: 0,
  numaNode: 0,
  bars: [],
  driver: classifyDriver('vfio-pci'),
  iommuGroup: 5,
  noIommu: false,
  warnings: [],
  ...over,
});

type Log = string[];

function step(name: string, failing: { do?: Error; undo?: Error } = {}): ProbeStep<Log> {
  return {
    name,
    async do(log) {
      await Promise.resolve();
      log.push(`do ${name}`);
      if (failing.do !== undefined) throw failing.do;
    },
    async undo(log) {
      await Promise.resolve();
      log.push(`undo ${name}`);
      if (failing.undo !== undefined) throw failing.undo;
    },
  };
}

/** A registry with one NVMe driver of these steps; every step writes to `log`. */
function setup(steps: ProbeStep<Log>[]) {
  const log: Log = [];
  const registry = new DriverRegistry<Log>();
  registry.register({ name: 'nvme', ids: [{ classCode: 0x010802 }], createState: () => log, steps });
  return { log, registry };
}

test('steps run in order', async () => {
  const { log, registry } = setup([step('a'), step('b'), step('c')]);
  await registry.probe(drive());
  assert.deepEqual(log, ['do a', 'do b', 'do c']);
});

test('a failing step has those before it undone in the reverse order and its own error thrown', async () => {
  const failure = new Error('no such group');
  const { log, registry } = setup([step('a'), step('b'), step('c', { do: failure }), step('d')]);
  await assert.rejects(registry.probe(drive()), (error) => error === failure);
  assert.deepEqual(log, ['do a', 'do b', 'do c', 'undo b', 'undo a']);
  assert.equal(failure.message, 'no such group');
});

test('failures to undo are told in the message and do not stop the roll-back', async () => {
  const failure = new Error('no such group');
  const { log, registry } = setup([
    step('a'),
    step('b', { undo: new Error('stuck') }),
    step('c', { do: failure }),
  ]);
  await assert.rejects(registry.probe(drive()), (error) => error === failure);
  assert.deepEqual(log.slice(-2), ['undo b', 'undo a']);
  assert.match(failure.message, /^no such group; 0000:01:00\.0: could not undo "b": stuck; end the process/);
});

test('after a failed probe the function can be probed again', async () => {
  let broken = true;
  const flaky: ProbeStep<Log> = {
    name: 'flaky',
    do() {
      if (broken) throw new Error('busy');
    },
    undo() {},
  };
  const { registry } = setup([flaky]);
  await assert.rejects(registry.probe(drive()), /busy/);
  assert.equal(registry.attachedAddresses().size, 0);
  broken = false;
  await registry.probe(drive());
  assert.deepEqual([...registry.attachedAddresses()], [ADDRESS]);
});

test('a second probe has its own code', async () => {
  const { registry } = setup([step('a')]);
  await registry.probe(drive());
  await assert.rejects(registry.probe(drive()), { code: 'ALREADY_PROBED', target: ADDRESS });
});

test('a probe while another is under way is a second probe', async () => {
  const { log, registry } = setup([step('a')]);
  const first = registry.probe(drive());
  await assert.rejects(registry.probe(drive()), { code: 'ALREADY_PROBED' });
  await first;
  assert.deepEqual(log, ['do a']);
});

test('no matching driver has its own code and runs nothing', async () => {
  const { log, registry } = setup([step('a')]);
  await assert.rejects(registry.probe(drive({ classCode: 0x020000 })), {
    code: 'NO_DRIVER_MATCHES',
    reason: /020000/,
  });
  assert.deepEqual(log, []);
});

test('of two drivers that match, the one registered first is taken', async () => {
  const { registry } = setup([]);
  const second: PciDriver<Log> = { name: 'second', ids: [{}], createState: () => [], steps: [] };
  registry.register(second);
  assert.equal((await registry.probe(drive())).driver.name, 'nvme');
  assert.equal(registry.match(drive({ classCode: 0x020000 }))?.name, 'second');
});

test('remove undoes every step in the reverse order', async () => {
  const { log, registry } = setup([step('a'), step('b')]);
  await registry.probe(drive());
  assert.deepEqual(await registry.remove('01:00.0'), []);
  assert.deepEqual(log.slice(2), ['undo b', 'undo a']);
  assert.equal(registry.get(ADDRESS), undefined);
});

test('remove goes on past a failure and reports it', async () => {
  const { log, registry } = setup([step('a'), step('b', { undo: new Error('stuck') })]);
  await registry.probe(drive());
  const warnings = await registry.remove(ADDRESS);
  assert.deepEqual(log.slice(2), ['undo b', 'undo a']);
  assert.equal(warnings.length, 1);
  assert.equal(registry.attachedAddresses().size, 0);
});

test('removing twice at once undoes once', async () => {
  const { log, registry } = setup([step('a')]);
  await registry.probe(drive());
  const first = registry.remove(ADDRESS);
  await assert.rejects(registry.remove(ADDRESS), { code: 'NOT_PROBED', reason: /under way/ });
  await first;
  assert.deepEqual(log, ['do a', 'undo a']);
});

test('removing what is not attached is refused', async () => {
  await assert.rejects(setup([]).registry.remove(ADDRESS), { code: 'NOT_PROBED', kind: 'input' });
});
