/** Peers that connect, and say nothing or not all of it, or listen to nothing. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { joinController } from '../../../engine/index.js';
import { nowMs, sleepMs } from '../../../engine/sys/clock.js';
import { UnixSocket } from '../../../engine/sys/unix-socket.js';
import { HeldTarget, type Program } from '../../fixtures/held.js';
import { RawSecondary } from './raw-secondary.js';

const TARGET = 'sim:?size=16MiB&latency=none';
const PEERS = 8;
const PATIENCE_MS = 60_000;

describe('a holder beside peers that do not talk', { concurrency: false }, () => {
  const held = new HeldTarget(TARGET);
  const path = join(held.folder, 'socket');
  let holder: Program;
  let peers: UnixSocket[] = [];
  before(async () => {
    holder = await held.hold('--socket', path);
  });
  afterEach(() => {
    for (const peer of peers) peer.close();
    peers = [];
  });
  after(async () => {
    const ended = await holder.kill('SIGTERM');
    await held.dispose();
    assert.deepEqual([ended.exitCode, ended.signal], [0, null], ended.stderr);
  });

  async function join_(): Promise<void> {
    const options = { state: held.state, socketPath: path, hugepages: 'never' } as const;
    const controller = await joinController(TARGET, options);
    await controller.admin.identifyController();
    await controller.close();
  }

  const connect = (): UnixSocket => UnixSocket.connect(path, nowMs() + PATIENCE_MS);
  /** Whether any of them is rid of another frame within a while; those that have gone are not. */
  async function anyTakes(frame: Uint8Array): Promise<boolean> {
    let taken = 0;
    for (let round = 0; round < 20; round++) {
      for (const peer of peers) while (!peer.peerGone() && peer.sendSome(frame, []) > 0) taken++;
      await sleepMs(20);
    }
    return taken > 0;
  }

  const gone = (): number => peers.filter((peer) => peer.peerGone()).length;

  test('lets others in while messages of many are under way', async () => {
    peers = Array.from({ length: PEERS }, connect);
    for (const peer of peers) peer.send(Uint8Array.of(9), [], nowMs() + 1000);
    await join_();
    assert.ok(gone() < PEERS, 'it waited for each of them');
  });

  test('lets others in while many take none of its answers', async () => {
    const secondaries = await Promise.all(Array.from({ length: PEERS }, () => RawSecondary.joined(path)));
    peers = secondaries.map(({ socket }) => socket);
    const request = Buffer.from(JSON.stringify({ id: 2, body: { kind: 'give-queue', qid: 1 } }));
    const frame = Buffer.alloc(4 + request.length);
    frame.writeUInt32LE(request.length);
    frame.set(request, 4);
    while (await anyTakes(frame));
    await join_();
    assert.ok(gone() < PEERS, 'it waited for each of them');
    for (const secondary of secondaries) secondary.close();
  });

  test('leaves those that never say hello', async () => {
    peers = Array.from({ length: PEERS }, connect);
    const half = connect();
    half.send(Uint8Array.of(9, 0), [], nowMs() + 1000);
    peers.push(half);
    const joined = await RawSecondary.joined(path);
    const until = nowMs() + PATIENCE_MS;
    while (gone() < peers.length && nowMs() < until) await sleepMs(50);
    assert.equal(gone(), peers.length);
    assert.equal(
      (await joined.ask({ kind: 'take-queue' })).error,
      undefined,
      'silence after hello is none of it',
    );
    joined.close();
  });
});
