/** Journals that somebody else wrote: entries that name what they like, and files that are none. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Change } from '../../../engine/machine/journal.js';
import { undoEntries } from '../../../engine/machine/undo.js';
import { addDrive, DRIVE, setupOn } from '../../engine/machine/machine.js';
import { SysfsTree } from '../../fixtures/sysfs.js';
import { type Attack, whatever } from '../attack.js';
import type { Dice } from '../dice.js';

const POOL = 'kernel/mm/hugepages/hugepages-2048kB/nr_hugepages';
const PRECIOUS = ['shadow', 'dev/nvme0n1', 'dev/sda', 'etc/nr_hugepages', 'etc/driver_override', 'etc/bind'];
/** What may be undone: nodes of VFIO, pools of pages, and how a function has its driver. */
const WRITABLE =
  /^(kernel\/mm\/hugepages\/hugepages-\d+kB\/nr_hugepages|bus\/pci\/devices\/[^/]+\/driver_override|bus\/pci\/drivers\/(vfio-pci|uio_pci_generic)\/unbind|bus\/pci\/drivers\/[\w-]+\/bind) = /;
const NUMBERS = [0, 1, -1, 0.5, 12345, 2 ** 31, 2 ** 32, 2 ** 53, 1e308];
const WORDS = [
  '',
  '.',
  '..',
  'nvme',
  'vfio-pci',
  'ahci',
  '(null)',
  'a\nb',
  '\0',
  '../../etc',
  'x'.repeat(300),
];

function path(dice: Dice, root: string): string {
  const ways = [
    ...PRECIOUS,
    'dev/vfio/7',
    'dev/vfio/../sda',
    'dev/vfio/../../shadow',
    'dev/vfio/link',
    `${POOL}/../../../../../etc/nr_hugepages`,
    POOL,
    '',
  ];
  return dice.oneIn(8) ? dice.pick(['/', '', '/etc/shadow', '\0', '.']) : `${root}/${dice.pick(ways)}`;
}

/** Of the kinds that there are, and of one that there is not, with members of the wrong kind among them. */
function change(dice: Dice, root: string): Change {
  const made: Record<string, unknown> = {
    kind: dice.pick([
      'driver',
      'driver',
      'driver',
      'owner',
      'owner',
      'owner',
      'hugepages',
      'hugepages',
      'hugepages',
      dice.pick(WORDS),
    ]),
    address: dice.pick([DRIVE, DRIVE, '0000:00:1f.2', `../../${DRIVE}`, '', dice.pick(WORDS)]),
    driver: dice.pick(['vfio-pci', 'vfio-pci', 'uio_pci_generic', dice.pick(WORDS)]),
    formerDriver: dice.pick(['nvme', 'nvme', '', dice.pick(WORDS)]),
    formerOverride: dice.pick(['', '', dice.pick(WORDS)]),
    path: path(dice, root),
    uid: dice.pick([process.geteuid?.() ?? 0, dice.pick(NUMBERS)]),
    formerUid: dice.pick(NUMBERS),
    formerPages: dice.pick(NUMBERS),
    pages: dice.pick(NUMBERS),
    pageSizeBytes: dice.pick([2 ** 21, dice.pick(NUMBERS)]),
  };
  if (dice.oneIn(12)) made[dice.pick(Object.keys(made))] = dice.pick([null, [], {}, true, 7, 'x']);
  return made as unknown as Change;
}

/** In place of an entry, or beside it. */
function plant(dice: Dice, folder: string): void {
  const name = join(folder, dice.pick(['00000001.json', '00000002.json', '99999999.json', '.nvbench-x.tmp']));
  try {
    const texts = [dice.bytes(dice.below(200)), ' '.repeat(70_000), '{}', 'null', '[['];
    const ways = [
      () => symlinkSync(dice.pick(['../shadow', '/dev/zero', '../../..']), name),
      () => mkdirSync(name),
      () => writeFileSync(name, dice.pick(texts)),
    ];
    dice.pick(ways)();
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'EEXIST', String(error)); // a folder or link, or over them
  }
}

export const journals: Attack = async (scene) => {
  const { dice, did } = scene;
  const tree = new SysfsTree();
  try {
    addDrive(tree);
    for (const name of PRECIOUS.filter((each) => each !== 'dev/nvme0n1')) tree.write(name, 'precious');
    tree.write('dev/vfio/7', '');
    tree.link('dev/vfio/link', '../sda');
    tree.write(POOL, '0\n');
    const setup = setupOn(tree.root);
    const state = (): unknown[] =>
      PRECIOUS.map((name) => {
        const { uid, mode } = statSync(join(tree.root, name));
        return [name, uid, mode, readFileSync(join(tree.root, name), 'latin1')];
      });
    const before = state();
    await whatever(scene, async () => {
      for (let count = 1 + dice.below(4); count > 0; count--)
        setup.journal.made(
          setup.journal.begin(
            change(dice, tree.root),
            dice.pick([DRIVE, 'hugepages', 'x']),
            dice.pick(['run', 'bind']),
          ),
        );
      if (dice.oneIn(3)) plant(dice, setup.journal.dir);
      did('journals');
      for (const { outcome } of await undoEntries(setup, setup.journal.entries())) did(`entries: ${outcome}`);
    });
    assert.deepEqual(state(), before);
    for (const write of setup.host.writes) assert.match(write, WRITABLE);
  } finally {
    tree.remove();
  }
};
