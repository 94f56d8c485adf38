/** Binds on a tree and is killed before a write: `node crash-child.js ROOT MAKER N`; N past the last: afterwards. */
import { bindFunction } from '../../../engine/machine/bind.js';
import type { Maker } from '../../../engine/machine/journal.js';
import { DRIVE, setupOn } from './machine.js';

const [root, maker, count] = process.argv.slice(2);
const die = (): void => {
  process.kill(process.pid, 'SIGKILL');
};
let left = Number(count);
const setup = setupOn(root, {
  beforeWrite: () => {
    if (left-- === 0) die();
    return undefined;
  },
});
await bindFunction(setup, { address: DRIVE, driver: 'vfio-pci', force: false, maker: maker as Maker });
die();
