/** Frames over a stream socket: four bytes of length, little-endian, then JSON. Descriptors come with the length. */
import { EngineError } from '../errors.js';
import type { Framing } from '../sys/message-inbox.js';
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

/** The bytes of a frame. */
export function encodeFrame(value: unknown): Uint8Array {
  const text = Buffer.from(JSON.stringify(value));
  if (text.length > MOST_BYTES) throw new RangeError(`message of ${text.length} bytes`);
  const frame = Buffer.alloc(LENGTH_BYTES + text.length);
  frame.writeUInt32LE(text.length);
  text.copy(frame, LENGTH_BYTES);
  return frame;
}

/** What a frame's length and text are; `path` names the socket in errors. */
export function frames(path: string): Framing {
  return { headerBytes: LENGTH_BYTES, bodyBytes: (header) => lengthOf(header, path) };
}

/** Throws EngineError SHARING_BROKEN. */
function lengthOf(header: Uint8Array, path: string): number {
  const lengthBytes = Buffer.from(header).readUInt32LE();
  if (lengthBytes > MOST_BYTES) throw broken(path, `a message of ${lengthBytes} bytes`);
  return lengthBytes;
}

/** Throws EngineError PEER_GONE, SOCKET_TIMEOUT; SystemError. */
export function sendFrame(
  socket: UnixSocket,
  value: unknown,
  fds: readonly number[],
  deadlineMs: number,
): void {
  socket.send(encodeFrame(value), fds, deadlineMs);
}

/** The next frame, whole. Throws as `sendFrame`, and EngineError SHARING_BROKEN; descriptors are closed then. */
export function receiveFrame(socket: UnixSocket, deadlineMs: number): Frame {
  const { data, fds } = socket.receiveExactly(LENGTH_BYTES, deadlineMs);
  try {
    const body = socket.receiveExactly(lengthOf(data, socket.path), deadlineMs);
    closeFds(body.fds);
    return { value: decodeText(body.data, socket.path), fds };
  } catch (error) {
    closeFds(fds);
    throw error;
  }
}

/** What the text of a frame says. Throws EngineError SHARING_BROKEN. */
export function decodeText(text: Uint8Array, path: string): unknown {
  try {
    return JSON.parse(Buffer.from(text).toString('utf8'));
  } catch {
    throw broken(path, 'a message that is no JSON');
  }
}
