/**
 * vfio-user messages: a header of 16 bytes, a body, and file descriptors beside them. Little-endian. Names are those
 * of the vfio-user protocol specification 0.1.
 */
import { EngineError } from '../errors.js';

export const HEADER_BYTES = 16;
/** Largest message that either end of this project sends or takes. */
export const MAX_MESSAGE_BYTES = 64 * 1024;

export const COMMAND = {
  VERSION: 1,
  DMA_MAP: 2,
  DMA_UNMAP: 3,
  DEVICE_GET_INFO: 4,
  DEVICE_GET_REGION_INFO: 5,
  DEVICE_GET_REGION_IO_FDS: 6,
  DEVICE_GET_IRQ_INFO: 7,
  DEVICE_SET_IRQS: 8,
  REGION_READ: 9,
  REGION_WRITE: 10,
  DMA_READ: 11,
  DMA_WRITE: 12,
  DEVICE_RESET: 13,
} as const;

const names = new Map<number, string>(Object.entries(COMMAND).map(([name, number]) => [number, name]));

/** The name of a command, for messages. */
export function commandName(command: number): string {
  return names.get(command) ?? `command ${command}`;
}

const TYPE_MASK = 0xf;
const TYPE_REPLY = 1;
const FLAG_NO_REPLY = 0x10;
const FLAG_ERROR = 0x20;

export interface Header {
  readonly messageId: number;
  readonly command: number;
  /** Of the whole message. */
  readonly lengthBytes: number;
  readonly reply: boolean;
  readonly noReply: boolean;
  /** errno of an error reply; 0 where it is none. */
  readonly errorNumber: number;
}

function encode(
  id: number,
  command: number,
  flags: number,
  errorNumber: number,
  body: Uint8Array,
): Uint8Array {
  const message = new Uint8Array(HEADER_BYTES + body.length);
  const view = new DataView(message.buffer);
  view.setUint16(0, id, true);
  view.setUint16(2, command, true);
  view.setUint32(4, message.length, true);
  view.setUint32(8, flags, true);
  view.setUint32(12, errorNumber, true);
  message.set(body, HEADER_BYTES);
  return message;
}

export function encodeCommand(messageId: number, command: number, body: Uint8Array): Uint8Array {
  return encode(messageId, command, 0, 0, body);
}

export function encodeReply(to: Header, body: Uint8Array): Uint8Array {
  return encode(to.messageId, to.command, TYPE_REPLY, 0, body);
}

/** An error reply is the header alone. */
export function encodeErrorReply(to: Header, errorNumber: number): Uint8Array {
  return encode(to.messageId, to.command, TYPE_REPLY | FLAG_ERROR, errorNumber, new Uint8Array(0));
}

/** Reads the first 16 bytes of a message. Throws EngineError VFIO_USER_PROTOCOL where they are no header. */
export function decodeHeader(bytes: Uint8Array, peer: string): Header {
  const view = viewOf(bytes);
  const flags = view.getUint32(8, true);
  const lengthBytes = view.getUint32(4, true);
  if (lengthBytes < HEADER_BYTES || lengthBytes > MAX_MESSAGE_BYTES)
    throw protocolError(peer, `a message of ${lengthBytes} bytes is announced`);
  if ((flags & TYPE_MASK) > TYPE_REPLY) throw protocolError(peer, `message type ${flags & TYPE_MASK}`);
  return {
    messageId: view.getUint16(0, true),
    command: view.getUint16(2, true),
    lengthBytes,
    reply: (flags & TYPE_MASK) === TYPE_REPLY,
    noReply: (flags & FLAG_NO_REPLY) !== 0,
    errorNumber: (flags & FLAG_ERROR) !== 0 ? view.getUint32(12, true) : 0,
  };
}

/** A DataView of exactly these bytes. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** The other end broke the protocol: nothing that follows on this connection can be trusted. */
export function protocolError(peer: string, reason: string): EngineError {
  return new EngineError({
    code: 'VFIO_USER_PROTOCOL',
    op: 'read vfio-user message',
    target: peer,
    reason,
    hint: 'check that the socket is that of a vfio-user server of version 0.1',
  });
}

/** Throws EngineError VFIO_USER_PROTOCOL where a body is shorter than its structure. */
export function requireBytes(body: Uint8Array, leastBytes: number, what: string, peer: string): DataView {
  if (body.length >= leastBytes) return viewOf(body);
  throw protocolError(peer, `${what} has ${body.length} bytes, at least ${leastBytes} needed`);
}
