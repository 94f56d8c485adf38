import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { EngineError } from '../../../engine/errors.js';
import { bindFunction, bindingsOf, unbindFunctions } from '../../../engine/machine/bind.js';
import { readStatus } from '../../../engine/machine/status.js';
import { undoLeftovers } from '../../../engine/machine/undo.js';
import { ownIdentity } from '../../../engine/sys/process-identity.js';
import { writeGolden } from '../../fixtures/signatures.js';
import { SysfsTree } from '../../fixtures/sysfs.js';
import {
  addDrive,
  BOUND,
  DRIVE,
  hasStateDir,
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

test('bind takes the drive, names its node, and unbind gives it back', async () => {
  const setup = setupOn(tree.root);
  const bound = await bindFunction(setup, order());
  assert.deepEqual(stateOf(tree), BOUND);
  assert.equal(bound.nodes.group, join(tree.root, 'dev/vfio/7'));
  assert.deepEqual(
    readStatus(setup).entries.map(({ target, made, maker }) => [target, made, maker]),
    [[DRIVE, true, 'bind']],
  );
  const undone = await unbindFunctions(setup, DRIVE);
  assert.deepEqual(
    undone.map(({ outcome }) => outcome),
    ['restored'],
  );
  assert.deepEqual(stateOf(tree), UNTOUCHED);
  assert.deepEqual(setup.journal.entries(), []);
});

test('the entry is in the journal before the first write', async () => {
  const seen: number[] = [];
  const setup = setupOn(tree.root, {
    beforeWrite: () => {
      seen.push(setupOn(tree.root).journal.entries().length);
      return undefined;
    },
  });
  await bindFunction(setup, order());
  assert.deepEqual(seen, [1, 1, 1]);
});

test('a drive in use is refused with all that was found and how to insist; nothing is changed', async () => {
  writeGolden('swap', join(tree.root, 'dev/nvme0n1'));
  tree.write('proc/swaps', 'Filename Type Size Used Priority\n/dev/nvme0n1 partition 1 0 -2\n');
  await assert.rejects(
    bindFunction(setupOn(tree.root), order()),
    refusedWith(
      'DEVICE_IN_USE',
      /nvme0n1 is swap; nvme0n1 holds a signature: swap area; swapoff .*--i-know-it-is-in-use/,
    ),
  );
  assert.deepEqual(stateOf(tree), UNTOUCHED);
  assert.equal(hasStateDir(tree), false);
});

test('who insists gets it, and is told what was overridden', async () => {
  writeGolden('lvm', join(tree.root, 'dev/nvme0n1'));
  const { plan } = await bindFunction(setupOn(tree.root), order({ force: true }));
  assert.deepEqual(
    plan.overridden.map(({ found }) => found),
    ['nvme0n1 holds a signature: LVM2 physical volume'],
  );
  assert.deepEqual(stateOf(tree), BOUND);
});

test('nobody can insist on the root disk', async () => {
  tree.write('proc/self/mountinfo', '30 1 259:0 / / rw - ext4 /dev/root rw\n');
  await assert.rejects(
    bindFunction(setupOn(tree.root), order({ force: true })),
    refusedWith('DEVICE_IN_USE', /root file system.*nothing overrides this$/),
  );
  assert.deepEqual(stateOf(tree), UNTOUCHED);
});

test('an ordinary user is told what root would do', async () => {
  await assert.rejects(
    bindFunction(setupOn(tree.root, { uid: 1000 }), order()),
    refusedWith('NEED_ROOT', /only root may, not user 1000; run it with sudo.*--owner/),
  );
  assert.equal(hasStateDir(tree), false);
});

test('a machine without VFIO is told everything that is missing', async () => {
  const bare = new SysfsTree();
  try {
    await assert.rejects(
      bindFunction(setupOn(bare.root), order()),
      refusedWith('BIND_UNAVAILABLE', /vfio-pci is not loaded.*no IOMMU group/),
    );
  } finally {
    bare.remove();
  }
});

test('an idle drive of the same group is taken along and given back with it', async () => {
  addDrive(tree, TWIN, 1);
  const setup = setupOn(tree.root);
  const { plan } = await bindFunction(setup, order());
  assert.deepEqual(
    plan.changes.map(({ address }) => address),
    [DRIVE, TWIN],
  );
  assert.deepEqual(stateOf(tree, TWIN), BOUND);
  await unbindFunctions(setup, DRIVE);
  assert.deepEqual([stateOf(tree), stateOf(tree, TWIN)], [UNTOUCHED, UNTOUCHED]);
});

test('a drive of the same group that is mounted refuses both', async () => {
  addDrive(tree, TWIN, 1);
  tree.write('proc/self/mountinfo', '30 1 259:1 / /data rw - ext4 /dev/nvme1n1 rw\n');
  await assert.rejects(
    bindFunction(setupOn(tree.root), order()),
    refusedWith('DEVICE_IN_USE', /0000:01:00\.1 shares IOMMU group 7: nvme1n1 is mounted on \/data/),
  );
  assert.deepEqual([stateOf(tree), stateOf(tree, TWIN)], [UNTOUCHED, UNTOUCHED]);
});

test('another device of the group with a driver refuses; a bridge does not', async () => {
  tree.addFunction({ address: '0000:00:01.0', class: '0x060400', driver: 'pcieport', iommuGroup: 7 });
  await bindFunction(setupOn(tree.root), order());
  await unbindFunctions(setupOn(tree.root), DRIVE);
  tree.addFunction({ address: '0000:00:1f.2', class: '0x010601', driver: 'ahci', iommuGroup: 7 });
  await assert.rejects(
    bindFunction(setupOn(tree.root), order()),
    refusedWith('DEVICE_IN_USE', /0000:00:1f\.2 shares IOMMU group 7 and is in use by ahci/),
  );
});

test('VMD in the group is never taken, nor is the advice to unbind it given', async () => {
  tree.addFunction({ address: '0000:00:0e.0', class: '0x010400', driver: 'vmd', iommuGroup: 7 });
  for (const force of [false, true])
    await assert.rejects(bindFunction(setupOn(tree.root), order({ force })), (error: unknown) => {
      assert.ok(error instanceof EngineError);
      assert.equal(error.code, 'DEVICE_IN_USE');
      assert.match(error.hint, /turn Intel VMD off for its slot/);
      assert.doesNotMatch(error.hint, /echo|i-know-it-is-in-use/);
      return true;
    });
  assert.equal(stateOf(tree)[0], 'nvme');
});

test('a drive behind VMD is refused with the way to reach it', async () => {
  const vmd = '0000:00:0e.0';
  tree.addFunction({ address: vmd, class: '0x010400', driver: 'vmd' });
  const behind = '10000:01:00.0';
  const real = `devices/pci0000:00/${vmd}/pci10000:00/${behind}`;
  tree.addFunction({ address: behind, driver: 'nvme' });
  tree.moveFunction(behind, real);
  await assert.rejects(bindFunction(setupOn(tree.root), order({ address: behind, force: true })), {
    code: 'BEHIND_VMD',
    reason: /behind Intel VMD at 0000:00:0e\.0/,
    hint: /turn Intel VMD off/,
  });
});

test('when the second of a group refuses, the first is given back', async () => {
  addDrive(tree, TWIN, 1);
  const setup = setupOn(tree.root, {
    beforeWrite: (path, text) => (path.endsWith('vfio-pci/bind') && text === TWIN ? 'EINVAL' : undefined),
  });
  await assert.rejects(bindFunction(setup, order()), refusedWith('SYSFS_WRITE_FAILED', /EINVAL/));
  assert.deepEqual([stateOf(tree), stateOf(tree, TWIN)], [UNTOUCHED, UNTOUCHED]);
  assert.deepEqual(setup.journal.entries(), []);
});

test('asked to stop in between, bind undoes what it has done', async () => {
  addDrive(tree, TWIN, 1);
  const stop = new AbortController();
  const setup = setupOn(tree.root, {
    beforeWrite: (path) => {
      if (path.endsWith('vfio-pci/bind')) stop.abort();
      return undefined;
    },
  });
  await assert.rejects(
    bindFunction(setup, order({ signal: stop.signal })),
    refusedWith('INTERRUPTED', /stop/),
  );
  assert.deepEqual([stateOf(tree), stateOf(tree, TWIN)], [UNTOUCHED, UNTOUCHED]);
  assert.deepEqual(setup.journal.entries(), []);
});

test('bind of a drive that a run has, and gives back at its end, is refused', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)']);
  try {
    const setup = setupOn(tree.root);
    await bindFunction(setup, order({ maker: 'run' }));
    const [entry] = setup.journal.entries();
    const other = { ...ownIdentity(), ...(await identityOf(child.pid ?? 0)) };
    setup.journal.made({ ...entry, process: other });
    await assert.rejects(
      bindFunction(setup, order()),
      refusedWith('RUN_IN_PROGRESS', new RegExp(`process ${child.pid}\\) has bound it`)),
    );
  } finally {
    child.kill();
  }
});

