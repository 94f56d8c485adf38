import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NamespaceExtent } from '../../../../engine/path/path.js';
import { planMetadata } from '../../../../engine/path/pcie/metadata.js';
import { READS } from '../reads.js';

const plan = (format: Partial<NamespaceExtent>) =>
  planMetadata({ namespace: { ...READS.namespace, ...format } }, 'fake:0');

test('a namespace without metadata has nothing to say of it', () => {
  assert.equal(plan({ metadataBytes: 0, protectionType: 0 }), undefined);
});

test('the host has a buffer for all metadata but protection information that is all of it', () => {
  const bytes = (metadataBytes: number, protectionType: number) =>
    plan({ metadataBytes, protectionType })?.hostBytes;
  assert.deepEqual([bytes(8, 0), bytes(8, 1), bytes(8, 3), bytes(16, 2), bytes(128, 0)], [8, 0, 0, 16, 128]);
});

test('reference tags have what guards and storage tags leave of their space', () => {
  const bits = (guardBits: number, storageTagBits: number, protectionType = 1) =>
    plan({ metadataBytes: 16, protectionType, guardBits, storageTagBits })?.referenceBits;
  assert.deepEqual([bits(16, 0), bits(16, 12), bits(32, 16), bits(32, 64)], [32, 20, 64, 16]);
  assert.deepEqual([bits(64, 0), bits(64, 40), bits(64, 0, 3)], [48, 8, 0]);
  assert.equal(plan({ metadataBytes: 16, protectionType: 1, guardBits: 64 })?.hostBytes, 0);
});

test('protection information at the end of the data works where the controller strips it', () => {
  assert.equal(plan({ metadataBytes: 8, protectionType: 1, metadataInline: true })?.hostBytes, 0);
});

for (const [what, format, reason] of [
  ['metadata at the end of the data', { metadataBytes: 8, metadataInline: true }, /FLBAS bit 4/],
  [
    'protection in longer metadata at the end of the data',
    { metadataBytes: 16, protectionType: 1, metadataInline: true },
    /FLBAS bit 4/,
  ],
  ['guards of 64 bits without room', { metadataBytes: 8, protectionType: 1, guardBits: 64 }, /takes 16/],
  ['guards of no known kind', { metadataBytes: 16, protectionType: 1, guardBits: 0 }, /not known/],
  ['protection of type 4', { metadataBytes: 8, protectionType: 4 }, /type 4, which is reserved/],
  ['protection without room for it', { metadataBytes: 0, protectionType: 1 }, /0 bytes of metadata/],
] as const)
  test(`${what} is refused as input, with the reason`, () => {
    const refused = { code: 'UNSUPPORTED_FORMAT', kind: 'input', target: 'fake:0', reason };
    assert.throws(() => plan(format), refused);
  });

test('guards of formats without protection do not matter', () => {
  assert.equal(plan({ metadataBytes: 16, guardBits: 64 })?.hostBytes, 16);
});
