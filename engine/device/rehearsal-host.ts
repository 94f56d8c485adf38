/**
 * The host of a rehearsal: rings, a PRP list and two pages for data in a little memory. It asks for what hosts ask for, in an
 * order that never varies: few and many commands at once, from a block to 32 KiB, near each other and far apart.
 */
import {
  ADMIN,
  CNS,
  CQE,
  NVM,
  PHASE_BIT,
  QUEUE_INTERRUPTS_ENABLED,
  SQE,
  STATUS_SHIFT,
} from '../spec/command.js';
import { ACQ, AQA, ASQ } from '../spec/registers.js';
import { mapAnonymous, unmap } from '../sys/mapping.js';
import { MIN_PAGE_BYTES, type SimConfig } from './config.js';
import type { DmaTableWriter } from './dma-table.js';

/** Rings lie below 4 GiB, data above: an address is no small integer everywhere. */
const RINGS_IOVA = 0x10_0000;
const DATA_IOVA = 0x10_0000_0000;
const DATA_PAGES = 2;
const MOST_QUEUES = 2;
const MOST_ENTRIES = 64;
const ADMIN_ENTRIES = 4;
const PAGE_WORDS = MIN_PAGE_BYTES / 4;
const TEMPLATES = 64;
/** What is written lies in so much from the start on. */
export const WRITTEN_BYTES = 512 * 1024;
const LARGE_BYTES = 32 * 1024;
/** Commands rung for at once, in turn. */
const BURSTS = [1, 1, 2, 1, 4, 1, 16, 1, 32, 1, 1, 63] as const;

interface Ring {
  readonly qid: number;
  readonly entries: number;
  readonly sq: Uint32Array;
  readonly cq: Uint32Array;
  tail: number;
  head: number;
  phase: number;
  outstanding: number;
}

export class RehearsalHost {
  /** I/O commands that were completed, and those of them that had another status than success. */
  completed = 0;
  failed = 0;
  private readonly registers: Uint32Array;
  private readonly doorbells: Uint32Array;
  private readonly memory: ReturnType<typeof mapAnonymous>;
  private readonly admin: Ring;
  private readonly queues: readonly Ring[];
  private readonly templates: Uint32Array;
  private template = 0;
  private burst = 0;

  constructor(config: SimConfig, registers: ArrayBuffer, doorbells: ArrayBuffer, dma: DmaTableWriter) {
    this.registers = new Uint32Array(registers);
    this.doorbells = new Uint32Array(doorbells);
    const pairs = 1 + Math.min(MOST_QUEUES, config.maxIoQueues);
    const ringBytes = 2 * pairs * MIN_PAGE_BYTES;
    const dataBytes = (1 + DATA_PAGES) * MIN_PAGE_BYTES;
    this.memory = mapAnonymous(ringBytes + dataBytes, 'rehearsal of the software controller');
    const { address, buffer } = this.memory;
    const words = new Uint32Array(buffer);
    const entries = Math.min(MOST_ENTRIES, config.maxQueueEntries);
    const ring = (qid: number): Ring => ({
      qid,
      entries: qid === 0 ? ADMIN_ENTRIES : entries,
      sq: words.subarray(2 * qid * PAGE_WORDS, (2 * qid + 1) * PAGE_WORDS),
      cq: words.subarray((2 * qid + 1) * PAGE_WORDS, (2 * qid + 2) * PAGE_WORDS),
      tail: 0,
      head: 0,
      phase: PHASE_BIT,
      outstanding: 0,
    });
    this.admin = ring(0);
    this.queues = Array.from({ length: pairs - 1 }, (_, i) => ring(i + 1));
    this.templates = templates(config);
    writeList(words.subarray(ringBytes / 4));
    dma.enter(address, ringBytes, RINGS_IOVA);
    dma.enter(address + BigInt(ringBytes), dataBytes, DATA_IOVA);
  }

  /** The admin queue, for the controller to be enabled with. */
  describeAdminQueue(): void {
    this.registers[AQA / 4] = (ADMIN_ENTRIES - 1) | ((ADMIN_ENTRIES - 1) << 16);
    this.registers[ASQ / 4] = sqIova(0);
    this.registers[ACQ / 4] = cqIova(0);
  }

  /** Asks for the I/O queue pairs, with a `pass` of the controller for each command; the last one has interrupts, which lead nowhere. */
  createQueues(pass: () => void): void {
    for (const { qid, entries } of this.queues) {
      const size = qid | ((entries - 1) << 16);
      const interrupts = qid === this.queues.length ? QUEUE_INTERRUPTS_ENABLED : 0;
      this.runAdmin(ADMIN.CREATE_IO_CQ, cqIova(qid), size, 1 | interrupts, pass);
      this.runAdmin(ADMIN.CREATE_IO_SQ, sqIova(qid), size, 1 | (qid << 16), pass);
    }
  }

  /** Rings for some more commands on each queue. */
  submit(): void {
    for (const ring of this.queues) {
      const wanted = BURSTS[this.burst++ % BURSTS.length];
      const count = Math.min(wanted, ring.entries - 1 - ring.outstanding);
      for (let i = 0; i < count; i++) this.place(ring);
      this.doorbells[2 * ring.qid] = ring.tail;
    }
  }

  /** An admin command that changes nothing. */
  identify(pass: () => void): void {
    this.runAdmin(ADMIN.IDENTIFY, DATA_IOVA + MIN_PAGE_BYTES, CNS.CONTROLLER, 0, pass);
  }

