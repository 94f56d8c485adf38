/** Frames over a stream socket: four bytes of length, little-endian, then JSON. Descriptors come with the length. */
import { EngineError } from '../errors.js';
import { closeFds, type UnixSocket } from '../sys/unix-socket.js';

const LENGTH_BYTES = 4;
const MOST_BYTES = 60 * 1024;

export interface Frame {
  readonly value: unknown;
  /** The receiver uses or closes them. */
  readonly fds: readonly number[];
}

/** The peer sent what is no message. It cannot be talked to any further. */
export function broken(path: string, reason: string): EngineError {
  return new EngineError({
    code: 'SHARING_BROKEN',
    op: 'talk about a shared controller',
    target: path,
    reason,
    hint: 'use the same version of nvbench in both processes',
  });
}

/** Throws EngineError PEER_GONE, SOCKET_TIMEOUT; SystemError. */
export function sendFrame(
  socket: UnixSocket,
  value: unknown,
  fds: readonly number[],
  deadlineMs: number,
): void {
  const text = Buffer.from(JSON.stringify(value));
  if (text.length > MOST_BYTES) throw new RangeError(`message of ${text.length} bytes`);
  const frame = Buffer.alloc(LENGTH_BYTES + text.length);
  frame.writeUInt32LE(text.length);
  text.copy(frame, LENGTH_BYTES);
  socket.send(frame, fds, deadlineMs);
}

/** The next frame, whole. Throws as `sendFrame`, and EngineError SHARING_BROKEN; descriptors are closed then. */
export function receiveFrame(socket: UnixSocket, deadlineMs: number): Frame {
  const { data, fds } = socket.receiveExactly(LENGTH_BYTES, deadlineMs);
  try {
    const lengthBytes = Buffer.from(data).readUInt32LE();
    if (lengthBytes > MOST_BYTES) throw broken(socket.path, `a message of ${lengthBytes} bytes`);
    const body = socket.receiveExactly(lengthBytes, deadlineMs);
    closeFds(body.fds);
    return { value: parse(socket.path, Buffer.from(body.data).toString('utf8')), fds };
  } catch (error) {
    closeFds(fds);
    throw error;
  }
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw broken(path, 'a message that is no JSON');
  }
}
