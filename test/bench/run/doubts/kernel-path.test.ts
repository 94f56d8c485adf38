/** What of the kernel spoils figures, and what does not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deviceDoubts } from '../../../../bench/run/doubts/device.js';
import { kernelPathDoubts } from '../../../../bench/run/doubts/kernel-path.js';
import type { KernelPathRecord } from '../../../../reports/document/index.js';
import { drive, kernelPath, simulation } from '../../../reports/sample.js';

const doubtsOf = (change: Partial<KernelPathRecord>) =>
  kernelPathDoubts({ ...drive, target: 'uring:/dev/x', kernelPath: { ...kernelPath, ...change } });
const codesOf = (change: Partial<KernelPathRecord>): string[] => doubtsOf(change).map(({ code }) => code);

const [disk] = kernelPath.disks;
const scheduled = { ...disk, scheduler: 'mq-deadline' };
const partition = { name: 'nvme0n1p1', kind: 'partition', what: 'partition of nvme0n1' } as const;
const volume = { name: 'dm-0', kind: 'filter', what: 'LVM volume vg-data' } as const;
const head = { name: 'nvme0n1', kind: 'multipath', what: 'NVMe multipath' } as const;

test('a whole disk without a scheduler has none, nor has a device that the kernel has no part in', () => {
  assert.deepEqual(codesOf({}), []);
  assert.deepEqual(kernelPathDoubts(drive), []);
});

for (const way of ['block', 'file'] as const)
  test(`a scheduler is told with how to be rid of it (${way})`, () => {
    const [{ code, message, advice }, ...others] = doubtsOf({ way, disks: [scheduled] });
    assert.deepEqual([code, others.length], ['io-scheduler', 0]);
    assert.match(message, /uring:\/dev\/x: nvme0n1 has mq-deadline$/);
    assert.match(advice, /echo none \| sudo tee \/sys\/block\/nvme0n1\/queue\/scheduler/);
  });

test('commands pass it by, and what is not known is not told', () => {
  assert.deepEqual(codesOf({ way: 'command', disks: [scheduled], layers: [head] }), []);
  assert.deepEqual(codesOf({ disks: [{ name: 'nvme0n1' }] }), []);
});

test("a partition and a filter between are told; the driver's own multipath is not", () => {
  assert.deepEqual(codesOf({ layers: [partition] }), ['partition']);
  assert.deepEqual(codesOf({ layers: [volume, partition] }), ['partition', 'filter-between']);
  assert.deepEqual(codesOf({ layers: [head] }), []);
});

test('what a file lies on is told by its notice', () => {
  assert.deepEqual(codesOf({ way: 'file', layers: [volume, partition] }), []);
});

test('a device that others use is told with who they are', () => {
  const [{ code, message }] = doubtsOf({ uses: ['nvme0n1 is mounted on /', 'nvme0n1p2 is swap'] });
  assert.equal(code, 'device-in-use');
  assert.match(message, /mounted on \/; nvme0n1p2 is swap/);
});

test('software is told of beside', () => {
  const found = deviceDoubts({ ...simulation, kernelPath: { ...kernelPath, disks: [scheduled] } });
  assert.deepEqual(
    found.map(({ code }) => code),
    ['software-controller', 'io-scheduler'],
  );
});
