import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { joinDrive } from '../../../../engine/held/join.js';
import { type Drive, requireAdmin } from '../../../../engine/path/drive.js';
import { openDrive } from '../../../../engine/path/open.js';
import { HeldTarget } from '../../../fixtures/held.js';

const held = new HeldTarget('sim:?size=16MiB&latency=none&lba=4096&mdts=64KiB&entries=32&serial=HELD');
let own: Drive;
let joined: Drive;
before(async () => {
  await held.hold();
  own = await openDrive('sim:?size=16MiB&latency=none&lba=4096&mdts=64KiB&entries=32&serial=OWN', {
    hugepages: 'never',
  });
  joined = await joinDrive(held.target, { state: held.state, hugepages: 'never' });
});
after(async () => {
  await own?.close();
  await joined?.close();
  await held.dispose();
});

test('a drive says what its controller and its transport say', () => {
  assert.deepEqual([own.kind, own.software, own.hostThreads], ['sim', true, 1]);
  assert.match(own.notice ?? '', /^SOFTWARE CONTROLLER: /);
  assert.equal(own.identity.serialNumber, 'OWN');
  assert.deepEqual(own.limits, { maxTransferBytes: 65_536, maxQueueEntries: 32 });
  assert.deepEqual(own.memory, { pageSizeBytes: 4096, hugepageBytes: 0 });
  assert.match(own.nvmeVersion ?? '', /^\d+\.\d+\.\d+$/);
});

test('what a target tells of data holds whoever has the device', () => {
  assert.deepEqual([own.kind, own.holdsData], ['sim', false]);
  assert.deepEqual([joined.kind, joined.holdsData], ['shared:sim', false]);
});

test('settings of a whole controller are not for one of those that share it', () => {
  assert.notEqual(own.settings, undefined);
  assert.equal(joined.settings, undefined);
});

test('admin commands tell of every namespace, and of health', async () => {
  const [first, ...others] = await requireAdmin(own, 'look').namespaces();
  assert.deepEqual([first.nsid, first.sizeLbas, others], [1, 4096n, []]);
  assert.ok((await own.smart?.())?.temperatureKelvin);
});

test('a drive that is closed is closed once, and no other with it', async () => {
  const drive = await openDrive('sim:?size=16MiB', { hugepages: 'never' });
  await drive.close();
  await drive.close();
  assert.equal(own.dead(), undefined);
});
