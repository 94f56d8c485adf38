/** The software controller as a vfio-user server, on a thread of its own. */
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { EngineError, type FailureParts } from '../../errors.js';
import type { SimLiveEnd } from '../../path/pcie/transport/sim.js';
import { SIM_FORM } from '../../path/pcie/transport/sim-options.js';
import { readTarget } from '../../path/target.js';
import { shortageOf } from '../../shortage.js';
import { startThread } from '../../sys/thread.js';
import { CONTROL_SOCKET } from './control-path.js';
import { ServedController } from './control-requests.js';
import { ControlServer } from './control-server.js';

export interface ServeOptions {
  /** Clients connect to `cntrl` in it, who gives orders (`askServed`) to `ctl`. */
  readonly socketDir: string;
  /** The controller to serve: a `sim` target. */
  readonly device: string;
  /** A file that each command is recorded in (docs/command-record.md), in place of `record=` of the target. */
  readonly record?: string | undefined;
  /** Offer the doorbells to be mapped; true unless given. */
  readonly mapDoorbells?: boolean;
  /** Hears what the one who runs the server is to know, a line each. */
  readonly onNotice?: (notice: string) => void;
}

export interface VfioUserServer {
  /** What a client attaches. */
  readonly target: string;
  /** Resolves once it has ended; rejects with EngineError where it ended by itself. */
  readonly ended: Promise<void>;
  /** Ends it: the client loses its controller, the socket is removed. Idempotent. */
  close(): Promise<void>;
}

export interface ServerThreadData {
  readonly socketDir: string;
  readonly device: string;
  readonly record: string | undefined;
  readonly mapDoorbells: boolean;
}

export type ServerMessage =
  | { readonly kind: 'ready'; readonly live: SimLiveEnd }
  | { readonly kind: 'notice'; readonly notice: string }
  | { readonly kind: 'failed'; readonly parts: FailureParts };

/**
 * Starts a server; one client at a time, the next one waits. Throws EngineError: of kind `input` for a target that is
 * not `sim`, SOCKET_IN_USE, or what starting the controller throws.
 */
export async function serveVfioUser(options: ServeOptions): Promise<VfioUserServer> {
  const { socketDir, device, record, mapDoorbells = true, onNotice } = options;
  checkServed(device);
  const workerData: ServerThreadData = { socketDir, device, record, mapDoorbells };
  const thread = { workerData, name: 'vfio-user-server' };
  const worker = startThread(new URL('./thread.js', import.meta.url), thread, device);
  worker.on('message', (message: ServerMessage) => {
    if (message.kind === 'notice') onNotice?.(message.notice);
  });
  const { ready, ended } = watch(worker, device);
  const served = new ServedController(await ready, device);
  const end = async (): Promise<void> => {
    worker.postMessage('stop');
    await ended.catch(() => undefined); // whoever wants the reason has `ended`
  };
  let control: ControlServer;
  try {
    control = new ControlServer(join(socketDir, CONTROL_SOCKET), served, (notice) => onNotice?.(notice));
  } catch (error) {
    served.close();
    await end();
    throw error;
  }
  const close = (): void => control.close();
  ended.then(close, close);
  return {
    target: `vfio-user:${socketDir}`,
    ended,
    close: end,
  };
}

function watch(worker: Worker, device: string): { ready: Promise<SimLiveEnd>; ended: Promise<void> } {
  let failure: EngineError | undefined;
  const ended = new Promise<void>((resolve, reject) => {
    worker.on('message', (message: ServerMessage) => {
      if (message.kind === 'failed') failure = new EngineError(message.parts);
    });
    worker.on('error', (error: Error) => {
      failure ??= serverFailed(device, error.message);
    });
    worker.once('exit', () => (failure === undefined ? resolve() : reject(failure)));
  });
  ended.catch(() => undefined); // it may fail before anybody asks
  const ready = new Promise<SimLiveEnd>((resolve, reject) => {
    worker.on('message', (message: ServerMessage) => message.kind === 'ready' && resolve(message.live));
    ended.then(() => reject(serverFailed(device, 'its thread ended')), reject);
  });
  return { ready, ended };
}

function serverFailed(device: string, reason: string): EngineError {
  const hint = shortageOf(reason)?.hint ?? 'start it again';
  return new EngineError({ code: 'SERVER_FAILED', op: 'serve vfio-user', target: device, reason, hint });
}

function checkServed(device: string): void {
  try {
    readTarget(device, [SIM_FORM]);
  } catch (cause) {
    throw notServed(device, cause);
  }
}

function notServed(device: string, cause: unknown): EngineError {
  return new EngineError({
    code: 'NOT_SERVED',
    op: 'serve vfio-user',
    target: device,
    reason: 'only the software controller can be served',
    hint: 'name a sim target, for example sim:?size=4GiB',
    kind: 'input',
    cause,
  });
}
