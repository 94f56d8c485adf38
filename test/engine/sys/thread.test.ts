import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineError } from '../../../engine/errors.js';
import { startThread } from '../../../engine/sys/thread.js';

test('a thread that cannot be started is an error that names it and what it was for', () => {
  const options = {
    name: 'nvbench-io-3',
    get workerData(): never {
      throw Object.assign(new Error('EAGAIN'), { code: 'ERR_WORKER_INIT_FAILED' });
    },
  };
  assert.throws(
    () => startThread(new URL('file:///nowhere.js'), options, 'CPU 5'),
    (error: unknown) => {
      assert.ok(error instanceof EngineError);
      assert.equal(error.code, 'THREAD_NOT_STARTED');
      assert.match(
        error.message,
        /^start thread nvbench-io-3 \(CPU 5\): no further thread .*\(EAGAIN\); .*ulimit -u/,
      );
      return true;
    },
  );
});
