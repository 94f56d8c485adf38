/** The software controller as a vfio-user server, on a thread of its own. */
import { join } from 'node:path';
import { EngineError } from '../../errors.js';
import { SIM_FORM } from '../../path/pcie/transport/sim-options.js';
import { readTarget } from '../../path/target.js';
import { CONTROL_SOCKET } from './control-path.js';
import { ServedController } from './control-requests.js';
import { ControlServer } from './control-server.js';
import { ServerThread } from './server-thread.js';

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

/**
 * Starts a server; one client at a time, the next one waits. Throws EngineError: of kind `input` for a target that is
 * not `sim`, SOCKET_IN_USE, or what starting the controller throws.
 */
export async function serveVfioUser(options: ServeOptions): Promise<VfioUserServer> {
  const { socketDir, device, record, mapDoorbells = true, onNotice } = options;
  checkServed(device);
  const notice = (text: string): void => onNotice?.(text);
  const thread = new ServerThread({ socketDir, device, record, mapDoorbells }, notice);
  const { ended } = thread;
  const served = new ServedController(await thread.ready, device, thread);
  const end = async (): Promise<void> => {
    thread.stop();
    await ended.catch(() => undefined); // whoever wants the reason has `ended`
  };
  let control: ControlServer;
  try {
    control = new ControlServer(join(socketDir, CONTROL_SOCKET), served, notice);
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
