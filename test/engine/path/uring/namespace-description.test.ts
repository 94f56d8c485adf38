import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SystemError } from '../../../../engine/errors.js';
import { statusError } from '../../../../engine/path/status-error.js';
import { describedNamespace } from '../../../../engine/path/uring/namespace-description.js';
import { type ControllerIdentity, decodeController } from '../../../../engine/spec/index.js';

const PAGE_BYTES = 4096;
const BARE = decodeController(new DataView(new ArrayBuffer(PAGE_BYTES)));

const refuse = (op: string): Error => statusError(op, 'uring:/dev/ng0n1', 2);

const failWith =
  (errno: number, errnoName: string) =>
  (op: string): Error =>
    new SystemError({ code: 'SYSTEM_CALL', op, target: '', reason: '', hint: '', errno, errnoName });

/** What is said of a namespace of 1024 blocks of 4 KiB + 16 bytes, zoned, with guards of 64 bits; and what was asked: CNS, CDW11. */
function described(identity: Partial<ControllerIdentity>, refused: readonly number[] = [], refusal = refuse) {
  const asked: number[][] = [];
  const namespace = describedNamespace(
    (name, cns, _nsid, cdw11 = 0) => {
      asked.push([cns, cdw11]);
      if (refused.includes(cns)) throw refusal(name);
      const page = new DataView(new ArrayBuffer(PAGE_BYTES));
      if (cns === 0) {
        page.setBigUint64(0, 1024n, true);
        page.setUint32(128, (12 << 16) | 16, true);
      } else if (cns === 3) page.setUint32(0, 0x0104, true);
      else if (cns === 6) page.setUint8(0, 5);
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

test('of a controller before 1.3 without extended formats Identify Namespace is all', () => {
  const { namespace, asked } = described({ version: '1.2.1' });
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
    [6, 0x0200_0000],
  ]);
  assert.deepEqual(
    [namespace.lbaFormats[0].guardBits, namespace.commandSet, namespace.zones?.zoneLbas],
    [64, 'zoned', 256],
  );
});

test('zones are told by controllers that have them before 2.0', () => {
  const { namespace, asked } = described({ version: '1.4.0' });
  assert.deepEqual(asked.slice(1), [
    [3, 0],
    [5, 0x0200_0000],
    [6, 0x0200_0000],
  ]);
  assert.deepEqual(namespace.zones, { zoneLbas: 256, mostActive: 1, mostOpen: 1, mostAppendPages: 32 });
});

test('what the kernel lets a user not ask is as not answered, and what fails otherwise is not', () => {
  const { namespace } = described({ version: '1.3.0' }, [3], failWith(13, 'EACCES'));
  assert.deepEqual([namespace.sizeLbas, namespace.commandSet], [1024n, undefined]);
  assert.throws(() => described({ version: '1.3.0' }, [3], failWith(19, 'ENODEV')), SystemError);
});

test('a controller that refuses to tell has guards of 16 bits and the NVM command set', () => {
  const { namespace } = described({ version: '2.0.0', extendedLbaFormats: true }, [3, 5]);
  assert.deepEqual([namespace.lbaFormats[0].guardBits, namespace.commandSet], [undefined, undefined]);
});
