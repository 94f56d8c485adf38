/** The requests of a vfio-user client, one function each. */
import { EngineError } from '../../../../errors.js';
import { sizeText } from '../../../../memory/size-text.js';
import type { ConfigSpace } from '../../../../pci/config-space.js';
import { closeFds } from '../../../../sys/unix-socket.js';
import {
  type Capabilities,
  COMMAND,
  CONFIG_REGION,
  type DeviceInfo,
  decodeDeviceInfo,
  decodeIrqInfo,
  decodeRegionAccess,
  decodeRegionInfo,
  decodeVersion,
  encodeDmaMap,
  encodeDmaUnmap,
  encodeIrqInfo,
  encodeIrqSet,
  encodeRegionAccess,
  encodeRegionQuery,
  encodeVersion,
  IRQ_ACTION_TRIGGER,
  IRQ_DATA_EVENTFD,
  IRQ_DATA_NONE,
  type IrqInfo,
  protocolError,
  type RegionInfo,
  viewOf,
} from '../../../../vfio-user/messages.js';
import type { VfioUserChannel } from './channel.js';

const NO_BODY = new Uint8Array(0);
const MAX_FDS = 8;
/** What an end that does not say takes with one message. */
const DEFAULT_MESSAGE_FDS = 1;
const MAX_TRANSFER_BYTES = 2 ** 20;
const DEVICE_INFO_QUERY_BYTES = 16;

export interface RegionWithFd extends RegionInfo {
  /** Of the file that the areas lie in; the caller closes it. */
  readonly fd: number | undefined;
}

/** What the server can take, with the protocol's defaults. */
export interface ServerLimits extends Capabilities {
  readonly max_msg_fds: number;
}

/** The first message of all: says who speaks, and returns what the server can take. */
export function negotiate(channel: VfioUserChannel): ServerLimits {
  const body = encodeVersion({ max_msg_fds: MAX_FDS, max_data_xfer_size: MAX_TRANSFER_BYTES });
  try {
    const offer = decodeVersion(channel.ask({ command: COMMAND.VERSION, body }), channel.target);
    return { max_msg_fds: DEFAULT_MESSAGE_FDS, ...offer.capabilities };
  } catch (error) {
    if (!(error instanceof EngineError) || error.code !== 'VFIO_USER_LOST') throw error;
    throw new EngineError({
      code: 'VFIO_USER_NO_VERSION',
      op: 'negotiate vfio-user version',
      target: channel.target,
      reason: error.reason,
      hint: 'another client may hold it: a vfio-user server takes one at a time; end that one, or wait for it',
      cause: error,
    });
  }
}

export function deviceInfo(channel: VfioUserChannel): DeviceInfo {
  const body = new Uint8Array(DEVICE_INFO_QUERY_BYTES);
  viewOf(body).setUint32(0, DEVICE_INFO_QUERY_BYTES, true);
  return decodeDeviceInfo(channel.ask({ command: COMMAND.DEVICE_GET_INFO, body }), channel.target);
}

export function regionInfo(channel: VfioUserChannel, index: number): RegionWithFd {
  const op = `DEVICE_GET_REGION_INFO of region ${index}`;
  const command = COMMAND.DEVICE_GET_REGION_INFO;
  const { body, fds } = channel.request({ command, body: encodeRegionQuery(index), op });
  try {
    const info = decodeRegionInfo(body, channel.target);
    closeFds(fds.slice(1));
    return { ...info, fd: fds[0] };
  } catch (error) {
    closeFds(fds);
    throw error;
  }
}

/** Exactly `count` bytes. Throws as `VfioUserChannel.request`. */
export function readRegion(
  channel: VfioUserChannel,
  region: number,
  offset: number,
  count: number,
): DataView {
  const body = encodeRegionAccess({ offset, region, count, data: NO_BODY });
  const op = `REGION_READ of ${count} bytes at 0x${offset.toString(16)} of region ${region}`;
  const reply = channel.ask({ command: COMMAND.REGION_READ, body, op });
  const access = decodeRegionAccess(reply, true, channel.target);
  if (access.count !== count) throw protocolError(channel.target, `${op} got ${access.count} bytes`);
  return viewOf(access.data);
}

export function writeRegion(
  channel: VfioUserChannel,
  region: number,
  offset: number,
  data: Uint8Array,
): void {
  const body = encodeRegionAccess({ offset, region, count: data.length, data });
  const op = `REGION_WRITE of ${data.length} bytes at 0x${offset.toString(16)} of region ${region}`;
  channel.ask({ command: COMMAND.REGION_WRITE, body, op });
}

/** The device reads and writes the file's first bytes at `iova`. */
export function mapDma(channel: VfioUserChannel, fd: number, iova: bigint, lengthBytes: number): void {
  const at = `0x${iova.toString(16)}`;
  channel.ask({
    command: COMMAND.DMA_MAP,
    body: encodeDmaMap(iova, lengthBytes),
    fds: [fd],
    op: `DMA_MAP of ${sizeText(lengthBytes)} at ${at}`,
    hints: {
      EINVAL: 'the addresses may overlap another mapping, or the server may have no room for a further one',
    },
  });
}

export function unmapDma(channel: VfioUserChannel, iova: bigint, lengthBytes: number): void {
  const op = `DMA_UNMAP of ${sizeText(lengthBytes)} at 0x${iova.toString(16)}`;
  channel.ask({ command: COMMAND.DMA_UNMAP, body: encodeDmaUnmap(iova, lengthBytes), op });
}

export function irqInfo(channel: VfioUserChannel, index: number): IrqInfo {
  const body = encodeIrqInfo({ flags: 0, index, count: 0 });
  return decodeIrqInfo(channel.ask({ command: COMMAND.DEVICE_GET_IRQ_INFO, body }), channel.target);
}

/** Vector `start + n` signals the n-th eventfd; at most as many as the server takes with one message. */
export function setIrqEventFds(
  channel: VfioUserChannel,
  index: number,
  start: number,
  fds: readonly number[],
): void {
  const flags = IRQ_DATA_EVENTFD | IRQ_ACTION_TRIGGER;
  const body = encodeIrqSet({ flags, index, start, count: fds.length });
  const op = `DEVICE_SET_IRQS of ${fds.length} eventfds from vector ${start} of index ${index}`;
  channel.ask({ command: COMMAND.DEVICE_SET_IRQS, body, fds, op });
}

/** The server lets go of all eventfds of an index. */
export function disableIrqs(channel: VfioUserChannel, index: number): void {
  const flags = IRQ_DATA_NONE | IRQ_ACTION_TRIGGER;
  const body = encodeIrqSet({ flags, index, start: 0, count: 0 });
  channel.ask({ command: COMMAND.DEVICE_SET_IRQS, body, op: `DEVICE_SET_IRQS off for index ${index}` });
}

export function resetDevice(channel: VfioUserChannel): void {
  channel.ask({ command: COMMAND.DEVICE_RESET, body: NO_BODY });
}

/** The PCI configuration space, by message. */
export function configSpace(channel: VfioUserChannel): ConfigSpace {
  return {
    read(offset, bytes) {
      const view = readRegion(channel, CONFIG_REGION, offset, bytes);
      if (bytes === 1) return view.getUint8(0);
      return bytes === 2 ? view.getUint16(0, true) : view.getUint32(0, true);
    },
    write(offset, bytes, value) {
      const word = new Uint8Array(4);
      viewOf(word).setUint32(0, value, true);
      writeRegion(channel, CONFIG_REGION, offset, word.subarray(0, bytes));
    },
  };
}
