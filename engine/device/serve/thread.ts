/** Entry of the server's thread. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { EngineError } from '../../errors.js';
import { attachSim, type SharedSimDevice, type SimLiveEnd } from '../../path/pcie/transport/sim.js';
import { SIM_FORM, servedOptions } from '../../path/pcie/transport/sim-options.js';
import { readTarget } from '../../path/target.js';
import type { RecordState } from '../record/ring.js';
import { listenIn, stopListening } from './listen-path.js';
import { VfioUserServerLoop } from './server.js';
import type { ServerMessage, ServerThreadData } from './server-thread.js';

const say = (message: ServerMessage, transfer: MessagePort[] = []): void =>
  parentPort?.postMessage(message, transfer);

function tellLost(record: RecordState | undefined): void {
  if (record === undefined || record.lost === 0) return;
  const why = record.problem ?? 'the file took them too slowly';
  say({ kind: 'notice', notice: `${record.lost} commands are missing in the record: ${why}` });
}

async function play(data: ServerThreadData): Promise<void> {
  const listener = listenIn(data.socketDir);
  let server: VfioUserServerLoop;
  let live: SimLiveEnd;
  let device: SharedSimDevice;
  try {
    const target = readTarget(data.device, [SIM_FORM]);
    const own: Record<string, string> = data.record === undefined ? {} : { record: data.record };
    device = await attachSim(target, { ...servedOptions(target.options), ...own });
    live = device.live;
    const report = (notice: string): void => say({ kind: 'notice', notice });
    server = new VfioUserServerLoop(listener, device, data, report);
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
    tellLost(device.recorded());
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
