/** What the two ends say to each other. Addresses are hexadecimal text: JSON has no large integers. */
import { EngineError, type FailureParts, NvmeStatusError } from '../errors.js';
import type { IovaRange } from '../memory/iova.js';
import type { Command } from '../path/pcie/command-queue.js';
import type { SharedWay } from '../path/pcie/transport/sharing.js';
import { MOST_BAR_BYTES, type PciId } from '../path/pcie/transport/transport.js';
import { broken } from './frame.js';

export const PROTOCOL_VERSION = 3;
/** The identifier of the first request, which a refusal before it answers. */
export const HELLO_ID = 1;

export type Request =
  | { readonly kind: 'hello'; readonly version: number }
  | { readonly kind: 'take-queue' }
  | { readonly kind: 'give-queue'; readonly qid: number }
  /** Answered with the vector and, beside it, the eventfd that it signals. */
  | { readonly kind: 'take-vector' }
  | { readonly kind: 'give-vector'; readonly vector: number }
  | { readonly kind: 'admin'; readonly command: Command; readonly timeoutMs: number }
  /** Said before memory is mapped; with a descriptor where the holder is to map it. */
  | { readonly kind: 'map'; readonly iova: bigint; readonly lengthBytes: number }
  /** Said after memory was unmapped, or for the holder to unmap it. */
  | { readonly kind: 'unmap'; readonly iova: bigint; readonly lengthBytes: number };

/** The answer to `hello`; the descriptors of `way` come with it. */
export interface Welcome {
  readonly version: number;
  readonly target: string;
  /** The transport by which the holder has the controller. */
  readonly transport: string;
  readonly software: boolean;
  /** Of the device; absent where there is nothing to say. */
  readonly notice?: string;
  readonly numaNode: number;
  /** By which its quirks are known; absent where there are none, or the holder respects none. */
  readonly pciId?: PciId;
  readonly queuesGranted: number;
  /** Size of the device's vector table; 0 where the holder has no interrupts. */
  readonly maxVectors: number;
  readonly pageSizeBytes: number;
  /** I/O virtual addresses that are this process's alone. */
  readonly window: IovaRange;
  readonly way: SharedWay;
}

/** Told without being asked. `asked-back`: let go soon. `lost`: the controller does not work any more. */
export interface Notice {
  readonly notice: 'asked-back' | 'lost';
  readonly reason: string;
}

type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(value: unknown, path: string): Fields {
  if (typeof value === 'object' && value !== null) return value as Fields;
  throw broken(path, 'a message that is no object');
}

function integer(fields: Fields, name: string, path: string): number {
  const value = fields[name];
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw broken(path, `a message whose ${name} is no integer`);
}

function text(fields: Fields, name: string, path: string): string {
  const value = fields[name];
  if (typeof value === 'string') return value;
  throw broken(path, `a message whose ${name} is no text`);
}

function address(fields: Fields, name: string, path: string): bigint {
  const value = text(fields, name, path);
  if (/^0x[0-9a-f]{1,16}$/.test(value)) return BigInt(value);
  throw broken(path, `a message whose ${name} is no address`);
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}

/** For messages; an answer repeats it. */
const MOST_NAME_LENGTH = 200;
const COMMAND_WORDS = ['cdw10', 'cdw11', 'cdw12', 'cdw13', 'cdw14', 'cdw15', 'nsid'] as const;
const COMMAND_ADDRESSES = ['prp1', 'prp2'] as const;

/** Bigints as hexadecimal text, everything else as it is; what is undefined is left out. */
export function encodeMessage(message: object): unknown {
  return JSON.parse(
    JSON.stringify(message, (_key, value: unknown) => (typeof value === 'bigint' ? hex(value) : value)),
  );
}

function decodeCommand(value: unknown, path: string): Command {
  const fields = fieldsOf(value, path);
  const words = COMMAND_WORDS.filter((name) => fields[name] !== undefined);
  const addresses = COMMAND_ADDRESSES.filter((name) => fields[name] !== undefined);
  return {
    name: text(fields, 'name', path).slice(0, MOST_NAME_LENGTH),
    opcode: integer(fields, 'opcode', path) & 0xff,
    ...Object.fromEntries(words.map((name) => [name, integer(fields, name, path)])),
    ...Object.fromEntries(addresses.map((name) => [name, address(fields, name, path)])),
  };
}

/** Throws EngineError SHARING_BROKEN. */
export function decodeRequest(value: unknown, path: string): { readonly id: number; readonly body: Request } {
  const envelope = fieldsOf(value, path);
  const fields = fieldsOf(envelope.body, path);
  return { id: integer(envelope, 'id', path), body: decodeBody(fields, path) };
}

