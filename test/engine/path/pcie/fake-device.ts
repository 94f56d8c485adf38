/**
 * A transport device made of plain memory, for what a working controller never does. Registers are RAM with a hook
 * on writes; admin commands are answered from the event loop, which the driver lets turn while it waits.
 */
import type { DmaMapper } from '../../../../engine/memory/dma-mapper.js';
import type {
  DoorbellWindow,
  Registers,
  TransportDevice,
} from '../../../../engine/path/pcie/transport/transport.js';
import { type Mapping, mapAnonymous, viewAt } from '../../../../engine/sys/mapping.js';

// Offsets and bits from NVMe base 2.0, 3.1.3.
const CAP = 0x00;
const VS = 0x08;
const CC = 0x14;
const CSTS = 0x1c;
const AQA = 0x24;
const ASQ = 0x28;
const ACQ = 0x30;
const DOORBELLS = 0x1000;

/** MQES 63, TO 500 ms, DSTRD 0, CSS NVM, MPSMIN 4 KiB. */
export const PLAIN_CAP = 63n | (1n << 24n) | (1n << 37n);

export interface FakeOptions {
  readonly cap?: bigint;
  /** CSTS that the device shows once CC.EN is 1; RDY by default. */
  readonly cstsWhenEnabled?: number;
  /** CSTS that it shows once CC.EN is 0 again; 0 by default. */
  readonly cstsWhenDisabled?: number;
  /** CSTS before anyone touches it. */
  readonly cstsAtFirst?: number;
  readonly ccAtFirst?: number;
  /** Whether CC.SHN is answered; it is by default. */
  readonly shutsDown?: boolean;
  /** What the transport's reset does; false by default: the transport has none. */
  readonly reset?: (device: FakeDevice) => boolean;
  /** The status field of an admin command's completion, or undefined for none; 0 by default. */
  readonly status?: (opcode: number) => number | undefined;
  /** Asynchronous Event Requests that may wait, one at least (AERL); 1 by default. */
  readonly eventRequests?: number;
  /** The SQ head that its completions name; how far it has fetched by default. */
  readonly sqHead?: number;
  /** I/O queue pairs that it gives; 2 by default. */
  readonly queues?: number;
  /** Where its doorbells are; a page of its own by default. */
  readonly doorbells?: DoorbellWindow;
}

const IDENTIFY = 0x06;
const CNS_CONTROLLER = 1;
const ASYNC_EVENT_REQUEST = 0x0c;
/** Of Identify Controller, zero-based. */
const AERL = 259;

interface Mapped {
  readonly memory: Mapping;
  readonly iova: bigint;
}

export class FakeDevice implements TransportDevice {
  readonly kind = 'fake';
  readonly software = false;
  readonly target = 'fake:0';
  readonly numaNode = -1;
  readonly pciId = undefined;
  readonly warnings = [];
  /** What happened, in order: `CC=...`, `ASQ`, `admin 06`, `map`, `unmap`, `reset`, `close`. */
  readonly log: string[] = [];
  readonly options: FakeOptions;
  readonly memory = mapAnonymous(0x2000);
  readonly mapped: Mapped[] = [];
  lostReason: string | undefined;
  private readonly view = new DataView(this.memory.buffer);
  private readonly timer: NodeJS.Timeout;
  private head = 0;
  private posted = 0;
  /** Command identifiers of Asynchronous Event Requests that wait. */
  private requests: number[] = [];

  constructor(options: FakeOptions = {}) {
    this.options = options;
    this.view.setBigUint64(CAP, options.cap ?? PLAIN_CAP, true);
    this.view.setUint32(VS, 0x0001_0400, true);
    this.view.setUint32(CC, options.ccAtFirst ?? 0, true);
    this.csts = options.cstsAtFirst ?? 0;
    this.timer = setInterval(() => this.serveAdmin(), 1);
    this.timer.unref();
  }

  get doorbells(): DoorbellWindow {
    const ownPage = { address: this.memory.address + BigInt(DOORBELLS), lengthBytes: 0x1000 };
    return this.options.doorbells ?? ownPage;
  }

  get csts(): number {
    return this.view.getUint32(CSTS, true);
  }

  set csts(value: number) {
    this.view.setUint32(CSTS, value, true);
  }

