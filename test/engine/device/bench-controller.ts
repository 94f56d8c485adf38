/** The software controller without a thread of its own: a test passes over it by hand, and sees what it reads. */

import { ConfigurationWrites } from '../../../engine/device/configuration-writes.js';
import { ControlLines } from '../../../engine/device/control.js';
import { SimController } from '../../../engine/device/controller.js';
import { DmaTableWriter, DmaView } from '../../../engine/device/dma-table.js';
import { InjectionLog } from '../../../engine/device/injection-log.js';
import { InterruptLines } from '../../../engine/device/interrupts.js';
import { parseSimOptions } from '../../../engine/path/pcie/transport/sim-options.js';
import { mapAnonymous } from '../../../engine/sys/mapping.js';

const PAGE = 4096;
const MEMORY_IOVA = 0x10_0000;
const MEMORY_BYTES = 1 << 20;
const CFS = 2;

/** Called for each word that the controller reads of a queue: its index in the queue, and what is there. */
export type OnRead = (iova: number, word: number, value: number) => number;

class WatchedDma extends DmaView {
  onRead: OnRead | undefined;
  fault: Error | undefined;

  override find(at: Float64Array): ReturnType<DmaView['find']> {
    if (this.fault !== undefined) throw this.fault;
    return super.find(at);
  }

  override span(iova: number, lengthBytes: number, access?: number): Uint32Array | undefined {
    const words = super.span(iova, lengthBytes, access);
    if (words === undefined) return undefined;
    return new Proxy(words, {
      get: (target, key) => {
        const word = typeof key === 'string' ? Number(key) : Number.NaN;
        if (!Number.isInteger(word)) return Reflect.get(target, key, target) as unknown;
        return this.onRead ? this.onRead(iova, word, target[word]) : target[word];
      },
      set: (target, key, value: number) => {
        target[Number(key)] = value;
        return true;
      },
    });
  }
}

export interface Entry {
  opcode: number;
  [word: number]: number;
}

/** A host with an admin queue and one I/O queue pair, each of `entries`, in a megabyte of memory at `MEMORY_IOVA`. */
export class BenchController {
  readonly control = new ControlLines();
  readonly #configurationWrites = new ConfigurationWrites(this.control);
  readonly dma: WatchedDma;
  readonly controller: SimController;
  readonly log = new InjectionLog();
  readonly entries = 16;
  readonly adminSq = MEMORY_IOVA;
  readonly ioSq = MEMORY_IOVA + 4 * PAGE;
  /** Up to the end of the memory, for data. */
  readonly dataIova = MEMORY_IOVA + 16 * PAGE;
  readonly #registers = new Uint32Array(PAGE / 4);
  readonly #doorbells = new Uint32Array(PAGE / 4);
  readonly #memory: Uint32Array;
  readonly #tails = [0, 0];
  /** Completions taken from the I/O queue. */
  #taken = 0;

  /** `record`: a ring for records of its commands; `mediaFd`: of the open file that has its blocks. */
  constructor(options: Readonly<Record<string, string>> = {}, record?: SharedArrayBuffer, mediaFd?: number) {
    const { config } = parseSimOptions({ size: '16MiB', latency: 'none', queues: '4', ...options }, 1);
    const table = new DmaTableWriter(this.control);
    const memory = mapAnonymous(MEMORY_BYTES, 'test memory');
    this.#memory = new Uint32Array(memory.buffer);
    this.dma = new WatchedDma(table.buffer, this.control);
    const bar = {
      registers: this.#registers.buffer,
      doorbells: this.#doorbells.buffer,
      configurationWrites: this.#configurationWrites,
    };
    const lines = InterruptLines.create(5);
    const { dma, log: injections } = this;
    this.controller = new SimController(this.control, {
      config,
      bar,
      dma,
      interrupts: lines,
      injections,
      record,
      mediaFd,
    });
    table.enter(memory.address, MEMORY_BYTES, MEMORY_IOVA);
  }

