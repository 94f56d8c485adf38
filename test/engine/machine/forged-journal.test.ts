/** A journal that somebody else wrote: nothing of what its entries name is touched. */
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { Change } from '../../../engine/machine/journal.js';
import { undoEntries, undoPlan } from '../../../engine/machine/undo.js';
import { SysfsTree } from '../../fixtures/sysfs.js';
import { addDrive, DRIVE, setupOn, stateOf, UNTOUCHED } from './machine.js';

let tree: SysfsTree;
beforeEach(() => {
  tree = new SysfsTree();
  addDrive(tree);
});
afterEach(() => tree.remove());

const uid = process.geteuid?.() ?? 0;
const driver = (more: object): Change => ({
  kind: 'driver',
  address: DRIVE,
  driver: 'vfio-pci',
  formerDriver: 'nvme',
  formerOverride: '',
  ...more,
});
const owner = (path: string, more = {}): Change => ({ kind: 'owner', path, uid, formerUid: 12345, ...more });
const pages = (path: string, more = {}): Change => ({
  kind: 'hugepages',
  path,
  formerPages: 0,
  pages: 1,
  pageSizeBytes: 2 ** 21,
  ...more,
});

/** Below the root of the tree, unless it begins there. */
const forged: readonly [name: string, change: (root: string) => Change, problem: RegExp][] = [
  ['a file that is no node', (root) => owner(join(root, 'shadow')), /shadow is no device node/],
  ['a way out of /dev', (root) => owner(`${root}/dev/vfio/../../shadow`), /no device node/],
  ['a folder of /dev', (root) => owner(join(root, 'dev/vfio')), /no device node/],
  ['another node of /dev', (root) => owner(join(root, 'dev/nvme0n1')), /no device node/],
  ['a user that is none', (root) => owner(join(root, 'dev/vfio/7'), { formerUid: -5 }), /no numbers/],
  ['a file that is no pool', (root) => pages(join(root, 'shadow')), /no pool of hugepages/],
  ['a way out of sysfs', (root) => pages(`${root}/kernel/mm/hugepages/../../../nr_hugepages`), /no pool/],
  [
    'pages that are none',
    (root) => pages(`${root}/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages`, { pages: 0.5 }),
    /no numbers/,
  ],
  ['an address that is a path', () => driver({ address: `../../${DRIVE}` }), /no PCI address/],
  ['a former driver that is a path', () => driver({ formerDriver: '../../../x' }), /no name of a driver/],
  ['a former driver that is the folder above', () => driver({ formerDriver: '..' }), /no name of a driver/],
  ['an override of two lines', () => driver({ formerOverride: 'a\nb' }), /no driver_override/],
  ['a driver of the kernel', () => driver({ driver: 'ahci' }), /no driver for user space/],
];

for (const [name, change, problem] of forged) {
  test(`a forged entry is not undone: ${name}`, async () => {
    tree.write('shadow', 'secret');
    tree.write('dev/vfio/7', '');
    const setup = setupOn(tree.root);
    const before = statSync(join(tree.root, 'shadow'));
    setup.journal.made(setup.journal.begin(change(tree.root), DRIVE, 'run'));
    const [undone] = await undoEntries(setup, setup.journal.entries());
    assert.deepEqual([undone.outcome, undone.error?.code], ['failed', 'JOURNAL_FORGED']);
    assert.match(undone.error?.reason ?? '', problem);
    assert.match(undone.error?.hint ?? '', new RegExp(`who wrote to ${setup.journal.dir}`));
    assert.throws(() => undoPlan(setup, setup.journal.entries()), { code: 'JOURNAL_FORGED' });
    assert.equal(setup.journal.entries().length, 1, 'it stays');
    assert.deepEqual(setup.host.writes, []);
    const after = statSync(join(tree.root, 'shadow'));
    assert.deepEqual([after.uid, readFileSync(join(tree.root, 'shadow'), 'utf8')], [before.uid, 'secret']);
    assert.deepEqual(stateOf(tree), UNTOUCHED);
  });
}

test('of a target with one forged entry nothing is undone', async () => {
  tree.write('dev/vfio/7', '');
  const setup = setupOn(tree.root);
  for (const change of [owner(join(tree.root, 'dev/vfio/7')), owner('/etc/shadow')])
    setup.journal.made(setup.journal.begin(change, DRIVE, 'bind'));
  const undone = await undoEntries(setup, setup.journal.entries());
  assert.deepEqual(
    undone.map(({ error }) => error?.code),
    ['JOURNAL_FORGED', 'JOURNAL_FORGED'],
  );
});
