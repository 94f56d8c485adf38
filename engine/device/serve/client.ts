/** One client: takes its messages one by one and answers each. */
import { EngineError } from '../../errors.js';
import type { SharedSimDevice } from '../../path/pcie/transport/sim.js';
import { nowMs } from '../../sys/clock.js';
import { letGo } from '../../sys/foreign-fd.js';
import type { MessageInbox } from '../../sys/message-inbox.js';
import type { UnixSocket } from '../../sys/unix-socket.js';
import {
  agreedMinor,
  BAR0_REGION,
  COMMAND,
  CONFIG_REGION,
  DEVICE_FLAG_PCI,
  DEVICE_FLAG_RESET,
  decodeDmaMap,
  decodeDmaUnmap,
  decodeHeader,
  decodeIrqInfo,
  decodeIrqSet,
  decodeRegionAccess,
  decodeRegionQuery,
  decodeVersion,
  encodeDeviceInfo,
  encodeErrorReply,
  encodeIrqInfo,
  encodeRegionAccess,
  encodeRegionInfo,
  encodeReply,
  encodeVersion,
  type Header,
  REGION_FLAG_CAPS,
  REGION_FLAG_READ,
  REGION_FLAG_WRITE,
  type RegionInfo,
  viewOf,
} from '../../vfio-user/messages.js';
import type { Bar0 } from './bar0.js';
import { ClientInterrupts, IRQ_COUNT } from './client-interrupts.js';
import { ClientMemory, MAX_DMA_MAPPINGS } from './client-memory.js';
import { CONFIG_SPACE_BYTES, type ConfigSpaceBytes } from './config-space.js';
import type { Guest } from './lobby.js';
import type { MemoryBar } from './memory-bar.js';
import { MSIX_REGION, type MsixBar } from './msix-bar.js';
import { Refusal } from './refusal.js';

/** What a client has for taking a reply. */
const REPLY_TIMEOUT_MS = 5000;
const MAX_MESSAGE_FDS = 8;
const MAX_TRANSFER_BYTES = 4096;
/** BARs 0 to 5, ROM, configuration space, VGA. As in the kernel's vfio-pci. */
const REGION_COUNT = 9;
const NO_BODY = new Uint8Array(0);

export interface SessionParts {
  readonly device: SharedSimDevice;
  /** MSI-X vectors of the function. */
  readonly vectors: number;
  readonly bar0: Bar0;
  readonly memory: MemoryBar | undefined;
  readonly msix: MsixBar;
  readonly config: ConfigSpaceBytes;
}

interface Answer {
  readonly body: Uint8Array;
  readonly fds?: readonly number[];
}

export class Session {
  readonly #socket: UnixSocket;
  readonly #inbox: MessageInbox;
  readonly #parts: SessionParts;
  readonly #memory: ClientMemory;
  readonly #interrupts: ClientInterrupts;
  #negotiated = false;

  constructor({ socket, inbox }: Guest, parts: SessionParts) {
    this.#socket = socket;
    this.#inbox = inbox;
    this.#parts = parts;
    const { device, vectors, config } = parts;
    this.#memory = new ClientMemory(device);
    this.#interrupts = new ClientInterrupts(device.lines, vectors, config);
  }

  /** The versions are agreed on, which comes before all else. */
  get negotiated(): boolean {
    return this.#negotiated;
  }

