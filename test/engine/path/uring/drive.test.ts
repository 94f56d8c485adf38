/**
 * Drives without rings, and a namespace whose driver takes no admin commands of this user: /dev/null, which takes none of
 * anybody, stands for it.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { EngineError } from '../../../../engine/errors.js';
import { requireAdmin } from '../../../../engine/path/drive.js';
import type { QueueShape } from '../../../../engine/path/path.js';
import { type RingWay, uringDrive } from '../../../../engine/path/uring/drive.js';
import { kernelPathOf } from '../../../../engine/path/uring/kernel-path.js';
import type { Place } from '../../../../engine/path/uring/place.js';
import { kernelHost } from '../../../../engine/pci/bind-host.js';
import { SETUP } from '../../../../engine/sys/io-uring-abi.js';
import { openFds } from '../../../fixtures/open-fds.js';
import { lookedAt } from './looked-at.js';

// Not in /tmp, which may be memory: tmpfs has no direct I/O before Linux 6.6.
const folder = mkdtempSync('/var/tmp/nvbench-uring-drive-');
after(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'file');
writeFileSync(file, Buffer.alloc(4096));
const place = lookedAt(file);

const NO_RING = new EngineError({
  code: 'IO_URING_UNAVAILABLE',
  op: 'use io_uring',
  target: 'uring:/dev/ng0n1',
  reason: 'for this test',
  hint: '',
});

const open = (change: Partial<Place>, ring = (): RingWay => ({ flags: 0, sqThreadCpu: undefined })) => {
  const target = 'uring:/dev/ng0n1';
  const options = { ioPoll: false, sqPoll: false, sqPollCpu: undefined };
  const host = kernelHost(release());
  return uringDrive(target, { ...place, ...change }, { options, ring }, kernelPathOf(place, host));
};

const SHAPE: QueueShape = {
  namespace: { nsid: 1, sizeBytes: 4096, lbaBytes: 4096, metadataBytes: 0, protectionType: 0 },
  bsBytes: 4096,
  operations: ['read'],
  iodepth: 1,
  queues: 1,
  split: false,
  completion: 'poll',
};

test('commands are not sent to blocks whose format is not known: they might be written past the end of a buffer', () => {
  const before = openFds();
  const generic = {
    kind: 'command',
    path: '/dev/null',
    mark: 'c1:3',
    nvme: true,
    blockName: 'nvme0n1',
  } as const;
  assert.throws(() => open(generic), {
    code: 'NO_ADMIN_COMMANDS',
    kind: 'environment',
    hint: /root.*uring:\/dev\/nvme0n1/,
  });
  assert.equal(openFds(), before);
});

test('a block device is read without them; what needs them says who may send them', async () => {
  const drive = open({ nvme: true });
  assert.throws(() => requireAdmin(drive, 'identify'), { code: 'NO_ADMIN_COMMANDS', hint: 'run as root' });
  await drive.close();
});

test('a file has no controller to send them to', async () => {
  const drive = open({});
  assert.throws(() => requireAdmin(drive, 'identify'), { code: 'NO_ADMIN_COMMANDS', hint: /pci:/ });
  await drive.close();
});

test('what only asks a drive needs no ring; a job is refused one when it is planned, and there are none to tell of', async () => {
  const drive = open({}, () => {
    throw NO_RING;
  });
  assert.equal((await drive.namespace()).sizeBytes, 4096);
  assert.throws(() => drive.planQueues(SHAPE), NO_RING);
  await assert.rejects(drive.openQueues(SHAPE), NO_RING);
  assert.deepEqual(drive.kernelPath?.ringFlags, []);
  await drive.close();
});

test('rings are looked for once, and told of from then on', async () => {
  let looked = 0;
  const drive = open({}, () => {
    looked++;
    return { flags: SETUP.SINGLE_ISSUER, sqThreadCpu: undefined };
  });
  for (let i = 0; i < 2; i++) drive.planQueues(SHAPE);
  assert.deepEqual([looked, drive.kernelPath?.ringFlags], [1, ['SINGLE_ISSUER']]);
  await drive.close();
});

test('reads of a file that is not there are not planned, unless behind a job that makes it', async () => {
  const drive = open(lookedAt(join(folder, 'unwritten'), 4096));
  assert.throws(() => drive.planQueues(SHAPE), {
    code: 'NO_SUCH_FILE',
    kind: 'input',
    hint: /job that writes/,
  });
  drive.planQueues({ ...SHAPE, operations: ['write'] });
  drive.planQueues(SHAPE);
  await drive.close();
});

test('a file that is being made is left, and taken away, once its run is to end', async () => {
  const path = join(folder, 'unmade');
  const sizeBytes = 256 * 2 ** 20;
  const drive = open(lookedAt(path, sizeBytes));
  const namespace = { ...SHAPE.namespace, sizeBytes };
  const opening = drive.openQueues({ ...SHAPE, namespace, operations: ['write'] });
  while (!existsSync(path)) await setImmediate();
  drive.endSoon?.('asked to end');
  await assert.rejects(opening, { code: 'INTERRUPTED', kind: 'interrupted' });
  assert.equal(existsSync(path), false);
  await drive.close();
});
