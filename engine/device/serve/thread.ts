/** Entry of the server's thread. */
import { parentPort, workerData } from 'node:worker_threads';
import { EngineError } from '../../errors.js';
import { attachSim } from '../../path/pcie/transport/sim.js';
import { SIM_FORM, servedOptions } from '../../path/pcie/transport/sim-options.js';
import { readTarget } from '../../path/target.js';
import { listenIn, stopListening } from './listen-path.js';
import type { ServerMessage, ServerThreadData } from './serve.js';
import { VfioUserServerLoop } from './server.js';

const say = (message: ServerMessage): void => parentPort?.postMessage(message);

async function play(data: ServerThreadData): Promise<void> {
  const listener = listenIn(data.socketDir);
  let server: VfioUserServerLoop;
  try {
    const target = readTarget(data.device, [SIM_FORM]);
    const device = await attachSim(target, servedOptions(target.options));
    const report = (notice: string): void => say({ kind: 'notice', notice });
    server = new VfioUserServerLoop(listener, device, data.mapDoorbells, report);
  } catch (error) {
    stopListening(listener);
    throw error;
  }
  parentPort?.on('message', () => server.stop());
  try {
    say({ kind: 'ready' });
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
