import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineError } from '../../../../engine/errors.js';
import { NULL_FORM, readNullOptions } from '../../../../engine/path/null/target.js';
import { formatTarget, readTarget } from '../../../../engine/path/target.js';

const read = (text: string) => readNullOptions(readTarget(text, [NULL_FORM]));

test('without options it is 1 GiB in blocks of 512 bytes', () => {
  assert.deepEqual(read('null'), { sizeBytes: 2 ** 30, lbaBytes: 512 });
  assert.deepEqual(read('null:'), read('NULL:'));
});

test('options say how large it is, and its blocks', () => {
  assert.deepEqual(read('null:?size=3TiB&lba=4096'), { sizeBytes: 3 * 2 ** 40, lbaBytes: 4096 });
});

test('a target is written back as it is read', () => {
  for (const text of ['null', 'null:?size=1TiB', 'null:?size=1TiB&lba=4096'])
    assert.equal(formatTarget(readTarget(text, [NULL_FORM])), text);
});

for (const [text, told] of [
  ['null:?size=0', /size=0 .*a size of whole blocks/],
  ['null:?size=1000', /size=1000 /],
  ['null:?size=', /size= /],
  ['null:?size=6KiB&lba=4096', /size=6KiB /],
  ['null:?lba=1024', /lba=1024 .*512 or 4096/],
  ['null:?__proto__=1', /no option '__proto__'/],
  ['null:?latency=80us', /no option 'latency'.*size, lba/],
] as const)
  test(`${text} is refused`, () => {
    assert.throws(
      () => read(text),
      (error) =>
        error instanceof EngineError &&
        error.code === 'BAD_NULL_OPTION' &&
        error.kind === 'input' &&
        told.test(error.message),
    );
  });

test('it has no address', () => {
  assert.throws(() => read('null:0000:01:00.0'), { code: 'BAD_TARGET', kind: 'input' });
});