  readonly registers: Registers = {
    read32: (offset) => this.view.getUint32(offset, true),
    read64: (offset) => this.view.getBigUint64(offset, true),
    write32: (offset, value) => {
      this.view.setUint32(offset, value, true);
      if (offset === CC) this.configure(value >>> 0);
      else if (offset === CSTS) this.log.push(`CSTS=${(value >>> 0).toString(16)}`);
      else if (offset === AQA) this.log.push(`AQA=${(value >>> 0).toString(16)}`);
    },
    write64: (offset, value) => {
      this.view.setBigUint64(offset, value, true);
      this.log.push(offset === ASQ ? 'ASQ' : 'ACQ');
    },
  };

  readonly dma: DmaMapper = {
    iovaRanges: [{ start: 0x10_0000n, last: 2n ** 39n - 1n }],
    pageSizeBytes: 4096,
    mappingsAvailable: Number.POSITIVE_INFINITY,
    map: (memory, iova) => {
      this.mapped.push({ memory, iova });
      this.log.push('map');
    },
    unmap: (memory) => {
      this.mapped.splice(
        this.mapped.findIndex((each) => each.memory === memory),
        1,
      );
      this.log.push('unmap');
    },
  };

  async reset(): Promise<boolean> {
    this.log.push('reset');
    return this.options.reset?.(this) ?? false;
  }

  lost(): string | undefined {
    return this.lostReason;
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    this.log.push('close');
  }

  private configure(cc: number): void {
    this.log.push(`CC=${cc.toString(16)}`);
    const { cstsWhenEnabled = 1, cstsWhenDisabled = 0, shutsDown = true } = this.options;
    if ((cc & 1) === 0) this.csts = cstsWhenDisabled;
    else if (((cc >>> 14) & 3) === 0) {
      this.head = 0;
      this.posted = 0;
      this.requests = [];
      new Uint32Array(viewAt(this.doorbells.address, 4))[0] = 0;
      this.csts = cstsWhenEnabled;
    } else if (shutsDown) this.csts |= 2 << 2;
  }

  /** The memory of `lengthBytes` at an IOVA, as the device sees it. */
  at(iova: bigint, lengthBytes: number): DataView {
    for (const { memory, iova: start } of this.mapped) {
      const offset = Number(iova - start);
      if (offset >= 0 && offset + lengthBytes <= memory.lengthBytes)
        return new DataView(viewAt(memory.address + BigInt(offset), lengthBytes));
    }
    throw new Error(`nothing is mapped at 0x${iova.toString(16)}`);
  }

  /** Answers one of the requests for events, where there is one. */
  tell(dw0: number): void {
    const cid = this.requests.shift();
    if (cid !== undefined) this.complete(cid, 0, dw0);
  }

  /** Requests for events that wait. */
  get waiting(): number {
    return this.requests.length;
  }

  private get adminEntries(): number {
    return (this.view.getUint32(AQA, true) & 0xfff) + 1;
  }

  private serveAdmin(): void {
    if ((this.csts & 3) !== 1 || this.mapped.length === 0) return;
    const tail = new Uint32Array(viewAt(this.doorbells.address, 4))[0];
    while (this.head !== tail) {
      const command = this.at(this.view.getBigUint64(ASQ, true) + BigInt(this.head * 64), 64);
      this.head = (this.head + 1) % this.adminEntries;
      this.answer(command);
    }
  }

  private answer(command: DataView): void {
    const opcode = command.getUint8(0);
    const cid = command.getUint16(2, true);
    if (opcode === ASYNC_EVENT_REQUEST) {
      this.requests.push(cid);
      return;
    }
    if (opcode === IDENTIFY && command.getUint8(40) === CNS_CONTROLLER)
      this.at(command.getBigUint64(24, true), 4096).setUint8(AERL, (this.options.eventRequests ?? 1) - 1);
    this.log.push(`admin ${opcode.toString(16).padStart(2, '0')}`);
    const status = (this.options.status ?? (() => 0))(opcode);
    const zeroBased = (this.options.queues ?? 2) - 1;
    // Set Features, Number of Queues: so many of each
    if (status !== undefined) this.complete(cid, status, opcode === 0x09 ? zeroBased | (zeroBased << 16) : 0);
  }

  private complete(cid: number, status: number, dw0: number): void {
    const entries = this.adminEntries;
    const entry = this.posted % entries;
    const phase = Math.floor(this.posted / entries) % 2 === 0 ? 1 : 0;
    this.posted++;
    const completion = this.at(this.view.getBigUint64(ACQ, true) + BigInt(entry * 16), 16);
    completion.setUint32(0, dw0, true);
    completion.setUint16(8, this.options.sqHead ?? this.head, true);
    completion.setUint16(12, cid, true);
    completion.setUint16(14, (status << 1) | phase, true);
  }
}
