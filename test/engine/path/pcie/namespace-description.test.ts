import assert from 'node:assert/strict';
import { test } from 'node:test';
import { identifyNamespace } from '../../../../engine/path/pcie/namespace.js';
import {
  type DescribedSource,
  describedNamespace,
} from '../../../../engine/path/pcie/namespace-description.js';
import { statusError } from '../../../../engine/path/status-error.js';
import { decodeNamespace, type NamespaceIdentity } from '../../../../engine/spec/index.js';

const PLAIN: NamespaceIdentity = {
  ...decodeNamespace(new DataView(new ArrayBuffer(4096))),
  sizeLbas: 1024n,
  capacityLbas: 768n,
  lbaFormats: [{ dataBytes: 4096, metadataBytes: 16, relativePerformance: 0 }],
};

const INVALID_FIELD = statusError('Identify', 'fake:0', 2);

interface Fake {
  /** CSI of the namespace; undefined where the controller refuses to tell. */
  readonly commandSet?: number;
  readonly capCss?: number;
  readonly extendedLbaFormats?: boolean;
  readonly quirks?: readonly string[];
}

/** A controller, and what it was asked. Of zones: 256 blocks; of guards: 32 bits. */
function fake({ commandSet, capCss = 0x41, extendedLbaFormats = false, quirks = [] }: Fake) {
  const asked: string[] = [];
  const page = new DataView(new ArrayBuffer(4096));
  const source = {
    versionWord: 0x2_0000,
    quirks: new Set(quirks),
    capabilities: { commandSets: capCss },
    identity: { extendedLbaFormats },
    admin: {
      async identifyNamespace() {
        asked.push('00h');
        return PLAIN;
      },
      async namespaceCommandSet() {
        asked.push('03h');
        if (commandSet === undefined) throw INVALID_FIELD;
        return commandSet;
      },
      async namespaceOfCommandSet(_nsid: number, csi: number) {
        asked.push(`05h ${csi}`);
        if (csi === 0) page.setUint32(12, 1 << 7, true);
        else page.setBigUint64(2816, 256n, true);
        return page;
      },
    },
  } as unknown as DescribedSource;
  return { source, asked };
}

test('a controller of one command set is asked for Identify Namespace alone', async () => {
  const { source, asked } = fake({ capCss: 1, commandSet: 2 });
  assert.deepEqual(await describedNamespace(source, 1), PLAIN);
  assert.deepEqual(asked, ['00h']);
});

test('one that does not tell of command sets, or is known not to, has that of NVM', async () => {
  assert.deepEqual(await describedNamespace(fake({}).source, 1), PLAIN);
  const { source, asked } = fake({ commandSet: 2, quirks: ['no-descriptors'] });
  assert.deepEqual(await describedNamespace(source, 1), PLAIN);
  assert.deepEqual(asked, ['00h']);
});

test('a zoned namespace has its zones, of which no more is written than its capacity has', async () => {
  const { source } = fake({ commandSet: 2 });
  const { commandSet, zones } = await describedNamespace(source, 1);
  assert.deepEqual([commandSet, zones], ['zoned', { zoneLbas: 256, mostActive: 1, mostOpen: 1 }]);
  // Four zones in 1024 blocks, 768 of which can be written.
  assert.deepEqual((await identifyNamespace(source, 1)).zones, {
    zoneLbas: 256,
    capacityLbas: 192,
    mostOpen: 1,
  });
});

test('guards are read where the controller has several kinds of them', async () => {
  const { source } = fake({ commandSet: 0, extendedLbaFormats: true });
  assert.equal((await describedNamespace(source, 1)).lbaFormats[0].guardBits, 32);
  assert.equal((await identifyNamespace(source, 1)).guardBits, 32);
});

for (const [commandSet, name] of [
  [1, 'key-value'],
  [3, 'subsystem local memory'],
  [9, 'command set 9'],
] as const)
  test(`a namespace of ${name} is told of, and refused by that name`, async () => {
    const { source } = fake({ commandSet });
    const { commandSet: told, sizeLbas } = await describedNamespace(source, 1);
    assert.deepEqual([told, sizeLbas], [name, 0n]);
    const refused = { code: 'UNSUPPORTED_COMMAND_SET', kind: 'input', reason: new RegExp(name) };
    await assert.rejects(identifyNamespace(source, 1), refused);
  });
