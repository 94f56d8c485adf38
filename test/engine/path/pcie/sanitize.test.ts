import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Controller } from '../../../../engine/path/pcie/controller.js';
import { patienceMs, sanitize } from '../../../../engine/path/pcie/sanitize.js';

const [BLOCK_ERASE, CRYPTO_ERASE] = [2, 4];
const NAMESPACE_MANAGEMENT = 8;
const { signal: NEVER } = new AbortController();

interface Fake {
  /** SANICAP and OACS. */
  readonly capabilities?: number;
  readonly oacs?: number;
  readonly active?: readonly number[];
  readonly allocated?: readonly number[];
  /** SSTAT before it begins, and then one look after the other. */
  readonly before?: number;
  readonly states?: readonly number[];
}

/** A controller that sanitizes, and the actions that it was asked for. */
function fake({ capabilities = 2, oacs = 0, active = [1], allocated = [], before = 0, states = [1] }: Fake) {
  const actions: number[] = [];
  const left = [before, ...states];
  const controller = {
    identity: { sanitize: capabilities, optionalAdminCommands: oacs },
    versionWord: 0x1_0400,
    quirks: new Set(),
    device: { target: 'fake:0' },
    admin: {
      namespaceList: async () => active,
      allocatedNamespaceList: async () => allocated,
      execute: async ({ cdw10 }: { cdw10: number }) => actions.push(cdw10),
      sanitizeStatus: async () => ({ state: left.shift(), progress: 1 / (1 + left.length) }),
    },
  };
  return { controller: controller as unknown as Controller, actions };
}

for (const [what, capabilities, action] of [
  ['blocks where the drive erases these', 3, BLOCK_ERASE],
  ['else its key', 5, CRYPTO_ERASE],
] as const)
  test(`it erases ${what}, and tells how far it is until it is over`, async () => {
    const { controller, actions } = fake({ capabilities, states: [2, 2, 4] });
    const told: number[] = [];
    const isOver = await sanitize(controller, 1, (share) => told.push(share), NEVER);
    assert.deepEqual([isOver, actions, told], [true, [action], [1 / 3, 1 / 2]]);
  });

test('who is interrupted waits no longer for it', async () => {
  const { controller, actions } = fake({ states: [2, 2, 2, 2, 2, 1] });
  const interrupt = new AbortController();
  const isOver = await sanitize(controller, 1, () => interrupt.abort(), interrupt.signal);
  assert.deepEqual([isOver, actions], [false, [BLOCK_ERASE]]);
});

test('one that goes on already is waited for: a drive takes no second one', async () => {
  const { controller, actions } = fake({ before: 2, states: [2, 1] });
  assert.equal(await sanitize(controller, 1, () => undefined, NEVER), true);
  assert.deepEqual(actions, []);
});

test('one that failed says so', async () => {
  const { controller } = fake({ states: [2, 3] });
  await assert.rejects(
    sanitize(controller, 1, () => undefined, NEVER),
    { code: 'SANITIZE_FAILED' },
  );
});

for (const [what, change, code] of [
  ['another namespace is active', { active: [1, 2] }, 'SANITIZES_ALL_NAMESPACES'],
  [
    'another namespace is attached to no controller, or to others alone',
    { oacs: NAMESPACE_MANAGEMENT, allocated: [1, 7] },
    'SANITIZES_ALL_NAMESPACES',
  ],
  ['the drive only overwrites', { capabilities: 4 }, 'SANITIZE_UNSUPPORTED'],
] as [string, Fake, string][])
  test(`nothing is sent where ${what}`, async () => {
    const { controller, actions } = fake(change);
    await assert.rejects(
      sanitize(controller, 1, () => undefined, NEVER),
      { code, kind: 'input' },
    );
    assert.deepEqual(actions, []);
  });

test('it may stand still for as long as the drive says that all of it takes, a day at most', () => {
  const status = { state: 2, progress: 0, blockEraseS: 3600, cryptoEraseS: 2 };
  assert.deepEqual(
    [patienceMs(BLOCK_ERASE, status), patienceMs(CRYPTO_ERASE, status)],
    [3600_000, 15 * 60_000],
  );
  assert.equal(patienceMs(BLOCK_ERASE, { ...status, blockEraseS: 0xffff_fffe }), 24 * 3600_000);
});
