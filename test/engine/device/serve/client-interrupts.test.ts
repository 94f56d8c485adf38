import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClientInterrupts } from '../../../../engine/device/serve/client-interrupts.js';
import { createEventFd } from '../../../../engine/sys/fd.js';
import { closeFds } from '../../../../engine/sys/unix-socket.js';
import { openFds } from '../../../fixtures/open-fds.js';

const EVENTFDS = { flags: 0x24, index: 2 };

/** Four vectors, and what the controller signals for each; `busy` while it signals. */
function subject(enabled: boolean) {
  const lines = [0, 0, 0, 0];
  const state = { busy: false };
  const interrupts = new ClientInterrupts(
    {
      vectors: 4,
      set(vector, eventFd) {
        lines[vector] = eventFd;
      },
      settled: () => !state.busy,
    },
    4,
    enabled,
  );
  return { interrupts, lines, state };
}

test('eventfds are signalled while MSI-X is enabled only, whichever comes first', () => {
  const { interrupts, lines } = subject(false);
  const [one, two] = [createEventFd(), createEventFd()];
  interrupts.set({ ...EVENTFDS, start: 1, count: 1 }, [one]);
  assert.deepEqual(lines, [0, 0, 0, 0]);
  interrupts.enable(true);
  assert.deepEqual(lines, [0, one, 0, 0]);
  interrupts.set({ ...EVENTFDS, start: 2, count: 1 }, [two]);
  assert.deepEqual(lines, [0, one, two, 0]);
  interrupts.enable(false);
  assert.deepEqual(lines, [0, 0, 0, 0]);
  interrupts.release();
});

test('it says which descriptors it keeps, and keeps none after a refusal', () => {
  const { interrupts } = subject(true);
  const fds = [createEventFd(), createEventFd()];
  interrupts.set({ ...EVENTFDS, start: 0, count: 1 }, [fds[0]]);
  assert.throws(() => interrupts.set({ ...EVENTFDS, start: 3, count: 2 }, fds), { errorNumber: 22 });
  assert.deepEqual(
    fds.map((fd) => interrupts.keeps(fd)),
    [true, false],
  );
  interrupts.release();
  closeFds([fds[1]]);
});

test('an eventfd that may still be signalled is not closed: its number could be another file by then', () => {
  const { interrupts, lines, state } = subject(true);
  const fd = createEventFd();
  interrupts.set({ ...EVENTFDS, start: 0, count: 1 }, [fd]);
  const before = openFds();
  state.busy = true;
  interrupts.release();
  assert.equal(openFds(), before);
  assert.deepEqual(lines, [0, 0, 0, 0]);
  closeFds([fd]);
});
