/** Entry of the server's thread. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { EngineError } from '../../errors.js';
import { attachSim, type SimLiveEnd } from '../../path/pcie/transport/sim.js';
import { SIM_FORM, servedOptions } from '../../path/pcie/transport/sim-options.js';
import { readTarget } from '../../path/target.js';
import { listenIn, stopListening } from './listen-path.js';
import type { ServerMessage, ServerThreadData } from './serve.js';
import { VfioUserServerLoop } from './server.js';

const say = (message: ServerMessage, transfer: MessagePort[] = []): void =>
  parentPort?.postMessage(message, transfer);

async function play(data: ServerThreadData): Promise<void> {
  const listener = listenIn(data.socketDir);
  let server: VfioUserServerLoop;
  let live: SimLiveEnd;
  try {
    const target = readTarget(data.device, [SIM_FORM]);
    const device = await attachSim(target, servedOptions(target.options));
    live = device.live;
    const report = (notice: string): void => say({ kind: 'notice', notice });
    server = new VfioUserServerLoop(listener, device, data.mapDoorbells, report);
  } catch (error) {
    stopListening(listener);
    throw error;
  }
  parentPort?.on('message', () => server.stop());
  try {
    say({ kind: 'ready', live }, [live.orders]);
    await server.run();
  } finally {
    await server.close();
  }
}

try {
  await play(workerData as ServerThreadData);
} catch (error) {
  const { code, op, target, reason, hint, kind } =
    error instanceof EngineError
      ? error
      : { code: 'SERVER_FAILED', op: 'serve', target: '', reason: String(error), hint: '', kind: undefined };
  say({ kind: 'failed', parts: { code, op, target, reason, hint, ...(kind ? { kind } : {}) } });
} finally {
  parentPort?.close();
}
