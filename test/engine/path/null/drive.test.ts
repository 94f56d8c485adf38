import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requireAdmin } from '../../../../engine/path/drive.js';
import { openDrive, scanAll, targetFacts } from '../../../../engine/path/open.js';
import type { NamespaceExtent, QueueShape } from '../../../../engine/path/path.js';

const drive = await openDrive('null:?size=1MiB&lba=4096');
const namespace = await drive.namespace();

function shape(change: Partial<QueueShape> = {}): QueueShape {
  return {
    namespace: namespace as NamespaceExtent,
    bsBytes: 4096,
    operations: ['read', 'write'],
    iodepth: 8,
    queues: 2,
    split: false,
    completion: 'poll',
    ...change,
  };
}

test('nobody takes it for a drive', () => {
  assert.match(drive.notice ?? '', /^NO DEVICE: .*not a drive$/);
  assert.equal(drive.software, true);
  assert.match(drive.identity.modelNumber, /nvbench null path: no device/);
});

test('nothing is kept there, and nobody is kept off', () => {
  assert.equal(drive.holdsData, false);
  const { holdsData, exclusive } = targetFacts(drive.target);
  assert.deepEqual([holdsData, exclusive], [false, false]);
});

test('it is found by a scan', async () => {
  const { entries } = await scanAll({ sysfsRoot: '/nowhere' });
  assert.deepEqual(
    entries.filter(({ target }) => target === 'null').map(({ usable }) => usable),
    [true],
  );
});

test('its one namespace is as its target says', async () => {
  const { nsid, sizeBytes, lbaBytes, metadataBytes } = namespace;
  assert.deepEqual([nsid, sizeBytes, lbaBytes, metadataBytes], [1, 2 ** 20, 4096, 0]);
  assert.equal(await drive.namespace(1), namespace);
  for (const other of [2, 'nguid:0'])
    await assert.rejects(drive.namespace(other), { code: 'NO_SUCH_NAMESPACE', kind: 'input' });
});

test('there is no controller to ask', () => {
  assert.throws(() => requireAdmin(drive, 'look'), { code: 'NO_ADMIN_COMMANDS', target: drive.target });
  assert.equal(drive.smart, undefined);
});

test('an I/O of any size is one command, and takes no memory that a device reaches', () => {
  const bsBytes = 2 ** 28;
  assert.deepEqual(drive.planQueues(shape({ bsBytes, operations: ['read'] })), {
    queues: 2,
    entries: 8,
    commandsPerIo: 1,
    memoryBytes: 0,
  });
});

for (const [code, change] of [
  ['NO_INTERRUPTS', { completion: 'interrupt' }],
  ['NO_INTERRUPTS', { completion: 'hybrid' }],
  ['BAD_QUEUE_ENTRIES', { queueEntries: 64 }],
  ['TOO_MUCH_WRITE_DATA', { bsBytes: 2 ** 20, iodepth: 1024 }],
] as const)
  test(`${JSON.stringify(change)} is refused before and where queues are opened`, async () => {
    const expected = { code, kind: 'input', target: drive.target };
    assert.throws(() => drive.planQueues(shape(change)), expected);
    await assert.rejects(drive.openQueues(shape(change)), expected);
  });