  /** Takes what was completed. */
  reap(): void {
    for (const ring of this.queues) {
      const before = ring.outstanding;
      this.failed += reap(ring);
      this.completed += before - ring.outstanding;
      this.doorbells[2 * ring.qid + 1] = ring.head;
    }
  }

  /** Unmaps the memory: no controller may use it afterwards. */
  release(): void {
    unmap(this.memory);
  }

  private place(ring: Ring): void {
    const { sq, tail } = ring;
    const { templates } = this;
    const from = this.template * SQE.WORDS;
    const to = tail * SQE.WORDS;
    for (let word = 0; word < SQE.WORDS; word++) sq[to + word] = templates[from + word];
    sq[to] |= tail << 16;
    this.template = (this.template + 1) % TEMPLATES;
    ring.tail = tail + 1 === ring.entries ? 0 : tail + 1;
    ring.outstanding++;
  }

  private runAdmin(opcode: number, prp1: number, cdw10: number, cdw11: number, pass: () => void): void {
    const { admin, doorbells } = this;
    const at = admin.tail * SQE.WORDS;
    admin.sq.fill(0, at, at + SQE.WORDS);
    admin.sq[at] = opcode;
    admin.sq[at + SQE.PRP1_LOW] = prp1 % 2 ** 32;
    admin.sq[at + SQE.PRP1_HIGH] = Math.floor(prp1 / 2 ** 32);
    admin.sq[at + SQE.CDW10] = cdw10;
    admin.sq[at + SQE.CDW11] = cdw11;
    admin.tail = (admin.tail + 1) % admin.entries;
    doorbells[0] = admin.tail;
    pass();
    reap(admin);
    doorbells[1] = admin.head;
  }
}

const sqIova = (qid: number): number => RINGS_IOVA + 2 * qid * MIN_PAGE_BYTES;
const cqIova = (qid: number): number => sqIova(qid) + MIN_PAGE_BYTES;

/** Takes all completions that are there; returns how many of them had another status than success. */
function reap(ring: Ring): number {
  const { cq } = ring;
  let failed = 0;
  for (;;) {
    const word = cq[ring.head * CQE.WORDS + CQE.DW3];
    if ((word & PHASE_BIT) !== ring.phase) return failed;
    if (word >>> STATUS_SHIFT !== 0) failed++;
    ring.outstanding--;
    if (++ring.head < ring.entries) continue;
    ring.head = 0;
    ring.phase ^= PHASE_BIT;
  }
}

/** A PRP list in the first page whose entries name the others in turn. */
function writeList(words: Uint32Array): void {
  for (let entry = 0; entry < PAGE_WORDS / 2; entry++) {
    const iova = DATA_IOVA + (1 + (entry % DATA_PAGES)) * MIN_PAGE_BYTES;
    words[2 * entry] = iova % 2 ** 32;
    words[2 * entry + 1] = Math.floor(iova / 2 ** 32);
  }
}

function templates(config: SimConfig): Uint32Array {
  const words = new Uint32Array(TEMPLATES * SQE.WORDS);
  for (let i = 0; i < TEMPLATES; i++)
    writeTemplate(words.subarray(i * SQE.WORDS, (i + 1) * SQE.WORDS), i, config);
  return words;
}

function writeTemplate(words: Uint32Array, i: number, config: SimConfig): void {
  const opcode = opcodeOf(i);
  const { lbaBytes, sizeBytes } = config;
  const lengthBytes = Math.min(lengthOf(i, lbaBytes), config.mdtsBytes, sizeBytes);
  const room = opcode === NVM.READ && i % 4 !== 0 ? sizeBytes : Math.min(sizeBytes, WRITTEN_BYTES);
  const places = Math.floor(room / lengthBytes);
  const slba = (Math.floor((places * ((i * 29) % TEMPLATES)) / TEMPLATES) * lengthBytes) / lbaBytes;
  const firstPage = DATA_IOVA + MIN_PAGE_BYTES;
  const second = lengthBytes > 2 * MIN_PAGE_BYTES ? DATA_IOVA : firstPage + MIN_PAGE_BYTES;
  words[SQE.CDW0] = opcode;
  words[SQE.NSID] = 1;
  words[SQE.PRP1_LOW] = firstPage % 2 ** 32;
  words[SQE.PRP1_HIGH] = Math.floor(firstPage / 2 ** 32);
  words[SQE.PRP2_LOW] = second % 2 ** 32;
  words[SQE.PRP2_HIGH] = Math.floor(second / 2 ** 32);
  words[SQE.CDW10] = slba % 2 ** 32;
  words[SQE.CDW11] = Math.floor(slba / 2 ** 32);
  words[SQE.CDW12] = lengthBytes / lbaBytes - 1;
}

function opcodeOf(i: number): number {
  if (i % 16 === 14) return NVM.WRITE_ZEROES;
  if (i % 16 === 15) return NVM.FLUSH;
  return i % 3 === 0 ? NVM.WRITE : NVM.READ;
}

function lengthOf(i: number, lbaBytes: number): number {
  if (i % 32 === 7) return LARGE_BYTES;
  if (i % 8 === 3) return lbaBytes;
  return i % 8 === 5 ? 2 * MIN_PAGE_BYTES : MIN_PAGE_BYTES;
}
