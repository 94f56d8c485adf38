/** Joining a controller that another process holds, and what becomes of a holder that is none or says nonsense. */
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Frame, receiveFrame, sendFrame } from '../../../engine/held/frame.js';
import { holderOf } from '../../../engine/held/join.js';
import { ownSocketPath } from '../../../engine/held/socket-path.js';
import { EngineError, IoChannel, joinController } from '../../../engine/index.js';
import { nowMs } from '../../../engine/sys/clock.js';
import { closeFd, createEventFd } from '../../../engine/sys/fd.js';
import { UnixListener } from '../../../engine/sys/unix-listener.js';
import type { UnixSocket } from '../../../engine/sys/unix-socket.js';
import { HeldTarget } from '../../fixtures/held.js';
import { openFds } from '../../fixtures/open-fds.js';

const TARGET = 'sim:?size=16MiB&latency=none&queues=4';
const uid = process.geteuid?.() ?? 0;
const STRANGER = 60_001;
const TIMEOUT_MS = 10_000;

describe('a controller that another process holds', { concurrency: false }, () => {
  const held = new HeldTarget(TARGET);
  const options = { state: held.state, hugepages: 'never' } as const;
  before(() => held.hold());
  after(() => held.dispose());

  test('is the one that its holder has, reached by the way of sharing', async () => {
    const controller = await joinController(held.target, options);
    assert.equal(controller.device.kind, 'shared:sim');
    assert.equal(controller.device.target, held.target);
    assert.equal(controller.maxIoQueues, 4);
    assert.notEqual(controller.identity.serialNumber, '');
    await controller.close();
  });

  test('answers commands of both that have joined it, each through a queue of its own', async () => {
    const both = [await joinController(held.target, options), await joinController(held.target, options)];
    const channels = [];
    for (const one of both) channels.push(await IoChannel.open(one, await one.namespace()));
    const [first, second] = channels;
    assert.notEqual(first.memory.qid, second.memory.qid);
    const buffers = both.map(({ arena }) => arena.allocate(512, 4096));
    new Uint8Array(buffers[0].view).fill(0x5a);
    await first.write(7, 1, buffers[0]);
    await second.read(7, 1, buffers[1]);
    assert.deepEqual(Buffer.from(buffers[1].view), Buffer.alloc(512, 0x5a));
    for (const channel of channels) await channel.close();
    for (const one of both) await one.close();
  });

  test('has its queue identifiers back once a process has left', async () => {
    for (let turn = 0; turn < 2; turn++) {
      const controller = await joinController(held.target, options);
      const qids = [];
      for (let i = 0; i < 4; i++) qids.push((await controller.createQueuePair(4)).qid);
      assert.deepEqual(qids, [1, 2, 3, 4]);
      await assert.rejects(controller.createQueuePair(4), { code: 'NO_QUEUE_LEFT' });
      await controller.close();
    }
  });

  test('is neither reset nor shut down by a process that leaves', async () => {
    const stays = await joinController(held.target, options);
    const leaves = await joinController(held.target, options);
    assert.equal(await leaves.device.reset(), false);
    await leaves.close();
    assert.equal(stays.dead(), undefined);
    assert.ok((await stays.admin.smart()).temperatureKelvin > 0);
    await stays.close();
  });

  test('is refused under the name of another', async () => {
    const socketPath = ownSocketPath(held.target, held.state);
    await assert.rejects(joinController('sim:?size=32MiB', { ...options, socketPath }), {
      code: 'HOLDS_ANOTHER',
      kind: 'input',
      reason: new RegExp(`holds ${held.target.replace(/\?/, '\\?')}$`),
    });
  });
});

test('the holder is found by its target, as the process that it is', async () => {
  const held = new HeldTarget(TARGET);
  try {
    assert.equal(holderOf(held.target, held.state), undefined);
    const holder = await held.hold();
    assert.equal(holderOf(held.target, held.state), holder.child.pid);
    await holder.kill('SIGKILL');
    assert.equal(holderOf(held.target, held.state), undefined);
  } finally {
    await held.dispose();
  }
});

test('a holder that is killed takes the controller with it: commands fail at once, and leaving still works', async () => {
  const held = new HeldTarget(TARGET);
  try {
    const holder = await held.hold();
    const controller = await joinController(held.target, { state: held.state, hugepages: 'never' });
    await holder.kill('SIGKILL');
    await assert.rejects(controller.admin.smart(), { code: 'DEVICE_LOST' });
    assert.match(controller.dead() ?? '', new RegExp(`process ${holder.child.pid}, .* has ended`));
    await controller.close();
  } finally {
    await held.dispose();
  }
});

/** A folder, and a holder's socket in it that the test plays. */
class PlayedHolder {
  readonly folder = mkdtempSync(join(tmpdir(), 'nvbench-join-'));
  readonly path = join(this.folder, 'socket');
  readonly #listener: UnixListener;

