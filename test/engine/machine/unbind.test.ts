/** Undoing what bind did: drives go back to their drivers, nodes to their owners. */
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { bindFunction, giveBackOwn, unbindFunctions } from '../../../engine/machine/bind.js';
import { withStateLock } from '../../../engine/machine/lock.js';
import { undoEntries } from '../../../engine/machine/undo.js';
import { SysfsTree } from '../../fixtures/sysfs.js';
import {
  addDrive,
  addHolder,
  BOUND,
  DRIVE,
  order,
  refusedWith,
  setupOn,
  stateOf,
  TWIN,
  UNTOUCHED,
} from './machine.js';

let tree: SysfsTree;
beforeEach(() => {
  tree = new SysfsTree();
  addDrive(tree);
});
afterEach(() => tree.remove());

test('a drive that a program still has open stays bound and in the journal', async () => {
  const setup = setupOn(tree.root);
  await bindFunction(setup, order());
  addHolder(tree, 77, 'fio', { 9: join(tree.root, 'dev/vfio/7') });
  const [undone] = await unbindFunctions(setup, DRIVE);
  assert.equal(undone.outcome, 'failed');
  assert.match(undone.error?.message ?? '', /fio \(process 77\) has .*vfio\/7 open; end process 77/);
  assert.equal(setup.journal.entries().length, 1);
  assert.deepEqual(stateOf(tree), BOUND);
});

test('a drive that a program has open keeps the owner of its nodes too', async () => {
  const setup = setupOn(tree.root);
  await bindFunction(setup, order());
  const owned = join(tree.root, 'dev/vfio/7');
  const { uid } = statSync(owned);
  setup.journal.made(
    setup.journal.begin({ kind: 'owner', path: owned, uid, formerUid: uid + 1 }, DRIVE, 'bind'),
  );
  addHolder(tree, 77, 'fio', { 9: owned });
  const undone = await unbindFunctions(setup, DRIVE);
  assert.deepEqual(
    undone.map(({ outcome, error }) => [outcome, error?.code]),
    [
      ['failed', 'DEVICE_OPEN'],
      ['failed', 'DEVICE_OPEN'],
    ],
  );
  assert.equal(setup.journal.entries().length, 2);
});

test('an error of the file system in one change does not keep the others from being undone', async () => {
  const setup = setupOn(tree.root);
  await bindFunction(setup, order());
  const pool = 'kernel/mm/hugepages/hugepages-2048kB/nr_hugepages';
  tree.write(`${pool}/not-a-file`, '');
  const path = join(tree.root, pool);
  const pages = { kind: 'hugepages', path, formerPages: 0, pages: 1, pageSizeBytes: 2 ** 21 } as const;
  setup.journal.made(setup.journal.begin(pages, 'hugepages', 'hugepages'));
  const undone = await undoEntries(setup, setup.journal.entries());
  assert.deepEqual(
    undone.map(({ outcome, error }) => [outcome, error?.code]),
    [
      ['failed', 'UNDO_FAILED'],
      ['restored', undefined],
    ],
  );
});

test('what a run has bound is given back also after another nvbench has had the lock for a while', async () => {
  const setup = setupOn(tree.root);
  await bindFunction(setup, order({ maker: 'run' }));
  let release = (): void => undefined;
  const other = withStateLock(setup.journal.dir, () => new Promise<void>((resolve) => (release = resolve)));
  await assert.rejects(giveBackOwn(setup, [DRIVE], 10), { code: 'STATE_LOCKED' });
  const givingBack = giveBackOwn(setup, [DRIVE]);
  release();
  await Promise.all([other, givingBack]);
  assert.deepEqual(stateOf(tree), UNTOUCHED);
});

test('what a run has bound stays while another run of the same process gives its own back', async () => {
  addDrive(tree, TWIN, 1);
  const setup = setupOn(tree.root);
  await bindFunction(setup, order({ maker: 'run' }));
  const during = stateOf(tree);
  assert.deepEqual(await giveBackOwn(setup, [TWIN]), []);
  assert.deepEqual(stateOf(tree), during);
});

test('unbind of what nvbench has not bound says so; of all, does nothing', async () => {
  await assert.rejects(unbindFunctions(setupOn(tree.root), DRIVE), refusedWith('NOT_BOUND_BY_US', /status/));
  assert.deepEqual(await unbindFunctions(setupOn(tree.root), undefined), []);
});

test('unbind of a drive that was bound along with another names that one', async () => {
  addDrive(tree, TWIN, 1);
  const setup = setupOn(tree.root);
  await bindFunction(setup, order());
  await assert.rejects(
    unbindFunctions(setup, TWIN),
    refusedWith('BOUND_ALONG', /along with 0000:01:00\.0.*nvbench unbind 0000:01:00\.0/),
  );
});