/** Id and start time of another process, as `ownIdentity` has them of this one. */
async function identityOf(pid: number): Promise<{ pid: number; startTicks: string }> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  return { pid, startTicks: text.slice(text.lastIndexOf(')') + 2).split(' ')[19] };
}

test('uio is warned of: nothing protects memory, and an active IOMMU would fault', async () => {
  const setup = setupOn(tree.root);
  const { nodes, warnings } = await bindFunction(setup, order({ driver: 'uio_pci_generic' }));
  assert.equal(nodes.uio, join(tree.root, 'dev/uio0'));
  assert.deepEqual(
    warnings.map(({ code }) => code),
    ['no-iommu', 'iommu-with-uio'],
  );
  await unbindFunctions(setup, DRIVE);
  assert.deepEqual(stateOf(tree), UNTOUCHED);
});

const asRoot = { skip: process.geteuid?.() === 0 ? false : 'only root may give files away' };

test(
  '--owner gives group, device and iommufd nodes to the user, and unbind takes them back',
  asRoot,
  async () => {
    const setup = setupOn(tree.root, { cdev: true });
    addDrive(tree, '0000:02:00.0', 1, 8);
    const { nodes } = await bindFunction(setup, order({ owner: '12345' }));
    await bindFunction(setup, order({ owner: '12345', address: '0000:02:00.0' }));
    const iommufd = nodes.iommufd ?? assert.fail('no iommufd');
    for (const path of [nodes.group, nodes.device, iommufd]) assert.equal(statSync(path ?? '').uid, 12345);
    await unbindFunctions(setup, DRIVE);
    assert.ok(!existsSync(nodes.group ?? ''));
    assert.equal(statSync(iommufd).uid, 12345, 'the second drive still needs it');
    await unbindFunctions(setup, '0000:02:00.0');
    assert.equal(statSync(iommufd).uid, 0);
    assert.deepEqual(setup.journal.entries(), []);
  },
);

