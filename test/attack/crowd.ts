/** Peers that say nothing, or not all of it, or send what takes long to close; the same for server and holder. */
import { nowMs, sleepMs } from '../../engine/sys/clock.js';
import { UnixSocket } from '../../engine/sys/unix-socket.js';
import { Lingering } from '../fixtures/lingering.js';
import { type Scene, whatever } from './attack.js';
import { withDescriptors } from './odd-descriptors.js';

const MOST_PEERS = 64;
const LINGER_S = 2;

/** Many that connect; each with the beginning of something. */
export async function silent(scene: Scene, path: string): Promise<void> {
  const { dice, did } = scene;
  const peers: UnixSocket[] = [];
  await whatever(scene, async () => {
    for (let count = 1 + dice.below(MOST_PEERS); count > 0; count--) {
      const peer = UnixSocket.connect(path, nowMs() + 200);
      peers.push(peer);
      did('silent peers');
      if (dice.oneIn(2)) withDescriptors(dice, (fds) => peer.sendSome(dice.bytes(1 + dice.below(3)), fds));
    }
    await sleepMs(dice.below(300));
  });
  for (const peer of peers) peer.close();
}

/** One that sends descriptors whose last owner waits when it closes them. */
export async function lingering(scene: Scene, path: string): Promise<void> {
  const { dice, did } = scene;
  const sockets = new Lingering();
  await sockets.listen();
  await whatever(scene, async () => {
    const peer = UnixSocket.connect(path, nowMs() + 200);
    try {
      for (let count = 1 + dice.below(2); count > 0; count--) {
        const fd = await sockets.open(LINGER_S);
        try {
          peer.sendSome(dice.bytes(1 + dice.below(40)), [fd]);
          did('descriptors that linger');
        } finally {
          sockets.give(fd);
        }
      }
    } finally {
      peer.close();
    }
  });
  sockets.close();
}
