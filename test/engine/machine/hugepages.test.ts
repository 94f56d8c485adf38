import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { nodePages, type PagesWish, planPages, reservePages } from '../../../engine/machine/hugepages.js';
import { undoEntries, undoPlan } from '../../../engine/machine/undo.js';
import { SysfsTree } from '../../fixtures/sysfs.js';
import { setupOn } from './machine.js';

const MIB = 2 ** 20;
let tree: SysfsTree;
beforeEach(() => {
  tree = new SysfsTree();
});
afterEach(() => tree.remove());

function addPool(folder: string, total: number, free: number, pageKib = 2048): void {
  tree.write(`${folder}/hugepages-${pageKib}kB/nr_hugepages`, `${total}\n`);
  tree.write(`${folder}/hugepages-${pageKib}kB/free_hugepages`, `${free}\n`);
}

const NODE0 = 'devices/system/node/node0/hugepages';
const NODE1 = 'devices/system/node/node1/hugepages';
const wish = (more: Partial<PagesWish> = {}): PagesWish => ({
  sizeBytes: 64 * MIB,
  pageSizeBytes: 2 * MIB,
  node: 1,
  ...more,
});
const totalOf = (folder: string): number =>
  Number(readFileSync(join(tree.root, folder, 'hugepages-2048kB/nr_hugepages'), 'utf8'));

test('a reservation makes the size free on its node, and goes back', async () => {
  addPool(NODE0, 10, 10);
  addPool(NODE1, 8, 4);
  const setup = setupOn(tree.root);
  await reservePages(setup, wish());
  assert.deepEqual([totalOf(NODE0), totalOf(NODE1)], [10, 36]);
  assert.deepEqual(
    nodePages(setup.host).map(({ node, freePages }) => [node, freePages]),
    [
      [0, 10],
      [1, 32],
    ],
  );
  await undoEntries(setup, setup.journal.entries());
  assert.equal(totalOf(NODE1), 8);
  assert.deepEqual(setup.journal.entries(), []);
});

test('a size that is free already changes nothing', async () => {
  addPool(NODE1, 40, 32);
  const setup = setupOn(tree.root);
  assert.equal(await reservePages(setup, wish()), undefined);
  assert.deepEqual(setup.host.writes, []);
});

test('pages that others have added since stay when a reservation goes back', async () => {
  addPool(NODE1, 0, 0);
  const setup = setupOn(tree.root);
  await reservePages(setup, wish());
  tree.write(`${NODE1}/hugepages-2048kB/nr_hugepages`, '42\n');
  await undoEntries(setup, setup.journal.entries());
  assert.equal(totalOf(NODE1), 10);
});

test('where the kernel finds too few, it gets them back and nothing is in the journal', async () => {
  addPool(NODE1, 4, 4);
  const setup = setupOn(tree.root, { maxPages: 20 });
  await assert.rejects(reservePages(setup, wish()), /found 16 of 28 pages.*compact_memory/s);
  assert.equal(totalOf(NODE1), 4);
  assert.deepEqual(setup.journal.entries(), []);
});

test('without a node, and on a kernel without nodes, the pool of the machine is used', () => {
  addPool('kernel/mm/hugepages', 0, 0);
  const host = setupOn(tree.root).host;
  assert.match(planPages(host, wish({ node: undefined }))?.path ?? '', /kernel\/mm\/hugepages/);
  assert.match(planPages(host, wish({ node: 0 }))?.path ?? '', /kernel\/mm\/hugepages/);
});

test('a node or a page size that is not there is refused with what is', () => {
  addPool(NODE0, 0, 0);
  const host = setupOn(tree.root).host;
  assert.throws(() => planPages(host, wish({ node: 5 })), /no such NUMA node/);
  assert.throws(() => planPages(host, wish({ node: 0, pageSizeBytes: 2 ** 30 })), /pages of 2048 KiB/);
});

test('an ordinary user is sent to root', async () => {
  addPool(NODE1, 0, 0);
  await assert.rejects(reservePages(setupOn(tree.root, { uid: 1000 }), wish()), /only root may/);
});

test('the plan of taking several reservations back goes on from each to the next', async () => {
  addPool(NODE1, 0, 0);
  const setup = setupOn(tree.root);
  await reservePages(setup, wish());
  tree.write(`${NODE1}/hugepages-2048kB/free_hugepages`, '0\n');
  await reservePages(setup, wish());
  assert.deepEqual(
    undoPlan(setup, setup.journal.entries()).map(({ text }) => text),
    ['32', '0'],
  );
});

test('pages that are free but promised to others do not count as free', () => {
  addPool('kernel/mm/hugepages', 40, 40);
  tree.write('kernel/mm/hugepages/hugepages-2048kB/resv_hugepages', '30\n');
  assert.equal(planPages(setupOn(tree.root).host, wish({ node: undefined }))?.pages, 40 + 22);
});

test('of the promised pages a node stands for those that the others have not free', () => {
  addPool('kernel/mm/hugepages', 60, 50);
  tree.write('kernel/mm/hugepages/hugepages-2048kB/resv_hugepages', '30\n');
  addPool(NODE0, 20, 18);
  addPool(NODE1, 40, 32);
  assert.equal(planPages(setupOn(tree.root).host, wish())?.pages, 40 + 12);
});
