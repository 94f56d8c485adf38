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
  readonly plain?: NamespaceIdentity;
  readonly zoneLbas?: bigint;
  /** CSI of the namespace; undefined where the controller refuses to tell. */
  readonly commandSet?: number;
  /** Whose list it is in (CNS 07h); undefined where the controller has no such lists. */
  readonly listedAs?: number;
  readonly capCss?: number;
  readonly extendedLbaFormats?: boolean;
  readonly quirks?: readonly string[];
}

/** A controller, and what it was asked. Of zones: 256 blocks; of guards: 32 bits. */
function fake({
  zoneLbas = 256n,
  plain = PLAIN,
  commandSet,
  listedAs,
  capCss = 0x41,
  extendedLbaFormats = false,
  quirks = [],
}: Fake) {
  const asked: string[] = [];
  const page = new DataView(new ArrayBuffer(4096));
  const source = {
    versionWord: 0x2_0000,
    quirks: new Set(quirks),
    capabilities: { commandSets: capCss, minPageBytes: 4096 },
    identity: { extendedLbaFormats },
    commandSets: {
      limits: async () => ({}),
      appendLimit: async () => ({ mostAppendPages: 16 }),
      use: async (csi: number) => asked.push(`use ${csi}`),
    },
    admin: {
      async identifyNamespace() {
        asked.push('00h');
        return plain;
      },
      async namespaceCommandSet() {
        asked.push('03h');
        if (commandSet === undefined) throw INVALID_FIELD;
        return commandSet;
      },
      async isOfCommandSet(_nsid: number, csi: number) {
        asked.push(`07h ${csi}`);
        if (listedAs === undefined) throw INVALID_FIELD;
        return csi === listedAs;
      },
      async namespaceOfCommandSet(_nsid: number, csi: number) {
        asked.push(`05h ${csi}`);
        if (csi === 2 && zoneLbas < 0n) throw INVALID_FIELD;
        if (csi === 0) page.setUint32(12, 1 << 7, true);
        else page.setBigUint64(2816, zoneLbas, true);
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
  for (const change of [{ zoneLbas: -1n }, { zoneLbas: 0n }, { listedAs: 0 }])
    assert.deepEqual(await describedNamespace(fake(change).source, 1), PLAIN);
  const { source, asked } = fake({ commandSet: 2, quirks: ['no-descriptors'] });
  assert.deepEqual(await describedNamespace(source, 1), PLAIN);
  assert.deepEqual(asked, ['00h']);
});

test('a zoned namespace has its zones, of which no more is written than its capacity has', async () => {
  const { source } = fake({ commandSet: 2 });
  const { commandSet, zones } = await describedNamespace(source, 1);
  assert.deepEqual(
    [commandSet, zones],
    ['zoned', { zoneLbas: 256, mostActive: 1, mostOpen: 1, mostAppendPages: 16 }],
  );
  // Four zones in 1024 blocks, 768 of which can be written.
  assert.deepEqual((await identifyNamespace(source, 1)).zones, {
    zoneLbas: 256,
    capacityLbas: 192,
    mostOpen: 1,
    mostAppendBytes: 65_536,
  });
});

test('where it does not tell, a namespace is zoned by the list that has it, or by the zones that it names', async () => {
  for (const [change, expected] of [
    [{ listedAs: 2 }, ['03h', '07h 0', '07h 2', 'use 2', '00h', '05h 2']],
    [{}, ['03h', '07h 0', 'use 2', '05h 2', 'use 2', '00h', '05h 2']],
  ] as const) {
    const { source, asked } = fake(change);
    assert.equal((await describedNamespace(source, 1)).zones?.zoneLbas, 256);
    assert.deepEqual(asked, expected);
  }
  assert.equal((await describedNamespace(fake({ listedAs: 1 }).source, 1)).commandSet, 'key-value');
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

for (const [what, change, reason] of [
  [
    'blocks of 1 TiB',
    { lbaFormats: [{ dataBytes: 2 ** 40, metadataBytes: 0, relativePerformance: 0 }] },
    /block size/,
  ],
  ['more blocks than can be counted', { sizeLbas: 2n ** 64n - 1n }, /18446744073709551615 blocks/],
  ['no capacity', { capacityLbas: 0n }, /NCAP is 0/],
  ['a format that there is not', { formatIndex: 15 }, /format 15 of 1/],
] as [string, Partial<NamespaceIdentity>, RegExp][])
  test(`a namespace with ${what} is refused`, () =>
    assert.rejects(identifyNamespace(fake({ plain: { ...PLAIN, ...change } }).source, 1), {
      code: 'UNSUPPORTED_FORMAT',
      message: reason,
    }));

for (const zoneLbas of [0n, 2048n])
  test(`a namespace of 1024 blocks with zones of ${zoneLbas} is refused`, () =>
    assert.rejects(identifyNamespace(fake({ commandSet: 2, zoneLbas }).source, 1), {
      code: 'UNSUPPORTED_FORMAT',
      message: new RegExp(`zones have ${zoneLbas} blocks`),
    }));
