import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventInterrupts } from '../../../../../engine/path/pcie/transport/event-interrupts.js';

/** Ten vectors; descriptors are numbers from 50 on. */
function subject(fail: { route?: boolean } = {}) {
  const open = new Set<number>();
  const routed: (readonly number[])[] = [];
  let next = 50;
  const interrupts = new EventInterrupts({
    target: 'fake:0',
    maxVectors: 10,
    createEventFd() {
      open.add(next);
      return next++;
    },
    closeFd: (fd) => assert.ok(open.delete(fd), `${fd} is not open`),
    route(eventFds) {
      if (fail.route) throw new Error('no');
      routed.push([...eventFds]);
    },
    mask: () => routed.push([]),
  });
  return { interrupts, open, routed };
}

test('queue pairs get the vectors from 1 on, vector 0 is left to the admin queue', () => {
  const { interrupts, routed } = subject();
  assert.deepEqual(interrupts.arm(2), [
    { vector: 1, eventFd: 51 },
    { vector: 2, eventFd: 52 },
  ]);
  assert.deepEqual(routed, [[50, 51, 52]]);
});

test('what was armed before is masked and closed', () => {
  const { interrupts, routed, open } = subject();
  interrupts.arm(1);
  interrupts.arm(1);
  assert.deepEqual(routed, [[50, 51], [], [52, 53]]);
  interrupts.disarm();
  assert.equal(open.size, 0);
});

test('as many queue pairs as vectors share vector 0 with the admin queue, more are refused', () => {
  const { interrupts, routed } = subject();
  assert.deepEqual(interrupts.arm(9)[0], { vector: 1, eventFd: 51 });
  const armed = interrupts.arm(10);
  assert.deepEqual([armed.length, armed[0].vector, routed.at(-1)?.[0]], [10, 0, armed[0].eventFd]);
  assert.throws(() => interrupts.arm(11), { code: 'TOO_MANY_VECTORS', kind: 'input' });
});

test('where they cannot be routed no eventfd stays open', () => {
  const { interrupts, open } = subject({ route: true });
  assert.throws(() => interrupts.arm(3), /no/);
  assert.equal(open.size, 0);
});
