import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FormatRequest } from '../../../../engine/path/drive.js';
import type { Controller } from '../../../../engine/path/pcie/controller.js';
import { formatNamespace } from '../../../../engine/path/pcie/format.js';
import type { NamespaceIdentity } from '../../../../engine/spec/index.js';

// FNA of NVMe base 2.0, figure 275: bit 0 formats all namespaces, bit 1 erases all, bit 2 cryptographic erase.
const FORMAT_NVM = 0x80;
const lbaFormats = [512, 4096].map((dataBytes) => ({ dataBytes, metadataBytes: 0, relativePerformance: 0 }));
const protection = { types: [1, 3], first: false, last: true, inline: true, separate: false };

/** Formats on a controller of that FNA with these active namespaces; the commands it was sent. */
async function format(
  fna: number,
  active: number[],
  request: Partial<FormatRequest> = {},
  namespace: Partial<NamespaceIdentity> = {},
): Promise<number[][]> {
  const sent: number[][] = [];
  const controller = {
    device: { target: 'fake:0' },
    versionWord: 0x0001_0400,
    quirks: new Set(),
    identity: { optionalAdminCommands: 2, formatAttributes: fna },
    admin: {
      namespaceList: async () => active,
      identifyNamespace: async () => ({ lbaFormats, protection, formatIndex: 0, ...namespace }),
      execute: async (command: { opcode: number; nsid: number; cdw10: number }) => {
        sent.push([command.opcode, command.nsid, command.cdw10]);
      },
    },
  } as unknown as Controller;
  await formatNamespace(controller, { nsid: 2, formatIndex: 1, ...request });
  return sent;
}

test('Format NVM names the namespace, its LBA format and the erase', async () => {
  assert.deepEqual(await format(0, [1, 2], { secureErase: 1 }), [[FORMAT_NVM, 2, 0x201]]);
});

for (const [fna, secureErase, what] of [
  [1, 0, 'formats'],
  [1, 1, 'formats'],
  [2, 1, 'erases'],
  [6, 2, 'erases'],
] as const) {
  test(`a controller that ${what} all namespaces at once needs leave (FNA ${fna}, erase ${secureErase})`, async () => {
    const refusal = { code: 'FORMATS_ALL_NAMESPACES', kind: 'input', reason: /also 1, 3/ };
    await assert.rejects(format(fna, [1, 2, 3], { secureErase }), refusal);
    assert.equal((await format(fna, [1, 2, 3], { secureErase, allNamespaces: true })).length, 1);
  });
}

test('where there is but one namespace no leave is needed', async () => {
  assert.equal((await format(1, [2])).length, 1);
});

test('an erase of all namespaces does not matter where nothing is erased', async () => {
  assert.equal((await format(2, [1, 2])).length, 1);
});

test('a cryptographic erase that the controller has not is refused', async () => {
  await assert.rejects(format(0, [2], { secureErase: 2 }), { code: 'FORMAT_UNSUPPORTED' });
});

test('a format that stays keeps how metadata lies and its protection, another one has none', async () => {
  const namespace = { formatIndex: 1, metadataInline: true, protectionType: 2, protectionFirst: true };
  // CDW10: MSET bit 4, PI bits 7:5, PIL bit 8.
  assert.deepEqual(await format(0, [2], { formatIndex: 1 }, namespace), [[FORMAT_NVM, 2, 0x151]]);
  assert.deepEqual(await format(0, [2], { formatIndex: 0 }, namespace), [[FORMAT_NVM, 2, 0]]);
});

/** A format with as much metadata. */
const withMetadata = (metadataBytes: number) => ({
  lbaFormats: [...lbaFormats, { dataBytes: 512, metadataBytes, relativePerformance: 0 }],
});

// CDW10 of Format NVM (NVMe base 2.0, figure 188): PI in bits 7:5, PIL in bit 8, MSET in bit 4.
test('a format has protection and layout where they are asked for', async () => {
  const asked = { formatIndex: 2, protection: { type: 3, first: false }, metadataInline: true } as const;
  assert.deepEqual(await format(0, [2], asked, withMetadata(8)), [[FORMAT_NVM, 2, 2 | (3 << 5) | (1 << 4)]]);
  const stays = { formatIndex: 2, protectionType: 1, metadataInline: true, ...withMetadata(16) };
  const first = { ...protection, first: true };
  const moved = { formatIndex: 2, protection: { type: 1, first: true } } as const;
  assert.deepEqual(await format(0, [2], moved, { ...stays, protection: first }), [
    [FORMAT_NVM, 2, 2 | (1 << 5) | (1 << 8) | (1 << 4)],
  ]);
  // none is as good as unsaid
  const none = { formatIndex: 2, protection: { type: 0, first: false } } as const;
  assert.deepEqual(await format(0, [2], none, stays), [[FORMAT_NVM, 2, 2 | (1 << 4)]]);
});

for (const [request, metadataBytes, reason] of [
  [{ protection: { type: 1, first: false } }, 0, /takes 8 bytes of metadata, and format 2 has 0/],
  [{ protection: { type: 2, first: false } }, 8, /that it can have \(DPC\): 1, 3/],
  [{ protection: { type: 1, first: true } }, 8, /cannot be the first of the metadata/],
  [{ metadataInline: false }, 8, /cannot lie apart from the data \(MC\)/],
] as const)
  test(`refused, with nothing sent: ${reason.source}`, async () => {
    const asked = format(0, [2], { formatIndex: 2, ...request }, withMetadata(metadataBytes));
    await assert.rejects(asked, { code: 'NO_SUCH_FORMAT', kind: 'input', reason });
  });
