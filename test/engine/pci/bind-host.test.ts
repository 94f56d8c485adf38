import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { kernelHost } from '../../../engine/pci/bind-host.js';

const host = kernelHost('6.1.0');
const uid = process.geteuid?.() ?? 0;
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'nvbench-host-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

test('nothing but a character device changes its owner, and none through a link', () => {
  writeFileSync(join(dir, 'file'), '');
  symlinkSync('/dev/null', join(dir, 'link'));
  const before = statSync('/dev/null');
  for (const name of ['file', 'link'])
    assert.throws(() => host.giveNode(join(dir, name), uid), /no character device/);
  assert.equal(statSync('/dev/null').uid, before.uid);
  assert.throws(() => host.giveNode(join(dir, 'missing'), uid), { code: 'ENOENT' });
});

test('an attribute is not written through a link', async () => {
  writeFileSync(join(dir, 'file'), 'before');
  symlinkSync('file', join(dir, 'link'));
  await assert.rejects(host.write(join(dir, 'link'), 'x'), { code: 'SYSFS_WRITE_FAILED', reason: 'ELOOP' });
});
