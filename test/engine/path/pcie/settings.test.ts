/** Settings of a controller: the words that reach it, what it says of them, and the way back. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { attachTransport, openDrive } from '../../../../engine/index.js';
import type { Drive, DriveSettings } from '../../../../engine/path/drive.js';
import type { Admin } from '../../../../engine/path/pcie/admin.js';
import { Controller } from '../../../../engine/path/pcie/controller.js';
import { Settings } from '../../../../engine/path/pcie/settings.js';
import { statusError } from '../../../../engine/path/status-error.js';

const TARGET = 'sim:?size=16MiB&power_states=4';
const controller = await Controller.start(await attachTransport(TARGET, {}), { hugepages: 'never' });
after(() => controller.close());
const { admin: own, identity, quirks } = controller;
const settings = new Settings({ admin: own, identity, target: TARGET, quirks });

/** Get Features of NVMe base 2.0, figure 317. */
async function words(): Promise<number[]> {
  const found = [];
  for (const feature of [0x06, 0x02, 0x0c, 0x01, 0x08])
    found.push((await controller.admin.feature('', feature, feature === 0x0c ? 256 : 0)).word);
  return found;
}

const ALL: DriveSettings = {
  volatileWriteCache: false,
  powerState: 3,
  autonomousPowerStates: false,
  arbitrationBurst: 8,
  highPriorityWeight: 256,
  mediumPriorityWeight: 16,
  lowPriorityWeight: 2,
  interruptCoalescing: { threshold: 8, timeUs: 300 },
};

/** AB 3, LPW 1, MPW 15, HPW 255 (NVMe base 2.0, figure 318). */
const ARBITRATION = 0xff0f_0103;

test('all that is asked is set, told with what was before, and set back in the reverse order', async () => {
  const first = await words();
  assert.deepEqual(first, [1, 0, 1, 7, 0]);
  assert.deepEqual(await settings.apply(ALL), [
    { name: 'volatile_write_cache', before: 'on', during: 'off' },
    { name: 'apst', before: 'on', during: 'off' },
    { name: 'power_state', before: '0', during: '3' },
    { name: 'arbitration_burst', before: 'no limit', during: '8' },
    { name: 'high_priority_weight', before: '1', during: '256' },
    { name: 'medium_priority_weight', before: '1', during: '16' },
    { name: 'low_priority_weight', before: '1', during: '2' },
    { name: 'interrupt_coalescing', before: '1 within 0us', during: '8 within 300us' },
  ]);
  assert.deepEqual(await words(), [0, 3, 0, ARBITRATION, 0x0307]);
  assert.deepEqual(await settings.restore(), [
    { name: 'interrupt_coalescing', after: '1 within 0us' },
    { name: 'low_priority_weight', after: '1' },
    { name: 'medium_priority_weight', after: '1' },
    { name: 'high_priority_weight', after: '1' },
    { name: 'arbitration_burst', after: 'no limit' },
    { name: 'power_state', after: '0' },
    { name: 'apst', after: 'on' },
    { name: 'volatile_write_cache', after: 'on' },
  ]);
  assert.deepEqual(await words(), first);
  assert.deepEqual(await settings.restore(), []);
});

test('what a reset has forgotten is set again', async () => {
  await settings.apply(ALL);
  await controller.reset();
  assert.deepEqual(await words(), [0, 3, 0, ARBITRATION, 0x0307]);
  await settings.restore();
});

test('what the controller has not is refused as input, and nothing stays set', async () => {
  const before = await words();
  await assert.rejects(settings.apply({ ...ALL, powerState: 4 }), {
    code: 'BAD_SETTING',
    kind: 'input',
    op: 'set power_state',
    reason: 'the controller has power states 0 to 3 (NPSS)',
  });
  assert.deepEqual(await words(), before);
});

