import assert from 'node:assert/strict';
import { test } from 'node:test';
import { statusError } from '../../../../engine/path/status-error.js';
import { describedNamespace } from '../../../../engine/path/uring/namespace-description.js';
import { type ControllerIdentity, decodeController } from '../../../../engine/spec/index.js';

const PAGE_BYTES = 4096;
const BARE = decodeController(new DataView(new ArrayBuffer(PAGE_BYTES)));

/** What is said of a namespace of 1024 blocks of 4 KiB + 16 bytes, zoned, with guards of 64 bits; and what was asked: CNS, CDW11. */
function described(identity: Partial<ControllerIdentity>, refused: readonly number[] = []) {
  const asked: number[][] = [];
  const namespace = describedNamespace(
    (name, cns, _nsid, cdw11 = 0) => {
      asked.push([cns, cdw11]);
      if (refused.includes(cns)) throw statusError(name, 'uring:/dev/ng0n1', 2);
      const page = new DataView(new ArrayBuffer(PAGE_BYTES));
      if (cns === 0) {
        page.setBigUint64(0, 1024n, true);
        page.setUint32(128, (12 << 16) | 16, true);
      } else if (cns === 3) page.setUint32(0, 0x0104, true);
      else if (cdw11 === 0) page.setUint32(12, 2 << 7, true);
      else page.setBigUint64(2816, 256n, true);
      if (cns === 3) page.setUint8(4, 2);
      return page;
    },
    { ...BARE, ...identity },
    1,
  );
  return { namespace, asked };
}

test('of a controller before 2.0 without extended formats Identify Namespace is all', () => {
  const { namespace, asked } = described({ version: '1.4.0' });
  assert.deepEqual(
    [asked, namespace.commandSet, namespace.lbaFormats[0].guardBits],
    [[[0, 0]], undefined, undefined],
  );
});

test('guards and zones are told where the controller has them', () => {
  const { namespace, asked } = described({ version: '2.0.0', extendedLbaFormats: true });
  assert.deepEqual(asked, [
    [0, 0],
    [5, 0],
    [3, 0],
    [5, 0x0200_0000],
  ]);
  assert.deepEqual(
    [namespace.lbaFormats[0].guardBits, namespace.commandSet, namespace.zones?.zoneLbas],
    [64, 'zoned', 256],
  );
});

test('a controller that refuses to tell has guards of 16 bits and the NVM command set', () => {
  const { namespace } = described({ version: '2.0.0', extendedLbaFormats: true }, [3, 5]);
  assert.deepEqual([namespace.lbaFormats[0].guardBits, namespace.commandSet], [undefined, undefined]);
});
