import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { whereaboutsOf as whereaboutsOfText } from '../../../../engine/path/open.js';
import { type Known, nodeNow } from '../../../../engine/path/uring/whereabouts.js';
import { SysfsTree } from '../../../fixtures/sysfs.js';

const [FIRST, SECOND] = ['0000:01:00.0', '0000:02:00.0'];
const SOUGHT: Known = { pciFunction: FIRST, nsid: 1, serialNumber: 'S1' };
let tree: SysfsTree;
beforeEach(() => {
  tree = new SysfsTree();
});
afterEach(() => tree.remove());

interface Shape {
  readonly address?: string;
  readonly controller?: string;
  readonly serial?: string;
  readonly nsid?: string;
  readonly size?: string;
  readonly minor: number;
}

/** A drive of the kernel's with one namespace. */
function add({
  address = FIRST,
  controller = 'nvme0',
  serial = 'S1',
  nsid = '1',
  size = '8',
  minor,
}: Shape): void {
  tree.addFunction({ address, driver: 'nvme', iommuGroup: minor });
  const dir = tree.addController(address, controller, { serial, address, transport: 'pcie', model: 'M' });
  tree.addBlock(dir, { name: `${controller}n1`, dev: `259:${minor}`, attributes: { nsid, size } });
  tree.addGeneric(dir, controller.replace('nvme', 'ng').concat('n1'), `241:${minor}`);
}

/** What is at a path, as the tree has it. */
const IDS: Readonly<Record<string, string>> = {
  '/dev/nvme0n1': 'b259:1',
  '/dev/ng0n1': 'c241:1',
  '/dev/nvme1n1': 'b259:2',
  '/dev/ng1n1': 'c241:2',
};
const now = (kind: 'block' | 'command', ids = IDS): string | undefined =>
  nodeNow(SOUGHT, kind, tree.root, (path) => ids[path]);

test('a namespace is found by function and serial number, whatever number its name has', () => {
  add({ address: SECOND, controller: 'nvme0', serial: 'S2', minor: 1 });
  add({ controller: 'nvme1', minor: 2 });
  assert.deepEqual([now('block'), now('command')], ['/dev/nvme1n1', '/dev/ng1n1']);
});

for (const [what, shape] of Object.entries({
  'of another drive in its slot': { serial: 'S2' },
  'in another slot': { address: SECOND },
  'of another ID': { nsid: '2' },
  'without a size yet': { size: '0' },
}))
  test(`one ${what} is not it`, () => {
    add({ ...shape, minor: 1 });
    assert.deepEqual([now('block'), now('command')], [undefined, undefined]);
  });

test('it is there once its node in /dev is, and leads to it', () => {
  add({ minor: 1 });
  assert.equal(now('block', {}), undefined);
  assert.equal(now('block', { '/dev/nvme0n1': 'b259:7' }), undefined);
  assert.equal(now('block'), '/dev/nvme0n1');
});

test('targets of no kernel device have none', () => {
  for (const text of ['sim', 'null:', 'pci:0000:01:00.0', `uring:${tree.root}/file?size=1MiB`])
    assert.equal(whereaboutsOfText(text), undefined);
});
