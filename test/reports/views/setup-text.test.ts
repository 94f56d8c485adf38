import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatStatus, formatWrites, type StatusRows } from '../../../reports/index.js';

const EMPTY: StatusRows = {
  stateDir: '/run/nvbench',
  changes: [],
  functions: [],
  hugepages: [],
  missing: [],
};

test('writes are commands that a shell takes, also the one that clears driver_override', () => {
  const path = '/sys/bus/pci/devices/0000:01:00.0/driver_override';
  assert.equal(
    formatWrites([
      { path, text: 'vfio-pci' },
      { path, text: '\n' },
    ]),
    `echo vfio-pci > ${path}\necho > ${path}\n`,
  );
});

test('a status without changes says so and where the journal would be', () => {
  assert.equal(
    formatStatus(EMPTY, { color: false }),
    'nvbench has changed nothing on this machine.\n\njournal: /run/nvbench\n',
  );
});

test('changes, functions, hugepages and what is missing each have their place', () => {
  const text = formatStatus(
    {
      ...EMPTY,
      changes: [
        {
          target: '0000:01:00.0',
          change: '0000:01:00.0: nvme -> vfio-pci',
          maker: 'nvbench bind',
          since: '2026-01-02T03:04:05.000Z',
          lasts: 'until unbind',
        },
      ],
      functions: [
        { address: '0000:01:00.0', driver: 'vfio-pci', iommuGroup: 7, nodes: ['/dev/vfio/7'] },
        { address: '0000:02:00.0', driver: '', nodes: [] },
      ],
      hugepages: [{ node: 0, pageSizeBytes: 2 ** 21, totalPages: 64, freePages: 60 }],
      missing: [{ what: 'the module vfio-pci is not loaded', fix: 'modprobe vfio-pci' }],
    },
    { color: false },
  );
  assert.match(text, /^changes\n {2}target +change +made by +since +lasts\n/);
  assert.match(text, /0000:01:00\.0 {2}vfio-pci +7 +\/dev\/vfio\/7\n/);
  assert.match(text, /0000:02:00\.0 {2}- +- +-\n/);
  assert.match(text, / 0 {2}2 MiB +64 +60\n/);
  assert.match(text, /\nmissing: the module vfio-pci is not loaded; modprobe vfio-pci\n$/);
});

test('a name from the machine cannot move the cursor', () => {
  const missing = [{ what: 'bad\u001b[2Jname', fix: '' }];
  assert.equal(formatStatus({ ...EMPTY, missing }, { color: false }).includes('\u001b'), false);
});
