import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import type { KernelDisk } from '../../../../engine/path/drive.js';
import { memoryWarnings } from '../../../../engine/path/uring/in-memory.js';
import type { Place } from '../../../../engine/path/uring/place.js';
import { SysfsTree } from '../../../fixtures/sysfs.js';

let tree: SysfsTree;
beforeEach(() => {
  tree = new SysfsTree();
});
afterEach(() => tree.remove());

const place = (kind: Place['kind']): Place => ({ kind, path: '/a' }) as Partial<Place> as Place;
const disk = (name: string): KernelDisk => ({
  name,
  scheduler: undefined,
  requests: undefined,
  writeCache: undefined,
  ioStats: undefined,
  pollQueues: undefined,
});

const told = (kind: Place['kind'], fileSystem: string | undefined, ...names: string[]): string[] => {
  const below = { ...(fileSystem === undefined ? {} : { fileSystem }), disks: names.map(disk) };
  return memoryWarnings(place(kind), undefined, below, tree.root).map(({ message }) => message);
};

test('a file of a file system in memory has no disk', () => {
  assert.match(told('file', 'tmpfs').join(), /lies in memory \(tmpfs\)/);
  assert.deepEqual(told('file', 'ext4', 'sda'), []);
});

test('a disk that is memory is told, whatever lies on it', () => {
  for (const name of ['zram0', 'ram1']) {
    assert.match(told('block', undefined, name).join(), new RegExp(`${name} is memory`));
    assert.match(told('file', 'ext4', name).join(), new RegExp(`${name} is memory`));
  }
});

test('a loop device has the page cache between, unless it was told to do direct I/O', () => {
  tree.write('block/loop0/loop/dio', '0\n');
  tree.write('block/loop1/loop/dio', '1\n');
  assert.match(told('block', undefined, 'loop0').join(), /page cache/);
  assert.match(told('file', 'ext4', 'sda', 'loop0').join(), /\/a goes through loop0, .*page cache/);
  assert.deepEqual(told('block', undefined, 'loop1'), []);
});
