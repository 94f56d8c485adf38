/** The holder's end of one secondary. */
import { EngineError } from '../errors.js';
import type { IovaRange } from '../memory/iova.js';
import type { Controller } from '../path/pcie/controller.js';
import type { Sharing } from '../path/pcie/transport/sharing.js';
import { nowMs } from '../sys/clock.js';
import { letGo } from '../sys/foreign-fd.js';
import { type Message, MessageInbox } from '../sys/message-inbox.js';
import { MessageOutbox } from '../sys/message-outbox.js';
import type { Patience } from '../sys/patience.js';
import type { PeerCredentials, UnixSocket } from '../sys/unix-socket.js';
import { broken, decodeText, encodeFrame, frames } from './frame.js';
import {
  decodeRequest,
  encodeError,
  encodeMessage,
  HELLO_ID,
  type Notice,
  PROTOCOL_VERSION,
  type Request,
  type Welcome,
} from './messages.js';
import { OwnedQueues } from './owned-queues.js';
import { OwnedVectors } from './owned-vectors.js';
import { PeerMemory } from './peer-memory.js';
import type { Suspicion } from './suspicion.js';
import type { VectorPool } from './vector-pool.js';
import { takeWindow } from './window.js';

/** What a secondary has to say hello, for the rest of a message it began, and for taking some of an answer. */
const PEER_TIMEOUT_MS = 10_000;

/** One command without an answer is the end of the controller for everybody, so no secondary chooses how soon. */
const ADMIN_TIMEOUT_MS = { least: 10_000, most: 60_000 };

/** Tells a peer that it is not let in. */
export function refuse(socket: UnixSocket, error: EngineError): void {
  socket.sendSome(encodeFrame({ id: HELLO_ID, error: encodeError(error) }), []);
}

/** Of a request that went well. */
interface Answer {
  readonly value: unknown;
  /** Go along with it; the holder's own. */
  readonly fds?: readonly number[];
}

const NOTHING: Answer = { value: null };

interface Joined {
  readonly window: IovaRange;
  readonly memory: PeerMemory;
}

/** What the holder has for all its secondaries. */
export interface SessionParts {
  readonly controller: Controller;
  readonly sharing: Sharing;
  readonly vectors: VectorPool;
  readonly suspicion: Suspicion;
  readonly patience: Patience;
}

export class Session {
  readonly peer: PeerCredentials;
  readonly #socket: UnixSocket;
  readonly #inbox: MessageInbox;
  readonly #outbox: MessageOutbox;
  readonly #helloByMs = nowMs() + PEER_TIMEOUT_MS;
  readonly #parts: SessionParts;
  readonly #vectors: OwnedVectors;
  readonly #queues: OwnedQueues;
  #joined: Joined | undefined;
  #request: Promise<void> | undefined;
  #ended = false;

