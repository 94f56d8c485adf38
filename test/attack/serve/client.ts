import { nowMs } from '../../../engine/sys/clock.js';
import { closeFds, type UnixSocket } from '../../../engine/sys/unix-socket.js';
import { RawClient } from '../../engine/device/serve/raw-client.js';
import { type Scene, whatever } from '../attack.js';

export const targetAt = (folder: string): string => `vfio-user:${folder}`;

/** A client for a while: greeted, unless it is told not to be. */
export async function asClient(
  scene: Scene,
  act: (client: RawClient) => Promise<void> | void,
  greeting = true,
): Promise<void> {
  await whatever(scene, async () => {
    const client = new RawClient(targetAt(scene.at));
    scene.did('clients');
    try {
      if (greeting) client.call(1, Buffer.from('\0\0\x01\0{"capabilities":{}}\0', 'latin1'));
      await act(client);
    } finally {
      client.close();
    }
  });
}

/** Takes what has been answered so far, and keeps none of it. */
export function dropAnswers(socket: UnixSocket): void {
  for (;;) {
    const received = socket.receiveSome(65_536);
    if (received === undefined) return;
    closeFds(received.fds);
  }
}

export const shortly = (): number => nowMs() + 200;