test('iommufd of another user is left alone with a warning', asRoot, async () => {
  const setup = setupOn(tree.root, { cdev: true });
  addDrive(tree, '0000:02:00.0', 1, 8);
  await bindFunction(setup, order({ owner: '12345' }));
  const second = await bindFunction(setup, order({ owner: '12346', address: '0000:02:00.0' }));
  assert.deepEqual(
    second.warnings.map(({ code }) => code),
    ['iommufd-taken'],
  );
});

const child = fileURLToPath(new URL('./crash-child.js', import.meta.url));

for (const maker of ['run', 'bind']) {
  for (const writes of [0, 1, 2, 3]) {
    const stays = maker === 'bind' && writes === 3;
    test(`${maker} killed after ${writes} writes ${stays ? 'stays bound' : 'is undone at the next start'}`, async () => {
      const run = spawnSync(process.execPath, [child, tree.root, maker, String(writes)], {
        encoding: 'utf8',
      });
      assert.equal(run.signal, 'SIGKILL', run.stderr);
      const setup = setupOn(tree.root);
      assert.equal(bindingsOf(setup, DRIVE).length, 1);
      const undone = await undoLeftovers(setup);
      assert.equal(undone.length, stays ? 0 : 1);
      assert.deepEqual(stateOf(tree), stays ? BOUND : UNTOUCHED);
      assert.equal(setup.journal.entries().length, stays ? 1 : 0);
    });
  }
}
