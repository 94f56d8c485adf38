/** What two processes say to each other in messages, without either waiting: `message-inbox.ts` and `message-outbox.ts`. */
import assert from 'node:assert/strict';
import { closeSync, fstatSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, beforeEach, test } from 'node:test';
import { EngineError } from '../../../engine/errors.js';
import { nowMs, sleepMs } from '../../../engine/sys/clock.js';
import { type Framing, MessageInbox } from '../../../engine/sys/message-inbox.js';
import { MessageOutbox } from '../../../engine/sys/message-outbox.js';
import { UnixListener } from '../../../engine/sys/unix-listener.js';
import { closeFds, UnixSocket } from '../../../engine/sys/unix-socket.js';
import { openFds, openFdsBecome } from '../../fixtures/open-fds.js';

const LONG_MS = 60_000;
const folder = mkdtempSync(join(tmpdir(), 'nvbench-box-'));
after(() => rmSync(folder, { recursive: true }));

/** Two bytes: how many follow, and anything. */
const framing: Framing = {
  headerBytes: 2,
  bodyBytes([lengthBytes]) {
    if (lengthBytes === 255)
      throw new EngineError({ code: 'TOO_LONG', op: 'read', target: 'here', reason: '255', hint: '' });
    return lengthBytes;
  },
};

let peer: UnixSocket;
let own: UnixSocket;
let count = 0;

beforeEach(() => {
  const listener = new UnixListener(join(folder, `s${count++}`));
  peer = UnixSocket.connect(listener.path, nowMs() + 1000);
  own = listener.accept(1000) ?? assert.fail();
  listener.close();
});
afterEach(() => {
  peer.close();
  own.close();
});

const say = (bytes: readonly number[], fds: readonly number[] = []): void =>
  peer.send(Uint8Array.from(bytes), fds, nowMs() + 1000);

test('a message is there once its last byte has come, and no byte of the next one with it', () => {
  const inbox = new MessageInbox(own, framing, LONG_MS);
  for (const byte of [3, 9, 1, 2]) {
    assert.equal(inbox.arrived(), false);
    say([byte]);
  }
  assert.equal(inbox.arrived(), false);
  say([3, 0, 7, 2, 5]);
  assert.equal(inbox.arrived(), true);
  assert.equal(inbox.arrived(), true, 'until it is taken');
  assert.deepEqual(inbox.take(), { header: Uint8Array.of(3, 9), body: Uint8Array.of(1, 2, 3), fds: [] });
  assert.equal(inbox.arrived(), true);
  assert.deepEqual(inbox.take(), { header: Uint8Array.of(0, 7), body: new Uint8Array(0), fds: [] });
  assert.equal(inbox.arrived(), false);
  say([6, 8]);
  assert.equal(inbox.arrived(), true);
  assert.deepEqual(inbox.take().body, Uint8Array.of(6, 8));
});

test('descriptors that come with the header are handed on, others are closed', async () => {
  const inbox = new MessageInbox(own, framing, LONG_MS);
  const fd = openSync('/proc/self/exe', 'r');
  const before = openFds();
  say([2], [fd]);
  say([0]);
  say([1], [fd, fd]);
  say([1]);
  assert.equal(inbox.arrived(), true);
  const { fds } = inbox.take();
  assert.deepEqual(
    fds.map((each) => fstatSync(each).ino),
    [fstatSync(fd).ino],
  );
  closeFds(fds);
  say([2], [fd]);
  assert.equal(inbox.arrived(), false);
  inbox.close();
  closeSync(fd);
  await openFdsBecome(before - 1);
});

test('a message that is begun and not ended in time ends it; silence does not', async () => {
  const inbox = new MessageInbox(own, framing, 20);
  await sleepMs(50);
  assert.equal(inbox.arrived(), false);
  say([1]);
  assert.equal(inbox.arrived(), false);
  await sleepMs(50);
  assert.throws(() => inbox.arrived(), { code: 'SOCKET_TIMEOUT' });
});

test('what is no message, and a peer that has gone, are told', () => {
  const inbox = new MessageInbox(own, framing, LONG_MS);
  say([255, 0]);
  assert.throws(() => inbox.arrived(), { code: 'TOO_LONG' });
  peer.close();
  assert.throws(() => new MessageInbox(own, framing, LONG_MS).arrived(), { code: 'PEER_GONE' });
});

test('what a peer does not take waits, and goes in its order', async () => {
  const outbox = new MessageOutbox(peer, LONG_MS);
  const messages = Array.from({ length: 20 }, (_, index) => new Uint8Array(40_000).fill(index));
  let sent = true;
  for (const message of messages) sent = outbox.post(message, []);
  assert.equal(sent, false, 'it waited for nobody');
  const came: Uint8Array[] = [];
  while (Buffer.concat(came).length < 20 * 40_000) {
    came.push(own.receive(65_536, nowMs() + 1000).data);
    sent = outbox.flush();
  }
  assert.equal(sent, true);
  assert.ok(Buffer.concat(came).equals(Buffer.concat(messages)));
});

test('a descriptor goes once, with the message that it was posted with', () => {
  const outbox = new MessageOutbox(peer, LONG_MS);
  const fd = openSync('/proc/self/exe', 'r');
  const before = openFds();
  while (outbox.post(new Uint8Array(60_000), []));
  outbox.post(new Uint8Array(60_000).fill(1), [fd]);
  outbox.post(new Uint8Array(60_000).fill(2), []);
  const withFds: Uint8Array[] = [];
  while (!outbox.flush() || own.waitReadable(0)) {
    const { data, fds } = own.receive(65_536, nowMs() + 1000);
    if (fds.length > 0) withFds.push(data);
    closeFds(fds);
  }
  closeSync(fd);
  assert.deepEqual(
    withFds.map((data) => data.includes(1)),
    [true],
  );
  assert.equal(openFds(), before - 1);
});

test('a peer that takes nothing in time is left', async () => {
  const outbox = new MessageOutbox(peer, 20);
  while (outbox.post(new Uint8Array(60_000), []));
  await sleepMs(50);
  assert.throws(() => outbox.flush(), { code: 'SOCKET_TIMEOUT' });
});
