/** Entry of the thread that sends doorbells as messages, each with a reply: what is stored meanwhile goes as one. */
import { yieldCpu } from '../../../../sys/affinity.js';
import { viewAt } from '../../../../sys/mapping.js';
import { threadData } from '../../../../sys/thread-data.js';
import { UnixSocket } from '../../../../sys/unix-socket.js';
import { BAR0_REGION, viewOf } from '../../../../vfio-user/messages.js';
import { VfioUserChannel } from './channel.js';
import { writeRegion } from './client.js';
import { forwardDoorbells } from './doorbell-words.js';
import type { DoorbellThreadData } from './doorbells.js';
import { BROKEN_REASON, ExchangeLock } from './exchange-lock.js';

const YIELDS_BEFORE_SLEEP = 200;
const SLEEP_MS = 0.1;
const CONTENDED_SLEEP_MS = 0.05;

function forward(data: DoorbellThreadData, lock: ExchangeLock): void {
  const words = new Uint32Array(viewAt(data.address, data.lengthBytes));
  const socket = new UnixSocket(data.socketFd, data.target);
  const channel = new VfioUserChannel(socket, lock, data.target, data.timeoutMs, 'doorbells');
  const value = new Uint8Array(4);
  const view = viewOf(value);
  const send = (index: number, doorbell: number): void => {
    // registers and admin work go first, or a busy queue would keep them out
    while (lock.contended() && !lock.stopAsked()) lock.sleep(CONTENDED_SLEEP_MS);
    view.setUint32(0, doorbell, true);
    writeRegion(channel, BAR0_REGION, data.regionOffset + index * 4, value);
  };
  let idleRounds = 0;
  while (!lock.stopAsked() && lock.broken() === undefined) {
    idleRounds = forwardDoorbells(words, send) > 0 ? 0 : idleRounds + 1;
    if (idleRounds > YIELDS_BEFORE_SLEEP) lock.sleep(SLEEP_MS);
    else if (idleRounds > 0) yieldCpu();
  }
}

const data = threadData<DoorbellThreadData>();
const lock = new ExchangeLock(data.lock);
try {
  forward(data, lock);
} catch {
  // where the connection failed, that reason is there already
  lock.break(BROKEN_REASON.forwarder);
}
