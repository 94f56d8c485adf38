import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineError } from '../../../engine/errors.js';
import {
  parseTarget,
  pciFunctionOf,
  scanAll,
  targetFacts,
  targetOffers,
  watchTarget,
} from '../../../engine/path/open.js';
import { registerTransport } from '../../../engine/path/pcie/transport/open.js';
import { echoing } from './pcie/transport/transports.js';

test('what a write destroys is told by the scheme, and so by whoever else has the device', () => {
  const holding = (target: string): boolean => targetFacts(target).holdsData;
  assert.deepEqual([holding('sim'), holding('SIM:?size=1GiB')], [false, false]);
  assert.deepEqual([holding('01:00.0'), holding('vfio-user:/run/x')], [true, true]);
  assert.throws(() => targetFacts('simulated'), { code: 'BAD_TARGET' });
});

test('only what names a PCI function has one, however it is written', () => {
  for (const text of ['pci:0000:01:00.0', '01:00.0', 'trtype:PCIe traddr:01:00.0'])
    assert.equal(pciFunctionOf(text), '0000:01:00.0');
  for (const text of ['sim', 'vfio-user:/0000:01:00.0']) assert.equal(pciFunctionOf(text), undefined);
});

test('a shell is offered what every scheme has, or what can be bound', () => {
  registerTransport({ ...echoing('tape'), offers: () => [{ value: 'tape:3', describe: 'the third' }] });
  const values = (bindable: boolean): string[] =>
    targetOffers({ bindable, sysfsRoot: '/no/such/sysfs' }).map(({ value }) => value);
  assert.ok(['sim', 'tape:3'].every((value) => values(false).includes(value)));
  assert.deepEqual(values(true), []);
});

test('a scheme that cannot look does not hide what the others found', async () => {
  const noBus = new EngineError({
    code: 'PCI_BUS_MISSING',
    op: 'scan',
    target: '/sys',
    reason: '',
    hint: '',
  });
  const entry = { target: 'echo:1', description: 'one', usable: true, reason: '' };
  registerTransport(echoing('echo', [entry]));
  registerTransport(echoing('deaf', noBus));
  const { entries, failures } = await scanAll({ sysfsRoot: '/no/such/sysfs' });
  assert.ok(entries.some((each) => each.target === 'echo:1'));
  assert.deepEqual(failures.at(-1), { scheme: 'deaf', error: noBus });
});

test('a scheme is watched where its devices come and go', () => {
  registerTransport({ ...echoing('hot'), watch: () => () => [] });
  assert.deepEqual(watchTarget('hot:1')?.(), []);
  assert.equal(watchTarget('sim'), undefined);
});

test('a target of a transport that was registered is read by its form', () => {
  registerTransport({ ...echoing('upper'), readAddress: (address) => address.toUpperCase() });
  assert.deepEqual(parseTarget('upper:a?b=c'), { scheme: 'upper', address: 'A', options: { b: 'c' } });
});
