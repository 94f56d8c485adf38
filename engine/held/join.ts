/** Joining a controller that another process holds. */
import { EngineError, NvmeStatusError, SystemError } from '../errors.js';
import type { StateDirContext } from '../machine/state-dir.js';
import type { Drive } from '../path/drive.js';
import { parseTarget, pciFunctionOf, targetFacts } from '../path/open.js';
import type { AdminQueue } from '../path/pcie/admin.js';
import type { Command, Completion } from '../path/pcie/command-queue.js';
import { Controller } from '../path/pcie/controller.js';
import type { ControllerOptions } from '../path/pcie/controller-options.js';
import type { ControllerShare } from '../path/pcie/controller-share.js';
import { pcieDrive } from '../path/pcie/drive.js';
import { openForeign } from '../path/pcie/transport/shared/foreign.js';
import { formatTarget } from '../path/target.js';
import { nowMs } from '../sys/clock.js';
import { closeFds, UnixSocket } from '../sys/unix-socket.js';
import { checkHolder } from './access.js';
import { HolderConnection, type Reply } from './connection.js';
import { broken } from './frame.js';
import { decodeWelcome, fieldsOf, PROTOCOL_VERSION, type Welcome } from './messages.js';
import { SharedDevice } from './shared-device.js';
import { socketPaths } from './socket-path.js';

const CONNECT_TIMEOUT_MS = 2000;
/** A holder that has just been started resets and enables the controller before it answers. */
const HELLO_TIMEOUT_MS = 30_000;
const REQUEST_TIMEOUT_MS = 10_000;
/** Beyond the command's own deadline, for the way there and back. */
const ADMIN_MARGIN_MS = 2000;

export interface JoinOptions extends ControllerOptions {
  /** Where the holder listens; by default where the holder of that target does. */
  readonly socketPath?: string;
  readonly state: StateDirContext;
}

/**
 * Joins the process that holds a controller: its descriptors, a window of addresses, queues as they are asked for.
 * Throws EngineError: NOT_HELD, PEER_REFUSED, HOLDER_NOT_TRUSTED, HOLDS_ANOTHER, or what attaching throws.
 */
export async function joinController(target: string, options: JoinOptions): Promise<Controller> {
  const canonical = formatTarget(parseTarget(target));
  const socket = connectToHolder(canonical, options);
  let connection: HolderConnection | undefined;
  let device: SharedDevice;
  let welcome: Welcome;
  try {
    const peer = socket.peerCredentials();
    checkHolder(peer, socket.path, options.state.uid);
    connection = new HolderConnection(socket, peer.pid);
    ({ device, welcome } = await takeOver(connection, canonical, socket.path));
  } catch (error) {
    (connection ?? socket).close();
    throw error;
  }
  return Controller.join(device, shareOf(connection, welcome, socket.path), options);
}

/** As `joinController`, as a drive: what holds for its target, whoever has it, holds for this one. */
export async function joinDrive(target: string, options: JoinOptions): Promise<Drive> {
  const { holdsData } = targetFacts(target);
  const pciFunction = pciFunctionOf(target);
  return pcieDrive(await joinController(target, options), { holdsData, pciFunction, shared: true });
}

async function takeOver(
  connection: HolderConnection,
  target: string,
  path: string,
): Promise<{ device: SharedDevice; welcome: Welcome }> {
  const { value, fds } = await connection.request(
    { kind: 'hello', version: PROTOCOL_VERSION },
    HELLO_TIMEOUT_MS,
  );
  const welcome = decodeOrClose(value, fds, path);
  const parts = openForeign(welcome.way, fds, welcome.window);
  try {
    if (welcome.target !== target) throw holdsAnother(target, welcome.target, path);
    return { device: new SharedDevice(welcome, connection, parts), welcome };
  } catch (error) {
    parts.close();
    throw error;
  }
}

function decodeOrClose(value: unknown, fds: readonly number[], path: string): Welcome {
  try {
    return decodeWelcome(value, path);
  } catch (error) {
    closeFds(fds);
    throw error;
  }
}

