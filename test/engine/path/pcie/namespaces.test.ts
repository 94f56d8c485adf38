import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attachTransport, Controller } from '../../../../engine/index.js';
import type { Admin } from '../../../../engine/path/pcie/admin.js';
import { chooseNamespace } from '../../../../engine/path/pcie/namespace-choice.js';
import {
  activeNamespaces,
  type NamespaceSource,
  namespaceNames,
} from '../../../../engine/path/pcie/namespaces.js';

const SMALL = 'size=16MiB&latency=none&write_latency=none';

/** What a controller with these options says, and Identify commands by CNS that it was sent for that. */
async function looked(options: string, quirks = true) {
  const device = await attachTransport(`sim:?${SMALL}&${options}`);
  const controller = await Controller.start(device, { hugepages: 'never', quirks });
  const asked: number[] = [];
  const { admin } = controller;
  const execute = admin.execute.bind(admin);
  admin.execute = (command, ...rest) => {
    if (command.opcode === 0x06) asked.push(command.cdw10 ?? 0);
    return execute(command, ...rest);
  };
  const active = await activeNamespaces(controller);
  const names = await namespaceNames(controller, active[0]);
  await controller.close();
  return { active, names, cns: [...new Set(asked)].sort() };
}

test('the list of namespaces is asked for where there is one', async () => {
  const { active, cns } = await looked('nn=4&nsid=3');
  assert.deepEqual([active, cns], [[3], [0, 2, 3]]);
});

test('without the list each namespace up to NN is looked at', async () => {
  assert.deepEqual((await looked('nn=4&nsid=3&refuse_cns=2')).active, [3]);
});

test('before version 1.1 neither list nor descriptors are asked for', async () => {
  const { active, cns } = await looked('vs=1.0&nn=2&nsid=2');
  assert.deepEqual([active, cns], [[2], [0]]);
});

test('names are those of Identify Namespace where there are no descriptors', async () => {
  const all = (await looked('vs=1.4')).names;
  const { uuid, ...ofIdentify } = all;
  assert.ok(uuid);
  assert.deepEqual((await looked('refuse_cns=3')).names, ofIdentify);
  assert.deepEqual((await looked('vs=1.0')).names, ofIdentify);
});

test('a family that answers neither right is not asked', async () => {
  assert.deepEqual((await looked('pci=1d1d:1f1f')).cns, [0]);
  assert.deepEqual((await looked('pci=1d1d:1f1f', false)).cns, [0, 2, 3]);
});

test('a family without descriptors is not asked for them', async () => {
  assert.deepEqual((await looked('pci=1b4b:1092')).cns, [0, 2]);
});

test('a name that two namespaces of a controller have chooses neither', async () => {
  const nguid = '1'.repeat(32);
  const admin = {
    namespaceList: async () => [1, 2, 3],
    identifyNamespace: async (nsid: number) => ({ nguid: nsid === 2 ? '2'.repeat(32) : nguid, eui64: '' }),
    namespaceDescriptors: async () => ({}),
  } as unknown as Admin;
  const source = { admin, versionWord: 0x0001_0400, quirks: new Set() } as unknown as NamespaceSource;
  assert.equal(await chooseNamespace(source, 'fake:0', `nguid:${'2'.repeat(32)}`), 2);
  await assert.rejects(chooseNamespace(source, 'fake:0', `nguid:${nguid}`), {
    code: 'AMBIGUOUS_NAMESPACE',
    kind: 'input',
    reason: 'namespaces 1, 3 all have this nguid',
  });
});

test('a controller that refuses Identify Namespace is not said to have none', async () => {
  const device = await attachTransport(`sim:?${SMALL}&refuse_cns=0;2`);
  const controller = await Controller.start(device, { hugepages: 'never' });
  await assert.rejects(chooseNamespace(controller, 'sim:'), {
    op: 'Identify Namespace 1',
    reason: /Invalid Field in Command/,
  });
  await controller.close();
});
