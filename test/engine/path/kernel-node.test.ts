import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { kernelNodeHint } from '../../../engine/path/kernel-node.js';
import { parseTarget } from '../../../engine/path/open.js';

const root = mkdtempSync(join(tmpdir(), 'nvbench-node-'));
after(() => rmSync(root, { recursive: true }));

function node(folder: string, name: string, device: string): void {
  mkdirSync(join(root, device), { recursive: true });
  mkdirSync(join(root, folder), { recursive: true });
  symlinkSync(join(root, device), join(root, folder, name));
}

const CONTROLLER = 'devices/pci0000:00/0000:00:01.0/0000:01:00.0/nvme/nvme0';
node('class/block', 'nvme0n1', `${CONTROLLER}/nvme0n1`);
node('class/nvme-generic', 'ng0n1', `${CONTROLLER}/ng0n1`);
node('class/nvme', 'nvme0', CONTROLLER);
node('class/block', 'nvme1n1', 'devices/virtual/nvme-subsystem/nvme-subsys1/nvme1n1');

const hint = (text: string): string => kernelNodeHint(text, root) ?? '';

test('a node of a drive answers with both ways, the address being that of its function', () => {
  for (const name of ['nvme0n1', 'ng0n1'])
    assert.match(
      hint(`/dev/${name}`),
      new RegExp(
        `^give uring:/dev/${name} to .*, or pci:0000:01:00\\.0 to .*\`nvbench bind 0000:01:00\\.0\``,
      ),
    );
});

test('that of a controller names its first namespace for the way through the kernel', () => {
  assert.match(hint('/dev/nvme0'), /^give uring:\/dev\/nvme0n1 to .*pci:0000:01:00\.0/);
});

test('where no function is known the list of drives is named', () => {
  for (const name of ['nvme1n1', 'nvme9n1', 'sda'])
    assert.match(hint(`/dev/${name}`), /, or pci: and its address \(see nvbench list\) to go past it/);
});

test('other texts are none', () => {
  for (const text of ['sim', 'nvme0n1', 'uring:/dev/nvme0n1', ''])
    assert.equal(kernelNodeHint(text, root), undefined);
});

test('a target that is one is refused with it', () => {
  assert.throws(
    () => parseTarget('/dev/nvme0n1'),
    /a file of the kernel does not say by which way; give uring:\/dev\/nvme0n1/,
  );
});