/** The first that answers of the places where a holder may listen. Throws EngineError NOT_HELD, SystemError. */
function connectToHolder(target: string, { socketPath, state }: JoinOptions): UnixSocket {
  const paths = socketPath === undefined ? socketPaths(target, state) : [socketPath];
  for (const path of paths) {
    const socket = tryConnect(path);
    if (socket) return socket;
  }
  throw new EngineError({
    code: 'NOT_HELD',
    op: 'join a held controller',
    target,
    reason: `no process holds it (none listens on ${paths.join(' or ')})`,
    hint: `start one beside this: nvbench hold '${target}'`,
  });
}

function tryConnect(path: string): UnixSocket | undefined {
  try {
    return UnixSocket.connect(path, nowMs() + CONNECT_TIMEOUT_MS, {
      EACCES: 'the process that holds the controller lets its own user in: hold it with --allow-user',
      EAGAIN: 'more wait than it lets in: try again, or find out what it is busy with',
    });
  } catch (error) {
    if (error instanceof SystemError && ['ENOENT', 'ENOTDIR', 'ECONNREFUSED'].includes(error.errnoName))
      return undefined;
    throw error;
  }
}

/** The process that holds a target and would answer; undefined where there is none, or it cannot be told. */
export function holderOf(target: string, state: StateDirContext): number | undefined {
  for (const path of socketPaths(formatTarget(parseTarget(target)), state)) {
    try {
      const socket = tryConnect(path);
      if (!socket) continue;
      const { pid } = socket.peerCredentials();
      socket.close();
      return pid;
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
    }
  }
  return undefined;
}

function shareOf(connection: HolderConnection, welcome: Welcome, path: string): ControllerShare {
  return {
    queuesGranted: welcome.queuesGranted,
    queueIds: {
      async take() {
        const { value } = await connection.request({ kind: 'take-queue' }, REQUEST_TIMEOUT_MS);
        if (typeof value === 'number') return value;
        throw broken(path, 'a queue identifier that is no number');
      },
      async give(qid) {
        await connection.request({ kind: 'give-queue', qid }, REQUEST_TIMEOUT_MS);
      },
    },
    adminQueue: (unusable, onTimeout) => new RemoteAdminQueue(connection, path, unusable, onTimeout),
  };
}

/** Admin commands by way of the holder; what they transfer goes straight to this process's memory. */
class RemoteAdminQueue implements AdminQueue {
  readonly #connection: HolderConnection;
  readonly #path: string;
  readonly #unusable: () => string | undefined;
  readonly #onTimeout: (reason: string) => void;

  constructor(
    connection: HolderConnection,
    path: string,
    unusable: () => string | undefined,
    onTimeout: (reason: string) => void,
  ) {
    this.#connection = connection;
    this.#path = path;
    this.#unusable = unusable;
    this.#onTimeout = onTimeout;
  }

  async execute(command: Command, timeoutMs: number): Promise<Completion> {
    const reason = this.#unusable();
    if (reason !== undefined) throw this.#lost(command, reason);
    const wholeMs = Math.ceil(timeoutMs);
    const body = { kind: 'admin', command, timeoutMs: wholeMs } as const;
    const { value } = await this.#ask(command, () =>
      this.#connection.request(body, wholeMs + ADMIN_MARGIN_MS, () => this.#unusable() !== undefined),
    );
    const { result, status } = fieldsOf(value, this.#path);
    if (typeof result === 'number' && typeof status === 'number') return { result, status };
    throw broken(this.#path, 'a completion without result');
  }

  async #ask(command: Command, ask: () => Promise<Reply>): Promise<Reply> {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof NvmeStatusError || !(error instanceof EngineError)) throw error;
      if (error.code === 'COMMAND_TIMEOUT' || error.code === 'HOLDER_SILENT')
        this.#onTimeout(`${command.name}: ${error.reason}`);
      throw error.code === 'DEVICE_LOST' ? this.#lost(command, error.reason) : error;
    }
  }

  #lost({ name }: Command, reason: string): EngineError {
    const hint = 'look at what became of `nvbench hold`, and start it again';
    return new EngineError({ code: 'DEVICE_LOST', op: name, target: this.#path, reason, hint });
  }
}

function holdsAnother(target: string, held: string, path: string): EngineError {
  return new EngineError({
    code: 'HOLDS_ANOTHER',
    op: 'join a held controller',
    target,
    reason: `the process that listens on ${path} holds ${held}`,
    hint: 'name the socket of the right one, or leave it out',
    kind: 'input',
  });
}