  /** `asUid`: who listens, where it is root that runs the test. */
  constructor(asUid = uid) {
    chmodSync(this.folder, 0o777);
    process.seteuid?.(asUid);
    try {
      this.#listener = new UnixListener(this.path);
    } finally {
      process.seteuid?.(uid);
    }
  }

  /** Joins, while `play` is the holder once the hello has come. */
  async join(play: (socket: UnixSocket) => void, asUid = uid): Promise<void> {
    const state = { env: { NVBENCH_STATE_DIR: this.folder }, uid: asUid };
    const joining = joinController(TARGET, { state, socketPath: this.path, hugepages: 'never' });
    joining.catch(() => undefined);
    const socket = this.#listener.accept(TIMEOUT_MS) ?? assert.fail('nobody connects');
    try {
      play(socket);
      await joining;
    } finally {
      socket.close();
    }
  }

  dispose(): void {
    this.#listener.close();
    rmSync(this.folder, { recursive: true });
  }
}

const hello = (socket: UnixSocket): Frame => receiveFrame(socket, nowMs() + TIMEOUT_MS);

/** Answers the hello, with descriptors that the joining process has to get rid of. */
function welcome(socket: UnixSocket, ok: unknown, descriptors = 0): void {
  hello(socket);
  const fds = Array.from({ length: descriptors }, createEventFd);
  sendFrame(socket, { id: 1, ok }, fds, nowMs() + TIMEOUT_MS);
  for (const fd of fds) closeFd(fd);
}

const WELCOME = {
  version: 3,
  target: TARGET,
  transport: 'sim',
  software: true,
  numaNode: 0,
  queuesGranted: 4,
  maxVectors: 0,
  pageSizeBytes: 4096,
  window: { start: '0x200000', last: '0xffffff' },
  way: { kind: 'memfd', doorbellBytes: 4096 },
};

const nonsense: Readonly<Record<string, (socket: UnixSocket) => void>> = {
  'an answer that is no object': (socket) => welcome(socket, 'welcome'),
  'a window that is no pair of addresses': (socket) =>
    welcome(socket, { ...WELCOME, window: { start: 1, last: 2 } }, 2),
  'a way that nobody knows': (socket) => welcome(socket, { ...WELCOME, way: { kind: 'carrier pigeon' } }, 2),
  'too few descriptors': (socket) => welcome(socket, WELCOME),
  'too many descriptors': (socket) => welcome(socket, WELCOME, 3),
};

for (const [what, play] of Object.entries(nonsense)) {
  test(`a holder that answers with ${what} is not joined, and no descriptor stays open`, async () => {
    const holder = new PlayedHolder();
    const before = openFds();
    try {
      await assert.rejects(holder.join(play), { code: 'SHARING_BROKEN' });
      assert.equal(openFds(), before);
    } finally {
      holder.dispose();
    }
  });
}

test('what the holder refuses is thrown as the holder says it', async () => {
  const holder = new PlayedHolder();
  const error = { code: 'PEER_REFUSED', op: 'join', target: TARGET, reason: 'a stranger', hint: 'go away' };
  const refuse = (socket: UnixSocket): void => {
    hello(socket);
    sendFrame(socket, { id: 1, error }, [], nowMs() + TIMEOUT_MS);
  };
  try {
    await assert.rejects(holder.join(refuse), error);
  } finally {
    holder.dispose();
  }
});

test('a holder that hangs up before it answers is gone', async () => {
  const holder = new PlayedHolder();
  try {
    await assert.rejects(
      holder.join((socket) => socket.close()),
      { code: 'DEVICE_LOST' },
    );
  } finally {
    holder.dispose();
  }
});

test('a holder that is neither root nor this user is not trusted', async () => {
  const holder = new PlayedHolder(uid === 0 ? STRANGER : uid);
  try {
    await assert.rejects(
      holder.join(() => undefined, uid === 0 ? uid : STRANGER),
      { code: 'HOLDER_NOT_TRUSTED', target: holder.path },
    );
  } finally {
    holder.dispose();
  }
});

test('where nobody listens, or nobody any more, the target is not held, and the next step is to hold it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nvbench-join-'));
  const state = { env: { NVBENCH_STATE_DIR: folder }, uid };
  const notHeld = (error: unknown): boolean => {
    assert.ok(error instanceof EngineError);
    assert.equal(error.code, 'NOT_HELD');
    assert.ok(error.hint.includes(`nvbench hold '${TARGET}'`), error.hint);
    return true;
  };
  try {
    await assert.rejects(joinController(TARGET, { state }), notHeld);
    const socketPath = join(folder, 'stale');
    new UnixListener(socketPath).close();
    assert.ok(statSync(socketPath).isSocket());
    await assert.rejects(joinController(TARGET, { state, socketPath }), notHeld);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
