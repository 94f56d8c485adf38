import { EngineError } from '../errors.js';
import { protocolError, requireBytes } from './wire.js';

const MAJOR = 0;
const MINOR = 1;
const FIXED_BYTES = 4;

/** What an end says it can take; what it leaves out has the protocol's default. */
export interface Capabilities {
  readonly max_msg_fds?: number;
  readonly max_data_xfer_size?: number;
  /** Most DMA mappings at a time. */
  readonly max_dma_maps?: number;
}

/** What the other end of a connection says of itself. */
export interface VersionOffer {
  readonly minor: number;
  readonly capabilities: Capabilities;
}

/** The version that both ends speak: that of the lower minor number. */
export function agreedMinor({ minor }: Pick<VersionOffer, 'minor'>): number {
  return Math.min(minor, MINOR);
}

/** VERSION: u16 major, u16 minor, NUL-terminated JSON. */
export function encodeVersion(capabilities: Capabilities, minor = MINOR): Uint8Array {
  const text = Buffer.from(`${JSON.stringify({ capabilities })}\0`);
  const body = new Uint8Array(FIXED_BYTES + text.length);
  new DataView(body.buffer).setUint16(0, MAJOR, true);
  new DataView(body.buffer).setUint16(2, minor, true);
  body.set(text, FIXED_BYTES);
  return body;
}

/**
 * What the other end offers. A capability that is no positive whole number counts as not given.
 * Throws EngineError VFIO_USER_VERSION (another major version), VFIO_USER_PROTOCOL (no JSON object).
 */
export function decodeVersion(body: Uint8Array, peer: string): VersionOffer {
  const view = requireBytes(body, FIXED_BYTES, 'VERSION', peer);
  const [major, minor] = [view.getUint16(0, true), view.getUint16(2, true)];
  if (major !== MAJOR) {
    throw new EngineError({
      code: 'VFIO_USER_VERSION',
      op: 'negotiate vfio-user version',
      target: peer,
      reason: `the other end speaks version ${major}.${minor}`,
      hint: `nvbench speaks ${MAJOR}.${MINOR}`,
    });
  }
  const text = Buffer.from(body.subarray(FIXED_BYTES)).toString('utf8').replace(/\0.*$/s, '');
  const given = text === '' ? {} : parseObject(text, peer).capabilities;
  const entries = typeof given === 'object' && given !== null ? Object.entries(given) : [];
  const usable = entries.filter(([, value]) => Number.isSafeInteger(value) && value > 0);
  return { minor, capabilities: Object.fromEntries(usable) };
}

function parseObject(text: string, peer: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw protocolError(peer, 'VERSION carries text that is no JSON');
  }
  if (typeof value !== 'object' || value === null)
    throw protocolError(peer, 'VERSION carries no JSON object');
  return value as Record<string, unknown>;
}
