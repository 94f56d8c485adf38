/** The doorbells of a vfio-user device: mapped where the server offers it, else words that a thread sends on. */
import { EngineError } from '../../../../errors.js';
import { closeFd } from '../../../../sys/fd.js';
import { guard } from '../../../../sys/lost-pages.js';
import { mapAnonymous, mapFd, retire } from '../../../../sys/mapping.js';
import { startThread } from '../../../../sys/thread.js';
import type { Area } from '../../../../vfio-user/messages.js';
import { type DoorbellWindow, MOST_BAR_BYTES } from '../transport.js';
import type { VfioUserChannel } from './channel.js';
import type { RegionWithFd } from './client.js';
import { EMPTY } from './doorbell-words.js';
import { BROKEN_REASON } from './exchange-lock.js';

/** NVMe over PCIe 1.0, 3.1.2. */
const DOORBELLS_OFFSET = 0x1000;
const PAGE_BYTES = 4096;
/** Of words that a thread looks through again and again: 2048 queue pairs. */
const MOST_WORD_BYTES = 16 * 1024;

export interface DoorbellThreadData {
  readonly socketFd: number;
  readonly lock: SharedArrayBuffer;
  readonly target: string;
  readonly timeoutMs: number;
  readonly address: bigint;
  readonly lengthBytes: number;
  /** Of the first word in BAR0. */
  readonly regionOffset: number;
}

export interface Doorbells {
  readonly window: DoorbellWindow;
  /** How they ring: `mapped`, or `message`. */
  readonly kind: 'mapped' | 'message';
  /** Views stay harmless. */
  close(): Promise<void>;
}

/** The area that the first doorbell lies in, where whole pages of it can be mapped. */
export function doorbellArea(region: RegionWithFd): Area | undefined {
  if (region.fd === undefined) return undefined;
  return region.areas.find(
    ({ offset, lengthBytes }) =>
      offset <= DOORBELLS_OFFSET &&
      DOORBELLS_OFFSET + PAGE_BYTES <= offset + lengthBytes &&
      (region.fileOffset + offset) % PAGE_BYTES === 0,
  );
}

/** Maps the doorbells. Takes over the region's descriptor. Throws SystemError where mmap fails. */
export function mapDoorbells(region: RegionWithFd, area: Area, target: string): Doorbells {
  const fd = region.fd ?? -1;
  try {
    const lengthBytes = Math.min(area.lengthBytes, MOST_BAR_BYTES);
    const mapping = mapFd(fd, lengthBytes, region.fileOffset + area.offset, `doorbells of ${target}`);
    guard(mapping);
    const from = DOORBELLS_OFFSET - area.offset;
    return {
      kind: 'mapped',
      window: { address: mapping.address + BigInt(from), lengthBytes: lengthBytes - from },
      close: async () => retire(mapping),
    };
  } finally {
    closeFd(fd);
  }
}

/** Starts the thread that sends doorbells on. Throws EngineError NO_DOORBELLS where BAR0 has none. */
export function messageDoorbells(region: RegionWithFd, channel: VfioUserChannel): Doorbells {
  const { lock, target, timeoutMs } = channel;
  const lengthBytes = Math.min(region.lengthBytes - DOORBELLS_OFFSET, MOST_WORD_BYTES);
  if (lengthBytes < 8) throw noDoorbells(region, target);
  const mapping = mapAnonymous(Math.ceil(lengthBytes / PAGE_BYTES) * PAGE_BYTES, 'doorbells by message');
  new Uint32Array(mapping.buffer).fill(EMPTY);
  const data: DoorbellThreadData = {
    socketFd: channel.socket.fd,
    lock: lock.buffer,
    target,
    timeoutMs,
    address: mapping.address,
    lengthBytes,
    regionOffset: DOORBELLS_OFFSET,
  };
  const url = new URL('./doorbell-thread.js', import.meta.url);
  const worker = startThread(url, { workerData: data, name: 'vfio-user-doorbells' }, target);
  worker.on('error', () => lock.break(BROKEN_REASON.forwarder));
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  worker.unref();
  return {
    kind: 'message',
    window: { address: mapping.address, lengthBytes },
    async close() {
      worker.ref();
      lock.requestStop();
      await exited;
      retire(mapping);
    },
  };
}

function noDoorbells(region: RegionWithFd, target: string): EngineError {
  return new EngineError({
    code: 'NO_DOORBELLS',
    op: 'find doorbells',
    target,
    reason: `BAR0 has ${region.lengthBytes} bytes, doorbells begin at ${DOORBELLS_OFFSET}`,
    hint: 'check that the server plays an NVMe controller',
  });
}
