/** A channel over a socket whose other end the test holds: replies are written before they are asked for. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VfioUserChannel } from '../../../../../../engine/path/pcie/transport/vfio-user/channel.js';
import { ExchangeLock } from '../../../../../../engine/path/pcie/transport/vfio-user/exchange-lock.js';
import { nowMs } from '../../../../../../engine/sys/clock.js';
import { UnixListener } from '../../../../../../engine/sys/unix-listener.js';
import { closeFds, UnixSocket } from '../../../../../../engine/sys/unix-socket.js';

export interface RawPair {
  readonly channel: VfioUserChannel;
  /** The server's end. */
  readonly peer: UnixSocket;
  /** Writes a reply: type 1, or an error where `errno` is given. */
  reply(id: number, command: number, body: Uint8Array, options?: { errno?: number; fds?: number[] }): void;
  /** The next message that the client sent, whole; descriptors that came with it are closed. */
  sent(): Uint8Array;
  /** As `sent`, with the number of descriptors. */
  sentWithFds(): { bytes: Uint8Array; fds: number };
  close(): void;
}

export function rawPair(timeoutMs = 1000): RawPair {
  const directory = mkdtempSync(join(tmpdir(), 'nvbench-raw-'));
  const listener = new UnixListener(join(directory, 's'));
  const socket = UnixSocket.connect(listener.path, nowMs() + 1000);
  const peer = listener.accept(1000);
  listener.close();
  rmSync(directory, { recursive: true });
  if (peer === undefined) throw new Error('nobody connected');
  const sentWithFds = (): { bytes: Uint8Array; fds: number } => {
    const { data, fds } = peer.receiveExactly(16, nowMs() + 1000);
    closeFds(fds);
    const rest = Buffer.from(data).readUInt32LE(4) - 16;
    const bytes = Buffer.concat([data, peer.receiveExactly(rest, nowMs() + 1000).data]);
    return { bytes, fds: fds.length };
  };
  return {
    channel: new VfioUserChannel(socket, new ExchangeLock(), 'vfio-user:/test', timeoutMs, 'requests'),
    peer,
    reply(id, command, body, { errno = 0, fds = [] } = {}) {
      const message = Buffer.alloc(16 + body.length);
      message.writeUInt16LE(id, 0);
      message.writeUInt16LE(command, 2);
      message.writeUInt32LE(message.length, 4);
      message.writeUInt32LE(errno === 0 ? 1 : 0x21, 8);
      message.writeUInt32LE(errno, 12);
      message.set(body, 16);
      peer.send(message, fds, nowMs() + 1000);
    },
    sent: () => sentWithFds().bytes,
    sentWithFds,
    close() {
      socket.close();
      peer.close();
    },
  };
}