  constructor(socket: UnixSocket, peer: PeerCredentials, parts: SessionParts) {
    this.#socket = socket;
    this.#inbox = new MessageInbox(socket, frames(socket.path), PEER_TIMEOUT_MS);
    this.#outbox = new MessageOutbox(socket, PEER_TIMEOUT_MS);
    this.peer = peer;
    this.#parts = parts;
    this.#vectors = new OwnedVectors(parts.vectors);
    this.#queues = new OwnedQueues(this.#vectors, {
      pageBytes: parts.controller.pageBytes,
      covers: (span) => this.#joined?.memory.covers(span) ?? false,
    });
  }

  get #controller(): Controller {
    return this.#parts.controller;
  }

  /** It was welcomed: the doorbells are its to ring. */
  get joined(): boolean {
    return this.#joined !== undefined;
  }

  /** The peer is gone, or broke the protocol: what is left is to close. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Takes a message where one waits and the last is answered. Whether there was one. */
  poll(): boolean {
    if (this.#request !== undefined || !this.#hasMessage()) return false;
    this.#request = this.#handle(this.#inbox.take())
      .catch(() => {
        this.#ended = true; // whatever it was, it came of this peer's message: the others go on
      })
      .finally(() => {
        this.#request = undefined;
      });
    return true;
  }

  tell(notice: Notice): void {
    this.#unlessBroken(() => this.#outbox.post(encodeFrame(notice), []));
  }

  /** A message that came whole. One that takes no answers is not asked for further ones. */
  #hasMessage(): boolean {
    return this.#unlessBroken(() => {
      if (this.#joined === undefined && nowMs() > this.#helloByMs) throw this.#socket.tooSlow('receive');
      return this.#outbox.flush() && this.#inbox.arrived();
    });
  }

  /** What `run` gives; false where the peer has gone, was too slow or sent what is no message: it is left then. */
  #unlessBroken(run: () => boolean): boolean {
    if (this.#ended) return false;
    try {
      return run();
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      this.#parts.patience.met(error);
      this.#ended = true;
      return false;
    }
  }

  /**
   * Deletes the queues that the secondary left, then takes its vectors back, its memory away from the device, and then
   * frees its addresses. What could not be had back stays set aside. `queuesGone`: the controller was reset since.
   */
  async close(queuesGone = false): Promise<void> {
    this.#ended = true;
    await this.#request;
    this.#inbox.close();
    this.#socket.dismiss();
    const left: number[] = [];
    const stuck = new Set<number>();
    for (const queue of this.#queues.entries) {
      if (queuesGone || (await this.#deleteQueues(queue))) continue;
      left.push(queue.qid);
      if (queue.vector !== undefined) stuck.add(queue.vector);
    }
    this.#vectors.giveAll(stuck);
    // What a queue that is left may still reach belongs to nobody else.
    if (this.#joined?.memory.release() && left.length === 0)
      this.#controller.arena.iovas.free(this.#joined.window.start);
    this.#joined = undefined;
  }

  async #deleteQueues({ qid, sq, cq }: { qid: number; sq: boolean; cq: boolean }): Promise<boolean> {
    const { admin, queueIds } = this.#controller;
    try {
      if (sq) await admin.deleteSubmissionQueue(qid);
      if (cq) await admin.deleteCompletionQueue(qid);
      await queueIds.give(qid);
      return true;
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      return false;
    }
  }

  async #handle({ body: text, fds }: Message): Promise<void> {
    const { path } = this.#socket;
    try {
      const { id, body } = decodeRequest(decodeText(text, path), path);
      await this.#answer(id, body, fds);
    } finally {
      letGo(fds); // what was mapped stays mapped without them
    }
  }

  async #answer(id: number, request: Request, fds: readonly number[]): Promise<void> {
    let reply: object;
    let given: readonly number[] = [];
    try {
      const answer = await this.#perform(request, fds);
      reply = { id, ok: answer.value };
      given = answer.fds ?? [];
    } catch (error) {
      reply = { id, error: encodeError(error) };
    }
    this.#outbox.post(encodeFrame(reply), given);
  }

  async #perform(request: Request, fds: readonly number[]): Promise<Answer> {
    if (request.kind === 'hello')
      return { value: this.#welcome(request.version), fds: this.#parts.sharing.fds };
    const { memory } = this.#joined ?? refuseOrder(this.#socket.path);
    const { admin, queueIds } = this.#controller;
    switch (request.kind) {
      case 'take-queue': {
        const qid = await queueIds.take();
        this.#queues.add(qid);
        return { value: qid };
      }
      case 'give-queue':
        if (this.#queues.remove(request.qid)) await queueIds.give(request.qid);
        return NOTHING;
      case 'take-vector': {
        const { vector, eventFd } = this.#vectors.take();
        return { value: vector, fds: [eventFd] };
      }
      case 'give-vector':
        if (!this.#queues.raises(request.vector)) this.#vectors.give(request.vector);
        return NOTHING;
      case 'admin': {
        const { command } = request;
        const timeoutMs = Math.min(
          Math.max(request.timeoutMs, ADMIN_TIMEOUT_MS.least),
          ADMIN_TIMEOUT_MS.most,
        );
        const execute = () => {
          this.#parts.suspicion.note(this.peer, command.opcode);
          return admin.execute(command, timeoutMs);
        };
        return { value: await this.#queues.execute(command, execute) };
      }
      case 'map':
        memory.map(request.iova, request.lengthBytes, fds);
        return NOTHING;
      case 'unmap': {
        const qid = this.#queues.inMemory(request);
        if (qid !== undefined) memory.refuseInUse(qid);
        memory.unmap(request.iova, request.lengthBytes);
        return NOTHING;
      }
    }
  }

  #welcome(version: number): unknown {
    const { device, arena, maxIoQueues, quirks } = this.#controller;
    const { pciId } = device;
    if (version !== PROTOCOL_VERSION || this.#joined)
      throw broken(
        this.#socket.path,
        `version ${version} was offered, version ${PROTOCOL_VERSION} is spoken`,
      );
    const window = takeWindow(arena.iovas);
    this.#joined = { window, memory: new PeerMemory(device, window) };
    const welcome: Welcome = {
      version: PROTOCOL_VERSION,
      target: device.target,
      transport: device.kind,
      software: device.software,
      ...(device.notice === undefined ? {} : { notice: device.notice }),
      numaNode: device.numaNode,
      ...(pciId === undefined || quirks.size === 0 ? {} : { pciId }),
      queuesGranted: maxIoQueues,
      maxVectors: this.#parts.vectors.maxVectors,
      pageSizeBytes: device.dma.pageSizeBytes,
      window,
      way: this.#parts.sharing.way,
    };
    return encodeMessage(welcome);
  }
}

function refuseOrder(path: string): never {
  throw broken(path, 'a request before hello');
}
