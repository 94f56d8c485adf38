import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { withBoundDevices } from '../../../bench/run/bound-devices.js';
import type { Setup } from '../../../engine/index.js';
import { addDrive, DRIVE, setupOn, stateOf, UNTOUCHED } from '../../engine/machine/machine.js';
import { SysfsTree } from '../../fixtures/sysfs.js';

let tree: SysfsTree;
let setup: Setup;
beforeEach(() => {
  tree = new SysfsTree();
  addDrive(tree);
  setup = setupOn(tree.root);
  said = [];
});
afterEach(() => tree.remove());

let said: (readonly [string, string | undefined])[] = [];
const onNotice = (text: string, error?: { code: string }): unknown => said.push([text, error?.code]);
const options = { force: false, signal: new AbortController().signal, onNotice };
const bound = <T>(body: () => Promise<T>) => withBoundDevices([`pci:${DRIVE}`], options, body, setup);
/** From now on nothing can be given back: the journal cannot be read. */
const damageJournal = (): void => tree.write('state/00000099.json', 'damaged');

test('a device is bound for the body alone', async () => {
  const { value, failure } = await bound(async () => stateOf(tree)[0]);
  assert.deepEqual([value, failure], ['vfio-pci', undefined]);
  assert.deepEqual(stateOf(tree), UNTOUCHED);
  assert.deepEqual(said, [[`undone: ${DRIVE}: nvme -> vfio-pci`, undefined]]);
});

test('what was measured is handed on although the device cannot be given back', async () => {
  const { value, failure } = await bound(async () => {
    damageJournal();
    return 'measured';
  });
  assert.deepEqual([value, failure?.code], ['measured', 'JOURNAL_DAMAGED']);
});

test('what ended the body is thrown, not what kept the device from being given back', async () => {
  const failing = bound(async () => {
    damageJournal();
    throw new Error('the drive fell off');
  });
  await assert.rejects(failing, /the drive fell off/);
  assert.deepEqual(
    said.map(([, code]) => code),
    ['JOURNAL_DAMAGED'],
  );
});