  get ready(): boolean {
    return (this.#registers[0x1c / 4] & 1) !== 0;
  }

  get fatal(): boolean {
    return (this.#registers[0x1c / 4] & CFS) !== 0;
  }

  /** A copy of `count` words of the host's memory. */
  words(iova: number, count: number): number[] {
    const at = (iova - MEMORY_IOVA) / 4;
    return [...this.#memory.subarray(at, at + count)];
  }

  /** Changes words of the host's memory. */
  poke(iova: number, words: readonly number[]): void {
    this.#memory.set(words, (iova - MEMORY_IOVA) / 4);
  }

  /** A copy of the registers. */
  registerWords(): number[] {
    return [...this.#registers.subarray(0, 0x40 / 4)];
  }

  /** Disables and enables the controller, and makes I/O queue pair 1. */
  start(): void {
    this.#configurationWrites.write(0);
    this.controller.pass();
    this.#tails.fill(0);
    this.#memory.fill(0);
    const last = this.entries - 1;
    this.#registers[0x24 / 4] = last | (last << 16);
    this.#registers[0x28 / 4] = this.adminSq;
    this.#registers[0x30 / 4] = this.adminSq + PAGE;
    this.#configurationWrites.write(0x46_0001);
    this.controller.pass();
    this.makeQueues();
  }

  /** With this in CC.SHN: 1 for a normal shutdown, 2 for an abrupt one. */
  shutDown(notification: 1 | 2): void {
    this.#configurationWrites.write(0x46_0001 | (notification << 14));
    this.controller.pass();
  }

  get isShutDown(): boolean {
    return ((this.#registers[0x1c / 4] >>> 2) & 3) === 2;
  }

  /** I/O queue pair 1, as it is after the controller was enabled. */
  makeQueues(): void {
    const last = this.entries - 1;
    const at = (this.ioSq - MEMORY_IOVA) / 4;
    this.#memory.fill(0, at, at + (2 * PAGE) / 4);
    this.#tails[1] = 0;
    this.#taken = 0;
    this.submit(0, { opcode: 0x05, 6: this.ioSq + PAGE, 10: 1 | (last << 16), 11: 1 });
    this.submit(0, { opcode: 0x01, 6: this.ioSq, 10: 1 | (last << 16), 11: 1 | (1 << 16) });
  }

  /** Writes a word of the doorbells, and lets nothing pass. */
  ring(word: number, value: number): void {
    this.#doorbells[word] = value;
  }

  /** Submits a command on queue 0 or 1, lets the controller pass once, and takes all completions as read. */
  submit(qid: 0 | 1, entry: Entry): void {
    this.give(qid, entry);
    this.#doorbells[2 * qid + 1] = this.#tails[qid];
    if (qid === 1) this.#taken++;
  }

  /** Submits a command, and lets the controller pass once. */
  give(qid: 0 | 1, entry: Entry): void {
    const tail = this.#tails[qid];
    const at = ((qid === 0 ? this.adminSq : this.ioSq) - MEMORY_IOVA) / 4 + tail * 16;
    this.#memory.fill(0, at, at + 16);
    this.#memory[at] = entry.opcode;
    for (let word = 1; word < 16; word++) this.#memory[at + word] = entry[word] ?? 0;
    this.#tails[qid] = (tail + 1) % this.entries;
    this.#doorbells[2 * qid] = this.#tails[qid];
    this.controller.pass();
  }

  /** Takes the next completion of the I/O queue: its status; undefined where there is none. */
  poll(): number | undefined {
    const slot = this.#taken % this.entries;
    const word = this.#memory[(this.ioSq + PAGE - MEMORY_IOVA) / 4 + slot * 4 + 3];
    const phase = Math.floor(this.#taken / this.entries) % 2 === 0 ? 1 : 0;
    if (((word >>> 16) & 1) !== phase) return undefined;
    this.#taken++;
    this.#doorbells[3] = this.#taken % this.entries;
    return word >>> 17;
  }

  /** Submits an I/O command and waits for its completion; its status. */
  run(entry: Entry): number {
    this.give(1, entry);
    const deadline = performance.now() + 10_000;
    for (;;) {
      const status = this.poll();
      if (status !== undefined) return status;
      if (performance.now() > deadline) throw new Error('the command was not completed');
      this.controller.pass();
    }
  }
}
