import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineError } from '../../../../engine/errors.js';
import { formatTarget, readTarget } from '../../../../engine/path/target.js';
import { readUringOptions, URING_FORM } from '../../../../engine/path/uring/target.js';

const read = (text: string) => readTarget(text, [URING_FORM]);

test('a target is written back as it is read, its path without detours', () => {
  for (const text of ['uring:/dev/nvme0n1', 'uring:/srv/a file?size=4GiB&lba=4096'])
    assert.equal(formatTarget(read(text)), text);
  assert.equal(read('uring:/srv/../dev//nvme0n1').address, '/dev/nvme0n1');
});

test('options say how large a file is, and its blocks; without them the path does', () => {
  const { sizeBytes, lbaBytes } = readUringOptions(read('uring:/a?size=4GiB&lba=512'));
  assert.deepEqual([sizeBytes, lbaBytes], [2 ** 32, 512]);
  const without = {
    sizeBytes: undefined,
    lbaBytes: undefined,
    sqPoll: false,
    sqPollCpu: undefined,
    ioPoll: false,
  };
  assert.deepEqual(readUringOptions(read('uring:/a')), without);
});

test('options say who submits, and where completions are looked for', () => {
  const { sqPoll, sqPollCpu, ioPoll } = readUringOptions(read('uring:/a?sqpoll=1&sqpoll_cpu=3&iopoll=1'));
  assert.deepEqual([sqPoll, sqPollCpu, ioPoll], [true, 3, true]);
});

for (const text of ['uring', 'uring:', 'uring:dev/nvme0n1', 'uring:./a'])
  test(`'${text}' is refused: only an absolute path says which file`, () => {
    assert.throws(() => read(text), { code: 'BAD_TARGET', kind: 'input' });
  });

for (const [text, told] of [
  ['uring:/a?size=0', /size=0 .*size of a regular file/],
  ['uring:/a?size=1000', /size=1000 /],
  ['uring:/a?size=6KiB&lba=4096', /size=6KiB /],
  ['uring:/a?lba=1024', /lba=1024 .*512 or 4096/],
  ['uring:/a?sqpoll=2', /sqpoll=2 /],
  ['uring:/a?sqpoll_cpu=1', /sqpoll_cpu=1 .*with sqpoll=1/],
  ['uring:/a?iopoll=yes', /iopoll=yes /],
  ['uring:/a?__proto__=1', /no option '__proto__'/],
  ['uring:/a?latency=80us', /no option 'latency'.*size, lba/],
] as const)
  test(`${text} is refused with what is possible`, () => {
    assert.throws(
      () => readUringOptions(read(text)),
      (error) => {
        assert.ok(error instanceof EngineError);
        assert.deepEqual([error.code, error.kind], ['BAD_URING_OPTION', 'input']);
        assert.match(error.message, told);
        return true;
      },
    );
  });
