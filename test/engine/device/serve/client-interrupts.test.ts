import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClientInterrupts } from '../../../../engine/device/serve/client-interrupts.js';
import { createEventFd } from '../../../../engine/sys/fd.js';
import { closeFds } from '../../../../engine/sys/unix-socket.js';
import { openFds } from '../../../fixtures/open-fds.js';

const EVENTFDS = { flags: 0x24, index: 2 };

const MSIX = { msixEnabled: true, intxEnabled: false };
const INTX = { msixEnabled: false, intxEnabled: true };

/** Four vectors, and what the controller signals for each; `busy` while it signals. */
function subject(msixEnabled: boolean) {
  const lines = [0, 0, 0, 0];
  const intx: (number | boolean)[] = [];
  const state = { busy: false };
  const interrupts = new ClientInterrupts(
    {
      vectors: 4,
      set(vector, eventFd) {
        lines[vector] = eventFd;
      },
      setIntx: (eventFd) => intx.push(eventFd),
      maskIntx: (masked) => intx.push(masked),
      settled: () => !state.busy,
    },
    4,
    { msixEnabled, intxEnabled: !msixEnabled },
  );
  return { interrupts, lines, intx, state };
}

test('eventfds are signalled while MSI-X is enabled only, whichever comes first', () => {
  const { interrupts, lines } = subject(false);
  const [one, two] = [createEventFd(), createEventFd()];
  interrupts.set({ ...EVENTFDS, start: 1, count: 1 }, [one]);
  assert.deepEqual(lines, [0, 0, 0, 0]);
  interrupts.route(MSIX);
  assert.deepEqual(lines, [0, one, 0, 0]);
  interrupts.set({ ...EVENTFDS, start: 2, count: 1 }, [two]);
  assert.deepEqual(lines, [0, one, two, 0]);
  interrupts.route(INTX);
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

test('the eventfd of INTx is signalled where MSI-X is off, and masked as the client says', () => {
  const { interrupts, intx } = subject(false);
  const [one, two] = [createEventFd(), createEventFd()];
  const before = openFds();
  interrupts.set({ flags: 0x24, index: 0, start: 0, count: 1 }, [one]);
  assert.equal(interrupts.keeps(one), true);
  interrupts.set({ flags: 0x11, index: 0, start: 0, count: 1 }, []);
  interrupts.set({ flags: 0x09, index: 0, start: 0, count: 1 }, []);
  interrupts.route(MSIX);
  interrupts.route(INTX);
  assert.deepEqual(intx, [one, false, true, 0, one]);
  interrupts.set({ flags: 0x24, index: 0, start: 0, count: 1 }, [two]);
  interrupts.set({ flags: 0x21, index: 0, start: 0, count: 0 }, []);
  assert.deepEqual(intx.slice(5), [two, 0]);
  assert.equal(openFds(), before - 2);
});
