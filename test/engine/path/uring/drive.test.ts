/** A namespace whose driver takes no admin commands of this user; /dev/null, which takes none of anybody, stands for it. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { requireAdmin } from '../../../../engine/path/drive.js';
import { uringDrive } from '../../../../engine/path/uring/drive.js';
import { kernelPathOf } from '../../../../engine/path/uring/kernel-path.js';
import type { Place } from '../../../../engine/path/uring/place.js';
import { kernelHost } from '../../../../engine/pci/bind-host.js';
import { openFds } from '../../../fixtures/open-fds.js';
import { lookedAt } from './looked-at.js';

// Not in /tmp, which may be memory: tmpfs has no direct I/O before Linux 6.6.
const folder = mkdtempSync('/var/tmp/nvbench-uring-drive-');
after(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'file');
writeFileSync(file, Buffer.alloc(4096));
const place = lookedAt(file);

const open = (change: Partial<Place>) => {
  const target = 'uring:/dev/ng0n1';
  const way = { flags: 0, sqThreadCpu: undefined };
  return uringDrive(target, { ...place, ...change }, way, kernelPathOf(place, 0, kernelHost(release())));
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
