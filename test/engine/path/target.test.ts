import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTarget } from '../../../engine/path/open.js';
import { formatTarget, readTarget, type TargetForm } from '../../../engine/path/target.js';

for (const [text, scheme, address, options, canonical] of [
  ['sim', 'sim', '', {}, 'sim'],
  ['sim:', 'sim', '', {}, 'sim'],
  [
    'sim:?size=64GiB&latency=80us',
    'sim',
    '',
    { size: '64GiB', latency: '80us' },
    'sim:?size=64GiB&latency=80us',
  ],
  ['sim?media=null', 'sim', '', { media: 'null' }, 'sim:?media=null'],
  [
    'sim:?latency=lognormal(80us,0.25,tail=0.1%:1ms)',
    'sim',
    '',
    { latency: 'lognormal(80us,0.25,tail=0.1%:1ms)' },
    'sim:?latency=lognormal(80us,0.25,tail=0.1%:1ms)',
  ],
  ['pci:0000:01:00.0', 'pci', '0000:01:00.0', {}, 'pci:0000:01:00.0'],
  ['0000:01:00.0', 'pci', '0000:01:00.0', {}, 'pci:0000:01:00.0'],
  ['AF:1A.7', 'pci', '0000:af:1a.7', {}, 'pci:0000:af:1a.7'],
  [' pci:01:00.0 ', 'pci', '0000:01:00.0', {}, 'pci:0000:01:00.0'],
  ['vfio-user:/path/to/dir', 'vfio-user', '/path/to/dir', {}, 'vfio-user:/path/to/dir'],
  ['trtype:PCIe traddr:0000:01:00.0', 'pci', '0000:01:00.0', {}, 'pci:0000:01:00.0'],
  ['TRTYPE=pcie traddr=0000:01:00.0', 'pci', '0000:01:00.0', {}, 'pci:0000:01:00.0'],
  ['trtype:VFIOUSER traddr:/run/x', 'vfio-user', '/run/x', {}, 'vfio-user:/run/x'],
] as const) {
  test(`'${text}' is ${canonical}`, () => {
    const target = parseTarget(text);
    assert.deepEqual(target, { scheme, address, options });
    assert.equal(formatTarget(target), canonical);
    assert.deepEqual(parseTarget(canonical), target);
  });
}

for (const [text, canonical, namespace] of [
  ['trtype=PCIe traddr=0000.04.00.0 ns=1', 'pci:0000:04:00.0', 1],
  ['ns=2 traddr=0000.04.00.0 trtype=PCIe', 'pci:0000:04:00.0', 2],
  ['traddr:0000:04:00.0 trtype:pcie', 'pci:0000:04:00.0', undefined],
  ['traddr=10000.04.00.0 trtype=PCIe ns=4294967294', 'pci:10000:04:00.0', 4_294_967_294],
] as const)
  test(`'${text}' is namespace ${namespace ?? 'unsaid'} of ${canonical}`, () => {
    const target = parseTarget(text);
    assert.deepEqual([formatTarget(target), target.namespace], [canonical, namespace]);
  });

for (const text of [
  '',
  'trtype=PCIe traddr=0000.04.00.0 ns=0',
  'trtype=PCIe traddr=0000.04.00.0 ns=x',
  'trtype=PCIe traddr=0000.04.00.0 ns=4294967295',
  'trtype=PCIe trtype=PCIe traddr=0000.04.00.0',
  'nvme0n1',
  'sim:name',
  'sim:?size',
  'sim:?=1',
  'sim:?size=1&size=2',
  'sim:?',
  'pci:',
  'pci:zz:00.0',
  'vfio-user:',
  'vfio-user:relative/path',
  'trtype:TCP traddr:10.0.0.1',
  'trtype:PCIe',
  'trtype:PCIe traddr:0000:01:00.0 adrfam:IPv4',
  'trtype:PCIe traddr:nowhere',
]) {
  test(`'${text}' is refused with the forms that are accepted`, () => {
    assert.throws(() => parseTarget(text), {
      name: 'EngineError',
      kind: 'input',
      code: 'BAD_TARGET',
      hint: /trtype:PCIe/,
    });
  });
}

test('only the forms given are read, and the hint names no other', () => {
  const form: TargetForm = { scheme: 'tape', examples: ['tape:3'], readAddress: (address) => address };
  assert.deepEqual(readTarget('TAPE:3', [form]), { scheme: 'tape', address: '3', options: {} });
  assert.throws(() => readTarget('sim', [form]), { code: 'BAD_TARGET', hint: 'write it as one of: tape:3' });
  assert.throws(() => readTarget('01:00.0', [form]), { code: 'BAD_TARGET' });
  assert.throws(() => readTarget('trtype:PCIe traddr:01:00.0', [form]), { code: 'BAD_TARGET' });
});