  /** Answers the next message once it is there. Throws EngineError where the client left or broke the protocol. */
  async handleNext(): Promise<void> {
    if (!this.#inbox.arrived()) return;
    const { header: bytes, body, fds } = this.#inbox.take();
    const header = decodeHeader(bytes, this.#socket.path);
    let answered: { reply: Uint8Array; fds: readonly number[] } | undefined;
    try {
      const reply = await this.#reply(header, body, fds);
      answered = header.noReply ? undefined : reply;
    } finally {
      letGo(fds.filter((fd) => !this.#interrupts.keeps(fd))); // what was mapped stays mapped without them
    }
    if (answered) this.#socket.send(answered.reply, answered.fds, nowMs() + REPLY_TIMEOUT_MS);
  }

  /** Asks the client to release the device; false where it has not said how. */
  askBack(): boolean {
    return this.#interrupts.askBack();
  }

  /** Before the controller is reset: an eventfd of the client can hold nobody up any more. */
  releaseInterrupts(): void {
    this.#interrupts.release();
  }

  /** After the controller was reset: takes the client's memory away from it. */
  release(): void {
    this.#memory.release();
  }

  async #reply(
    header: Header,
    body: Uint8Array,
    fds: readonly number[],
  ): Promise<{ reply: Uint8Array; fds: readonly number[] }> {
    try {
      const answer = await this.#perform(header, body, fds);
      return { reply: encodeReply(header, answer.body), fds: answer.fds ?? [] };
    } catch (error) {
      return { reply: encodeErrorReply(header, refusalOf(error).errorNumber), fds: [] };
    }
  }

  async #perform(header: Header, body: Uint8Array, fds: readonly number[]): Promise<Answer> {
    const peer = this.#socket.path;
    if (header.reply) throw new Refusal('EINVAL', 'a reply to nothing');
    if (fds.length > MAX_MESSAGE_FDS) throw new Refusal('EINVAL', `${fds.length} descriptors`);
    if (!this.#negotiated && header.command !== COMMAND.VERSION)
      throw new Refusal('EINVAL', 'VERSION comes first');
    switch (header.command) {
      case COMMAND.VERSION:
        return this.#version(body);
      case COMMAND.DMA_MAP:
        if (fds.length > 1) throw new Refusal('EINVAL', 'memory comes with one descriptor, or none');
        this.#memory.map(decodeDmaMap(body, peer), fds.at(0));
        return { body: NO_BODY };
      case COMMAND.DMA_UNMAP:
        this.#memory.unmap(decodeDmaUnmap(body, peer));
        return { body };
      case COMMAND.DEVICE_GET_INFO:
        return { body: encodeDeviceInfo(deviceInfo) };
      case COMMAND.DEVICE_GET_REGION_INFO:
        return this.#regionInfo(body);
      case COMMAND.DEVICE_GET_IRQ_INFO:
        return { body: encodeIrqInfo(this.#interrupts.info(decodeIrqInfo(body, peer).index)) };
      case COMMAND.DEVICE_SET_IRQS:
        this.#interrupts.set(decodeIrqSet(body, peer), fds);
        return { body: NO_BODY };
      case COMMAND.REGION_READ:
        return this.#readRegion(body);
      case COMMAND.REGION_WRITE:
        return await this.#writeRegion(body);
      case COMMAND.DEVICE_RESET:
        await this.#reset();
        return { body: NO_BODY };
      default:
        throw new Refusal('ENOTSUP', `command ${header.command}`);
    }
  }

  /** A reset of the function: MSI-X is off afterwards, and its vectors lead nowhere. */
  async #reset(): Promise<void> {
    const { device, config } = this.#parts;
    config.disableMsix();
    this.#interrupts.route(config);
    this.#interrupts.releaseVectors();
    await device.reset();
  }

  #version(body: Uint8Array): Answer {
    if (this.#negotiated) throw new Refusal('EINVAL', 'VERSION a second time');
    const minor = agreedMinor(decodeVersion(body, this.#socket.path));
    this.#negotiated = true;
    const capabilities = {
      max_msg_fds: MAX_MESSAGE_FDS,
      max_data_xfer_size: MAX_TRANSFER_BYTES,
      max_dma_maps: MAX_DMA_MAPPINGS,
    };
    return { body: encodeVersion(capabilities, minor) };
  }

  #regionInfo(query: Uint8Array): Answer {
    const { argszBytes, index } = decodeRegionQuery(query, this.#socket.path);
    const info = this.#regionOf(index);
    const body = encodeRegionInfo(info, argszBytes);
    // an asker without room for the capability has no use for the descriptor
    const saysWhere = (viewOf(body).getUint32(4, true) & REGION_FLAG_CAPS) !== 0;
    const { bar0, memory } = this.#parts;
    const { fd } = index === memory?.info.index ? memory : bar0;
    return saysWhere && fd !== undefined ? { body, fds: [fd] } : { body };
  }

  #regionOf(index: number): RegionInfo {
    if (index === BAR0_REGION) return this.#parts.bar0.info;
    if (index === MSIX_REGION) return this.#parts.msix.info;
    if (index === this.#parts.memory?.info.index) return this.#parts.memory.info;
    if (index >= REGION_COUNT) throw new Refusal('EINVAL', `region ${index}`);
    const present = index === CONFIG_REGION;
    const flags = present ? REGION_FLAG_READ | REGION_FLAG_WRITE : 0;
    return { index, flags, lengthBytes: present ? CONFIG_SPACE_BYTES : 0, fileOffset: 0, areas: [] };
  }

  #readRegion(body: Uint8Array): Answer {
    const { offset, region, count } = decodeRegionAccess(body, false, this.#socket.path);
    if (count > MAX_TRANSFER_BYTES) throw new Refusal('EINVAL', `read of ${count} bytes`);
    const data = this.#space(region).read(offset, count);
    return { body: encodeRegionAccess({ offset, region, count, data }) };
  }

  async #writeRegion(body: Uint8Array): Promise<Answer> {
    const { offset, region, count, data } = decodeRegionAccess(body, true, this.#socket.path);
    const { config } = this.#parts;
    this.#space(region).write(offset, data);
    if (region === CONFIG_REGION) this.#interrupts.route(config);
    if (config.takeReset()) {
      config.reset();
      await this.#reset();
    }
    return { body: encodeRegionAccess({ offset, region, count, data: NO_BODY }) };
  }

  #space(region: number): Bar0 | MemoryBar | MsixBar | ConfigSpaceBytes {
    const { bar0, memory, msix, config } = this.#parts;
    if (region === BAR0_REGION) return bar0;
    if (region === MSIX_REGION) return msix;
    if (region === CONFIG_REGION) return config;
    if (memory !== undefined && region === memory.info.index) return memory;
    throw new Refusal('EINVAL', `region ${region} has nothing in it`);
  }
}

const deviceInfo = {
  flags: DEVICE_FLAG_RESET | DEVICE_FLAG_PCI,
  regionCount: REGION_COUNT,
  irqCount: IRQ_COUNT,
};

/** A structure that is too short is refused; anything else unforeseen is this end's trouble. */
function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  return error instanceof EngineError && error.code.startsWith('VFIO_USER')
    ? new Refusal('EINVAL', error.message)
    : new Refusal('EIO', String(error));
}
