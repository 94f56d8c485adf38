import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatList, formatOthers, type ListRow } from '../../../reports/views/list-table.js';
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
    assert.match(formatList([], { color: false }), /^No NVMe functions found.*\n.*--sample quickstart.*\n$/);
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

describe('formatOthers', () => {
  const disk = { target: 'uring:/dev/nvme0n1', description: 'namespace 1', usable: true, reason: '' };

  test('has a line for each, with what keeps it from being used', () => {
    const kept = { ...disk, target: 'uring:/dev/ng0n1', usable: false, reason: 'blocked; take it off' };
    const lines = [
      'also: uring:/dev/nvme0n1, namespace 1\n',
      'also: uring:/dev/ng0n1, namespace 1; not usable: blocked; take it off\n',
    ];
    assert.equal(formatOthers([disk, kept]), lines.join(''));
  });

  test('lets no control character through', () => {
    const evil = { ...disk, description: 'x\x1b[2J', usable: false, reason: '\x1b[2J' };
    assert.ok(!formatOthers([evil]).includes(ESCAPE));
  });
});
