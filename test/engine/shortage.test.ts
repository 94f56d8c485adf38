import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadShortage, shortageOf } from '../../engine/shortage.js';

const error = (message: string, code?: string): Error => Object.assign(new Error(message), code && { code });

for (const [what, failure, hint] of [
  ['open files', error("EMFILE: too many open files, open '/x.js'", 'EMFILE'), /ulimit -n/],
  ['threads', error('EAGAIN', 'ERR_WORKER_INIT_FAILED'), /ulimit -u.*pids\.max/],
  ['address space', new RangeError('WebAssembly.Memory(): could not allocate memory'), /ulimit -v/],
  ['memory of buffers', new RangeError('Array buffer allocation failed'), /ulimit -v/],
  ['the heap of a thread', error('out of memory', 'ERR_WORKER_OUT_OF_MEMORY'), /memory/],
] as const) {
  test(`a failure for want of ${what} is told with its limit`, () => {
    assert.match(shortageOf(failure)?.hint ?? '', hint);
    assert.match(
      shortageOf(failure.message)?.hint ?? '',
      hint,
      'also where a thread has handed on the text alone',
    );
  });
}

test('another failure is no shortage', () => {
  for (const failure of [error('cannot read properties of undefined'), error('ENOENT', 'ENOENT'), undefined])
    assert.equal(shortageOf(failure), undefined);
});

test('a package that seems to be missing is a shortage only where few files may be open', () => {
  const missing = error("Cannot find package 'yargs'", 'ERR_MODULE_NOT_FOUND');
  assert.match(loadShortage(missing, 64)?.hint ?? '', /ulimit -n/);
  for (const limit of [1024, undefined]) assert.equal(loadShortage(missing, limit), undefined);
});
