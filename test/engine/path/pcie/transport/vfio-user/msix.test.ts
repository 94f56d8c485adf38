/** The client's end of interrupts: what it sends, laid out by hand, and what it leaves behind where the server fails. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import type { EventInterrupts } from '../../../../../../engine/path/pcie/transport/event-interrupts.js';
import { openMsix } from '../../../../../../engine/path/pcie/transport/vfio-user/msix.js';
import { openFds } from '../../../../../fixtures/open-fds.js';
import { functionWithMsix } from './msix-function.js';
import { type RawPair, rawPair } from './raw-pair.js';

const GET_IRQ_INFO = 7;
const SET_IRQS = 8;
const EINVAL = 22;
const NO_BODY = new Uint8Array(0);
const ENABLED = 0x8000;

let pair: RawPair;
let fdsBefore: number;
beforeEach(() => {
  pair = rawPair(500);
  fdsBefore = openFds();
});
afterEach(() => pair.close());

const words = (...values: number[]): Uint8Array => new Uint8Array(Uint32Array.from(values).buffer);
/** argsz, flags, index, count. */
const answer = (flags: number, count: number): Uint8Array => words(16, flags, 2, count);

/** Of a server with 16 vectors, which takes so many descriptors with a message. */
function opened(messageFds = 8): { msix: EventInterrupts; control: () => number } {
  const { config, bytes } = functionWithMsix(0x000f);
  pair.reply(0, GET_IRQ_INFO, answer(1, 16));
  const msix = openMsix(pair.channel, config, { irqCount: 5, messageFds });
  assert.ok(msix);
  pair.sent();
  return { msix, control: () => bytes.readUInt16LE(0x42) };
}

const bodyOf = ({ bytes }: { bytes: Uint8Array }): string => Buffer.from(bytes.subarray(16)).toString('hex');

test('MSI-X is asked for by its index', () => {
  pair.reply(0, GET_IRQ_INFO, answer(1, 16));
  const { config } = functionWithMsix(0x000f);
  assert.equal(openMsix(pair.channel, config, { irqCount: 5, messageFds: 8 })?.maxVectors, 16);
  const golden = '0000' + '0700' + '20000000' + '00000000' + '00000000';
  assert.equal(
    Buffer.from(pair.sent()).toString('hex'),
    `${golden}10000000${'00000000'}02000000${'00000000'}`,
  );
});

test('a server without vectors, or none that eventfds can be given for, has no interrupts', () => {
  const { config } = functionWithMsix(0x000f);
  const open = (irqCount = 5): unknown => openMsix(pair.channel, config, { irqCount, messageFds: 8 });
  assert.equal(open(2), undefined);
  pair.reply(0, GET_IRQ_INFO, answer(1, 0));
  assert.equal(open(), undefined);
  pair.reply(1, GET_IRQ_INFO, answer(0, 16));
  assert.equal(open(), undefined);
  pair.reply(2, GET_IRQ_INFO, NO_BODY, { errno: EINVAL });
  assert.equal(open(), undefined);
});

test('eventfds go with as many messages as the server needs, then MSI-X is enabled', () => {
  const { msix, control } = opened(2);
  for (const id of [1, 2]) pair.reply(id, SET_IRQS, NO_BODY);
  assert.equal(msix.arm(2).length, 2);
  const [first, second] = [pair.sentWithFds(), pair.sentWithFds()];
  // argsz 20, eventfd and trigger, MSI-X, start, count
  assert.equal(bodyOf(first), '14000000' + '24000000' + '02000000' + '00000000' + '02000000');
  assert.equal(bodyOf(second), '14000000' + '24000000' + '02000000' + '02000000' + '01000000');
  assert.deepEqual([first.fds, second.fds], [2, 1]);
  assert.equal(control(), 0x000f | ENABLED);
  pair.reply(3, SET_IRQS, NO_BODY);
  msix.disarm();
});

test('disarming clears MSI-X Enable, then sends none for all vectors, and closes the eventfds', () => {
  const { msix, control } = opened();
  for (const id of [1, 2]) pair.reply(id, SET_IRQS, NO_BODY);
  msix.arm(3);
  pair.sent();
  msix.disarm();
  assert.equal(control(), 0x000f);
  assert.equal(bodyOf(pair.sentWithFds()), '14000000' + '21000000' + '02000000' + '00000000' + '00000000');
  assert.equal(openFds(), fdsBefore);
});

test('a server that refuses the second message is told to forget the first', () => {
  const { msix, control } = opened(1);
  pair.reply(1, SET_IRQS, NO_BODY);
  pair.reply(2, SET_IRQS, NO_BODY, { errno: EINVAL });
  pair.reply(3, SET_IRQS, NO_BODY);
  assert.throws(() => msix.arm(2), { code: 'VFIO_USER_REFUSED', errnoName: 'EINVAL', op: /1 eventfds/ });
  for (let i = 0; i < 2; i++) pair.sent();
  assert.equal(bodyOf(pair.sentWithFds()), '14000000' + '21000000' + '02000000' + '00000000' + '00000000');
  assert.equal(control(), 0x000f);
  assert.equal(openFds(), fdsBefore);
});

test('a server that does not answer loses the connection, and no eventfd stays open', () => {
  const { msix } = opened();
  assert.throws(() => msix.arm(1), { code: 'VFIO_USER_LOST' });
  pair.sent();
  assert.equal(openFds(), fdsBefore);
});

test('a server that has gone meanwhile keeps nobody from closing the eventfds', () => {
  const { msix } = opened();
  pair.reply(1, SET_IRQS, NO_BODY);
  msix.arm(1);
  pair.peer.close();
  msix.disarm();
  assert.equal(openFds(), fdsBefore - 1); // the peer's end
});

test('more vectors than the server has are refused before it is asked', () => {
  const { msix } = opened();
  assert.throws(() => msix.arm(17), { code: 'TOO_MANY_VECTORS', kind: 'input' });
  assert.equal(pair.peer.waitReadable(0), false);
});