function decodeBody(fields: Fields, path: string): Request {
  const kind = text(fields, 'kind', path);
  switch (kind) {
    case 'hello':
      return { kind, version: integer(fields, 'version', path) };
    case 'take-queue':
    case 'take-vector':
      return { kind };
    case 'give-vector':
      return { kind, vector: integer(fields, 'vector', path) };
    case 'give-queue':
      return { kind, qid: integer(fields, 'qid', path) };
    case 'admin': {
      const timeoutMs = integer(fields, 'timeoutMs', path);
      return { kind, command: decodeCommand(fields.command, path), timeoutMs };
    }
    case 'map':
    case 'unmap': {
      const lengthBytes = integer(fields, 'lengthBytes', path);
      return { kind, iova: address(fields, 'iova', path), lengthBytes };
    }
    default:
      throw broken(path, `a request of kind ${kind}`);
  }
}

/** Throws EngineError SHARING_BROKEN. */
export function decodeWelcome(value: unknown, path: string): Welcome {
  const fields = fieldsOf(value, path);
  const window = fieldsOf(fields.window, path);
  return {
    version: integer(fields, 'version', path),
    target: text(fields, 'target', path),
    transport: text(fields, 'transport', path),
    software: fields.software === true,
    ...(fields.notice === undefined ? {} : { notice: text(fields, 'notice', path) }),
    numaNode: integer(fields, 'numaNode', path),
    ...(fields.pciId === undefined ? {} : { pciId: decodePciId(fieldsOf(fields.pciId, path), path) }),
    queuesGranted: integer(fields, 'queuesGranted', path),
    maxVectors: integer(fields, 'maxVectors', path),
    pageSizeBytes: integer(fields, 'pageSizeBytes', path),
    window: { start: address(window, 'start', path), last: address(window, 'last', path) },
    way: decodeWay(fieldsOf(fields.way, path), path),
  };
}

function decodePciId(fields: Fields, path: string): PciId {
  return { vendorId: integer(fields, 'vendorId', path), deviceId: integer(fields, 'deviceId', path) };
}

function decodeWay(fields: Fields, path: string): SharedWay {
  const kind = text(fields, 'kind', path);
  switch (kind) {
    case 'type1':
      return { kind, address: text(fields, 'address', path) };
    case 'iommufd':
      return { kind, address: text(fields, 'address', path), ioasId: integer(fields, 'ioasId', path) };
    case 'memfd': {
      const doorbellBytes = integer(fields, 'doorbellBytes', path);
      if (doorbellBytes > 0 && doorbellBytes <= MOST_BAR_BYTES) return { kind, doorbellBytes };
      throw broken(path, `a controller with ${doorbellBytes} bytes of doorbells`);
    }
    default:
      throw broken(path, `a controller shared by ${kind}`);
  }
}

/** Undefined where the message is no notice. */
export function decodeNotice(fields: Fields): Notice | undefined {
  const { notice, reason } = fields;
  if (notice !== 'asked-back' && notice !== 'lost') return undefined;
  return { notice, reason: String(reason) };
}

/** An error as plain data; one that is none of the engine's becomes a defect of the holder. */
export function encodeError(error: unknown): object {
  if (!(error instanceof EngineError)) {
    const hint = 'this is a defect of nvbench: please report it';
    return { code: 'HOLDER_FAILED', op: 'ask the holder', target: '', reason: String(error), hint };
  }
  const { code, op, target, reason, hint, kind } = error;
  const status =
    error instanceof NvmeStatusError
      ? {
          statusCodeType: error.statusCodeType,
          statusCode: error.statusCode,
          doNotRetry: error.doNotRetry,
        }
      : {};
  return { code, op, target, reason, hint, kind, ...status };
}

/** The error that `encodeError` took apart: NvmeStatusError where it was one, else EngineError. */
export function decodeError(value: unknown, path: string): EngineError {
  const fields = fieldsOf(value, path);
  const kind = fields.kind === 'input' ? 'input' : 'environment';
  const parts: FailureParts = {
    code: text(fields, 'code', path),
    op: text(fields, 'op', path),
    target: text(fields, 'target', path),
    reason: text(fields, 'reason', path),
    hint: text(fields, 'hint', path),
    kind,
  };
  if (fields.statusCode === undefined) return new EngineError(parts);
  return new NvmeStatusError({
    ...parts,
    statusCodeType: integer(fields, 'statusCodeType', path),
    statusCode: integer(fields, 'statusCode', path),
    doNotRetry: fields.doNotRetry === true,
  });
}
