import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatList, type ListRow } from '../../../reports/views/list-table.js';
import { ESCAPE, fixture } from '../sample.js';

const inUse: ListRow = {
  address: '0000:01:00.0',
  ids: '144d:a80a',
  model: 'Example SSD 1TB',
  serial: 'S0EXAMPLE123',
  driver: 'nvme',
  iommuGroup: 14,
  numaNode: 0,
  usable: false,
  reason:
    'bound to nvme and in use: nvme0n1 (mounted on /boot, /home, /var/lib/containers/storage; held by dm-0)',
  hint: 'choose another drive, or first unmount it and stop what holds it',
};

const ready: ListRow = {
  address: '0000:02:00.0',
  ids: '8086:5845',
  model: '',
  serial: '',
  driver: 'vfio-pci',
  usable: true,
  reason: '',
  hint: '',
};

describe('formatList', () => {
  test('shows each function and why it cannot be used', () => {
    assert.equal(formatList([inUse, ready], { color: false, width: 100 }), fixture('list.txt'));
  });

  test('says that a NUMA node is unknown', () => {
    assert.match(
      formatList([{ ...ready, numaNode: null }], { color: false, width: 100 }),
      / unknown {2}yes$/m,
    );
  });

  test('keeps a hint on one line, to be copied', () => {
    const hint = `echo ${'x'.repeat(60)} > ${'y'.repeat(60)}`;
    const lines = formatList([{ ...inUse, hint }], { color: false, width: 80 }).split('\n');
    assert.ok(lines.includes(`    ${hint}`));
  });

  test('says so where there is none', () => {
    assert.match(formatList([], { color: false }), /^No NVMe functions found.*\n.*quickstart\.yaml.*\n$/);
  });

  test('lets no control character through', () => {
    const evil = 'x\x1b[2J';
    const row = { ...inUse, model: evil, serial: evil, driver: evil, reason: evil, hint: evil };
    assert.ok(!formatList([row], { color: false }).includes(ESCAPE));
  });

  test('colours what can be used', () => {
    assert.ok(formatList([ready], { color: true }).includes(`${ESCAPE}[32myes${ESCAPE}[39m`));
  });
});
