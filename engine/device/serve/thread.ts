/** Entry of the server's thread. */
import { type MessagePort, parentPort } from 'node:worker_threads';
import { EngineError, type FailureParts } from '../../errors.js';
import { attachSim, type SharedSimDevice, type SimLiveEnd } from '../../path/pcie/transport/sim.js';
import { SIM_FORM, servedOptions } from '../../path/pcie/transport/sim-options.js';
import { readTarget } from '../../path/target.js';
import { threadData } from '../../sys/thread-data.js';
import type { RecordState } from '../record/ring.js';
import { listenIn, stopListening } from './listen-path.js';
import { VfioUserServerLoop } from './server.js';
import type { ServerMessage, ServerOrder, ServerThreadData } from './server-thread.js';
import type { SlotOrder, SlotReply } from './slot.js';

const say = (message: ServerMessage, transfer: MessagePort[] = []): void =>
  parentPort?.postMessage(message, transfer);

function partsOf(error: unknown): FailureParts {
  const { code, op, target, reason, hint, kind } =
    error instanceof EngineError
      ? error
      : { code: 'SERVER_FAILED', op: 'serve', target: '', reason: String(error), hint: '', kind: undefined };
  return { code, op, target, reason, hint, ...(kind ? { kind } : {}) };
}

function tellLost(record: RecordState | undefined): void {
  if (record === undefined || record.lost === 0) return;
  const why = record.problem ?? 'the file took them too slowly';
  say({ kind: 'notice', notice: `${record.lost} commands are missing in the record: ${why}` });
}

function obey(server: VfioUserServerLoop, order: SlotOrder, socketDir: string): SlotReply {
  try {
    return order.kind === 'unplug' ? server.unplug(order.surprise) : server.plug(() => listenIn(socketDir));
  } catch (error) {
    return { refused: partsOf(error) };
  }
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
    const hooks = {
      notice: (notice: string): void => say({ kind: 'notice', notice }),
      unplugged: (): void => say({ kind: 'unplugged' }),
    };
    server = new VfioUserServerLoop(listener, device, data, hooks);
  } catch (error) {
    stopListening(listener);
    throw error;
  }
  parentPort?.on('message', (order: ServerOrder) => {
    if (order.kind === 'stop') server.stop();
    else say({ kind: 'slot', reply: obey(server, order, data.socketDir) });
  });
  try {
    say({ kind: 'ready', live }, [live.orders]);
    await server.run();
  } finally {
    await server.close();
    tellLost(device.recorded());
  }
}

async function main(data: ServerThreadData): Promise<void> {
  try {
    await play(data);
  } catch (error) {
    say({ kind: 'failed', parts: partsOf(error) });
  } finally {
    parentPort?.close();
  }
}

void main(threadData<ServerThreadData>());
