/** What makes a host doubtful. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostDoubts } from '../../../../bench/run/doubts/host.js';
import { sampleResult } from '../../../reports/sample.js';

const { host } = sampleResult();

test('there is none where the governor is performance and the metal bare', () => {
  assert.deepEqual(hostDoubts(host), []);
  assert.deepEqual(hostDoubts({ ...host, governor: null }), []);
  assert.deepEqual(hostDoubts({ ...host, hypervisor: 'none' }), []);
});

test('a governor that slows cores down, and a hypervisor, are two', () => {
  const doubts = hostDoubts({ ...host, governor: 'performance, powersave', hypervisor: 'QEMU' });
  assert.deepEqual(
    doubts.map(({ code }) => code),
    ['cpu-governor', 'virtual-machine'],
  );
  assert.match(doubts[1].message, /QEMU/);
});
