import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { basename } from 'node:path';
import { type BindOrder, bindFunction, machineSetup } from '../../../engine/index.js';
import { driveAddress } from '../guest-options.js';
import { bindToNvme, driverOf } from './bind.js';
import type { GuestContext } from './context.js';
import { nvbench } from './program.js';
import { virtualFunction } from './virtual-function.js';

const [MAPPED, ARRAY, SWAP, IDLE, SHARED] = [0, 1, 2, 3, 4].map(driveAddress);
const setup = machineSetup(process.env);
/** Room for every signature at the start of a disk. */
const HEAD_BYTES = 2 ** 20;

export interface HoldersResult {
  refusals: Record<string, string>;
}

/** Disks that the kernel itself uses, through device-mapper, md and swap, and an idle one beside them; and one with a virtual function. */
export default async function holders(context: GuestContext): Promise<HoldersResult> {
  const refusals: Record<string, string> = {};
  const disks: Record<string, string> = {};
  for (const address of [MAPPED, ARRAY, SWAP, IDLE]) disks[address] = await bindToNvme(address);
  const refused = (name: string, address: string, pattern: RegExp): Promise<unknown> =>
    context.step(`bind refuses ${name} and leaves it alone`, async () => {
      refusals[name] = await refusalOf(address);
      assert.match(refusals[name], pattern);
      assert.equal(driverOf(address), 'nvme');
    });

  await context.step('the disks are put to use', () => {
    const sectors = execFileSync('blockdev', ['--getsz', disks[MAPPED]], { encoding: 'utf8' }).trim();
    execFileSync('dmsetup', ['create', 'held', '--table', `0 ${sectors} linear ${disks[MAPPED]} 0`]);
    const array = ['--build', '/dev/md0', '--level=raid0', '--raid-devices=1', '--force', disks[ARRAY]];
    execFileSync('mdadm', array);
    execFileSync('mkswap', [disks[SWAP]]);
    execFileSync('swapon', [disks[SWAP]]);
  });
  await refused('a disk below device-mapper', MAPPED, holderPattern(disks[MAPPED], 'dm-0'));
  await refused('a disk below md', ARRAY, holderPattern(disks[ARRAY], 'md0'));
  await refused('a swap disk', SWAP, /swap/);
  await context.step('an idle disk beside them is bound and given back', () => {
    assert.equal(nvbench('bind', IDLE).exitCode, 0);
    assert.equal(driverOf(IDLE), 'vfio-pci');
    assert.equal(nvbench('unbind', IDLE).exitCode, 0);
    assert.equal(driverOf(IDLE), 'nvme');
  });
  await context.step('the disks are no longer used', () => {
    execFileSync('dmsetup', ['remove', 'held']);
    execFileSync('mdadm', ['--stop', '/dev/md0']);
    execFileSync('swapoff', [disks[SWAP]]);
  });
  await refused('a disk with the signature of swap', SWAP, /swap/i);
  await context.step('those that were held are bound now', async () => {
    for (const address of [MAPPED, ARRAY]) await bindFunction(setup, orderOf(address));
    clearHead(disks[SWAP]);
    await bindFunction(setup, orderOf(SWAP));
    for (const address of [MAPPED, ARRAY, SWAP]) assert.equal(driverOf(address), 'vfio-pci');
    assert.equal(nvbench('unbind', '--all').exitCode, 0);
    for (const address of [MAPPED, ARRAY, SWAP]) assert.equal(driverOf(address), 'nvme');
  });
  await virtualFunction(context, SHARED, 'SHARED');
  await refused('a drive with a virtual function', SHARED, /has 1 virtual functions/);
  return { refusals };
}

function orderOf(address: string): BindOrder {
  return { address, driver: 'vfio-pci', force: false, maker: 'bind' };
}

function refusalOf(address: string): Promise<string> {
  return bindFunction(setup, orderOf(address)).then(
    () => assert.fail('it was bound'),
    (refusal: Error) => refusal.message,
  );
}

function holderPattern(disk: string, holder: string): RegExp {
  return new RegExp(`${basename(disk)}.*${holder}|${holder}.*${basename(disk)}`, 's');
}

function clearHead(disk: string): void {
  const fd = openSync(disk, 'r+');
  writeSync(fd, new Uint8Array(HEAD_BYTES), 0, HEAD_BYTES, 0);
  closeSync(fd);
}