test('where a later one is refused, those before it are set back all the same', async () => {
  const held = new Map([
    [0x06, 1],
    [0x02, 0],
  ]);
  const admin = {
    feature: async (_: string, feature: number) => ({ word: held.get(feature) }),
    setFeature: async (_: string, feature: number, { word }: { word: number }) => {
      if (feature === 0x02) throw statusError('Set Features', TARGET, 0x4002);
      held.set(feature, word);
    },
  } as unknown as Admin;
  const refusing = new Settings({ admin, identity, target: TARGET, quirks });
  await assert.rejects(refusing.apply({ volatileWriteCache: false, powerState: 1 }), {
    op: 'set power_state',
  });
  assert.equal(held.get(0x06), 1);
  assert.deepEqual(await refusing.restore(), []);
});

test('one that cannot be set back keeps none of the others from it', async () => {
  await settings.apply({ volatileWriteCache: false, arbitrationBurst: 8 });
  const { admin } = controller;
  const { setFeature } = admin;
  admin.setFeature = (name, feature, value) =>
    feature === 0x01
      ? Promise.reject(statusError(name, TARGET, 0x4002))
      : setFeature.call(admin, name, feature, value);
  assert.deepEqual(await settings.restore(), [
    { name: 'arbitration_burst', problem: 'Invalid Field in Command (SCT 0h, SC 02h, DNR)' },
    { name: 'volatile_write_cache', after: 'on' },
  ]);
  admin.setFeature = setFeature;
  assert.deepEqual((await words()).slice(0, 1), [1]);
});

test('one that cannot be set back is not set again by the reset which takes it back', async () => {
  const admin = Object.create(own) as Admin;
  let silent = false;
  admin.setFeature = (name, ...rest) => {
    silent ||= name === 'power_state';
    return silent ? Promise.reject(new Error('no answer')) : own.setFeature(name, ...rest);
  };
  const failing = new Settings({ admin, identity, target: TARGET, quirks });
  await assert.rejects(failing.apply({ volatileWriteCache: false, powerState: 1 }), /no answer/);
  assert.equal((await words())[0], 0);
  await controller.reset();
  assert.equal((await words())[0], 1);
});

test('a refusal names the key and the status', async () => {
  const drive: Drive = await openDrive('sim:?size=16MiB&refuse_features=6', { hugepages: 'never' });
  try {
    await assert.rejects(drive.settings!.apply({ volatileWriteCache: false }), {
      code: 'BAD_SETTING',
      op: 'set volatile_write_cache',
      reason: 'Invalid Field in Command (SCT 0h, SC 02h, DNR)',
    });
    await assert.rejects(drive.settings!.apply({ autonomousPowerStates: false }), {
      reason: 'the controller changes no power states by itself (APSTA)',
    });
  } finally {
    await drive.close();
  }
});

test('what a family is known not to bear is refused, and all else is set', async () => {
  const known = new Set(['no-autonomous-states', 'no-deepest-power-state'] as const);
  const ill = new Settings({ admin: own, identity, target: TARGET, quirks: known });
  for (const [asked, reason] of [
    [{ autonomousPowerStates: true }, /quirk no-autonomous-states/],
    [{ powerState: 3 }, /quirk no-deepest-power-state/],
  ] as const)
    await assert.rejects(ill.apply(asked), { code: 'BAD_SETTING', kind: 'input', reason });
  assert.equal((await ill.apply({ autonomousPowerStates: false, powerState: 2 })).length, 2);
  await ill.restore();
});

test('a state in which no I/O is done is refused with those in which some is', async () => {
  const asleep = { ...identity, idlePowerStates: [2, 3] };
  const sleepy = new Settings({ admin: own, identity: asleep, target: TARGET, quirks });
  await assert.rejects(sleepy.apply({ powerState: 3 }), {
    code: 'BAD_SETTING',
    kind: 'input',
    reason: /no I\/O is done \(NOPS\).*does I\/O in 0, 1$/,
  });
});
