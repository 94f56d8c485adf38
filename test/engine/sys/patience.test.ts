import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineError, SystemError } from '../../../engine/errors.js';
import { sleepMs } from '../../../engine/sys/clock.js';
import { Patience } from '../../../engine/sys/patience.js';

function failing(errnoName: string): () => never {
  const parts = { code: errnoName, op: 'accept', target: 'here', reason: errnoName, hint: 'raise the limit' };
  return () => {
    throw new SystemError({ ...parts, errno: 1, errnoName });
  };
}

test('a shortage is told once, and nothing is tried for a moment', async () => {
  const notices: string[] = [];
  const patience = new Patience((notice) => notices.push(notice));
  for (const name of ['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM'])
    for (let round = 0; round < 2; round++) {
      assert.equal(patience.attempt(failing(name)), undefined);
      assert.equal(patience.attempt(assert.fail), undefined);
      while (patience.waiting) await sleepMs(10);
    }
  assert.equal(
    patience.attempt(() => 'done'),
    'done',
  );
  assert.deepEqual(notices, ['accept (here): EMFILE; raise the limit; who connects meanwhile has to wait']);
});

test('descriptors that were lost on their way are a shortage, a peer that left is none', () => {
  const patience = new Patience(() => undefined);
  const parts = { op: 'receive', target: 'here', reason: '', hint: '' };
  assert.equal(patience.met(new EngineError({ ...parts, code: 'PEER_GONE' })), false);
  assert.equal(patience.waiting, false);
  assert.equal(patience.met(new EngineError({ ...parts, code: 'SOCKET_FDS_LOST' })), true);
  assert.equal(patience.waiting, true);
});

test('any other failure is none to wait for', () => {
  const patience = new Patience(assert.fail);
  assert.throws(() => patience.attempt(failing('EBADF')), { errnoName: 'EBADF' });
  assert.throws(
    () =>
      patience.attempt(() => {
        throw new RangeError('a defect');
      }),
    RangeError,
  );
  assert.equal(
    patience.attempt(() => 1),
    1,
  );
});
