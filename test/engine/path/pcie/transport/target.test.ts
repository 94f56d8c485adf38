import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  formatTarget,
  parseDurationNs,
  parseSizeBytes,
  parseTarget,
} from '../../../../../engine/path/pcie/transport/target.js';

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

for (const text of [
  '',
  'nvme0n1',
  '/dev/nvme0n1',
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

test('sizes are bytes, with binary or decimal units', () => {
  assert.equal(parseSizeBytes('64GiB'), 68719476736);
  assert.equal(parseSizeBytes('1.5 KiB'), 1536);
  assert.equal(parseSizeBytes('2TB'), 2e12);
  assert.equal(parseSizeBytes('4096'), 4096);
  for (const bad of ['', 'GiB', '-1', '1.5', '1XB', '0x10', '1e3', '9999999999TiB'])
    assert.equal(parseSizeBytes(bad), undefined, bad);
});

test('durations need a unit', () => {
  assert.equal(parseDurationNs('80us'), 80_000);
  assert.equal(parseDurationNs('1.5ms'), 1_500_000);
  assert.equal(parseDurationNs('2s'), 2e9);
  for (const bad of ['', '80', 'us', '80 minutes']) assert.equal(parseDurationNs(bad), undefined, bad);
});
