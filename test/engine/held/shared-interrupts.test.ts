import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineError } from '../../../engine/errors.js';
import type { HolderConnection, Reply } from '../../../engine/held/connection.js';
import { SharedInterrupts } from '../../../engine/held/shared-interrupts.js';
import { createEventFd } from '../../../engine/sys/fd.js';
import { openFds } from '../../fixtures/open-fds.js';

const noneLeft = new EngineError({ code: 'NO_VECTOR_LEFT', op: '', target: '', reason: '', hint: '' });

/** A holder that hands out vectors from 7 on, so many, each with `fdsEach` descriptors. */
function subject({ vectors = 10, fdsEach = 1 } = {}) {
  const asked: string[] = [];
  const holder = {
    gone: undefined as string | undefined,
    requestNow(request: { kind: string; vector?: number }): Reply {
      asked.push(`${request.kind} ${request.vector ?? ''}`.trim());
      if (request.kind === 'give-vector') return { value: null, fds: [] };
      const vector = 6 + asked.filter((each) => each === 'take-vector').length;
      if (vector >= 7 + vectors) throw noneLeft;
      return { value: vector, fds: Array.from({ length: fdsEach }, createEventFd) };
    },
  };
  const connection = holder as unknown as HolderConnection;
  return { interrupts: new SharedInterrupts(65, connection, 'fake:0'), asked, holder };
}

test('the vectors are those that the holder hands out, and go back to it', () => {
  const { interrupts, asked } = subject();
  const before = openFds();
  assert.deepEqual(
    interrupts.arm(2).map(({ vector }) => vector),
    [7, 8],
  );
  assert.equal(openFds(), before + 2);
  interrupts.disarm();
  assert.deepEqual(asked, ['take-vector', 'take-vector', 'give-vector 7', 'give-vector 8']);
  assert.equal(openFds(), before);
});

test('where one is refused, those before it go back', () => {
  const { interrupts, asked } = subject({ vectors: 1 });
  const before = openFds();
  assert.throws(() => interrupts.arm(2), noneLeft);
  assert.deepEqual(asked, ['take-vector', 'take-vector', 'give-vector 7']);
  assert.equal(openFds(), before);
});

for (const fdsEach of [0, 2])
  test(`a vector with ${fdsEach} descriptors is none, and they are closed`, () => {
    const { interrupts } = subject({ fdsEach });
    const before = openFds();
    assert.throws(() => interrupts.arm(1), { code: 'SHARING_BROKEN' });
    assert.equal(openFds(), before);
  });

test('a holder that is gone is asked nothing, and the eventfds are closed all the same', () => {
  const { interrupts, asked, holder } = subject();
  const before = openFds();
  interrupts.arm(1);
  holder.gone = 'it has ended';
  interrupts.disarm();
  assert.deepEqual(asked, ['take-vector']);
  assert.equal(openFds(), before);
});
