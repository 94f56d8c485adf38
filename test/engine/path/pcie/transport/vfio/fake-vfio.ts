/**
 * A stand-in for the kernel's VFIO with one NVMe function: it answers the ioctls from the bytes of vfio.h, keeps a
 * log of what changes state, and fails the call it is told to.
 */

import type { OpenFile } from '../../../../../../engine/disks/open-files.js';
import type { VfioSystem } from '../../../../../../engine/path/pcie/transport/vfio/system.js';
import { systemError } from '../../../../../../engine/sys/errno.js';
import { errnoSymbols } from '../../../../../../engine/sys/libc.js';
import {
  type Mapping,
  mapAnonymous,
  retire,
  unmap,
  type ViewedMapping,
  viewAt,
} from '../../../../../../engine/sys/mapping.js';

export const CONFIG_POSITION = 7 * 2 ** 40;
const BAR_BYTES = 0x4000;

/** Little-endian words from `at`. */
function putWords(into: Uint8Array, at: number, ...words: number[]): void {
  const view = new DataView(into.buffer, into.byteOffset);
  words.forEach((word, index) => {
    view.setUint32(at + index * 4, word, true);
  });
}

function wordAt(from: Uint8Array, at: number): number {
  return new DataView(from.buffer, from.byteOffset).getUint32(at, true);
}

export interface FakeCall {
  op: string;
  target: string;
  hints?: Readonly<Record<string, string>>;
}

export class FakeVfio implements VfioSystem {
  readonly log: string[] = [];
  readonly openFds = new Map<number, string>();
  readonly config = new Uint8Array(4096);
  readonly missingPaths = new Set<string>();
  readonly forbiddenPaths = new Set<string>();
  /** Part of an operation's name -> errno symbol. */
  readonly failures = new Map<string, string>();
  bar: ViewedMapping | undefined;
  apiVersion = 0;
  hasType1v2 = true;
  groupFlags = 1;
  deviceFlags = 3; // RESET | PCI
  barFlags = 7; // READ | WRITE | MMAP
  /** Interrupts of every index. */
  irqCount = 1;
  /** What SET_IRQS returns where the host has too few vectors for it; 0 where it has enough. */
  hostVectors = 0;
  dmaAvailable = 65_535;
  memlockBytes = Number.POSITIVE_INFINITY;
  /** Bytes that an unmap leaves mapped. */
  unmapShortBytes = 0;
  signals = 0n;
  /** Other processes, and the node that each has open. */
  readonly users: OpenFile[] = [];
  /** What the kernel says an IOAS can translate. */
  iovaRanges: [bigint, bigint][] = [
    [0n, 0xfedf_ffffn],
    [0xfef0_0000n, 0x7f_ffff_ffffn],
  ];
  #nextFd = 100;
  #nextIoas = 2;
  readonly #refusals: [string, string][] = [];

  constructor() {
    this.config.set([0x4d, 0x14, 0x08, 0xa8]);
  }

  get command(): number {
    return this.config[4] | (this.config[5] << 8);
  }

  readonly memlockLimitBytes = (): number => this.memlockBytes;
  readonly exists = (path: string): boolean => !this.missingPaths.has(path);
  readonly accessible = (path: string): boolean => this.exists(path) && !this.forbiddenPaths.has(path);
  readonly guard = (): boolean => true;

  readonly retire = (mapping: Mapping, fill?: number): void => {
    this.log.push(`retire ${fill}`);
    retire(mapping, fill);
  };
  readonly unmap = (mapping: Mapping): void => {
    this.log.push('munmap');
    unmap(mapping);
  };

  openDevice(path: string, call: Omit<FakeCall, 'target'>): number {
    this.#maybeFail({ ...call, target: path });
    return this.#open(path);
  }

  closeFd = (fd: number): void => {
    const name = this.openFds.get(fd);
    if (name === undefined) throw new Error(`descriptor ${fd} is not open`);
    this.openFds.delete(fd);
    this.log.push(`close ${name}`);
    this.#maybeFail({ op: `close ${name}`, target: name });
  };

  lockFd = (fd: number, call: FakeCall): void => {
    this.#maybeFail(call);
    this.log.push(`lock ${this.openFds.get(fd)}`);
  };

  openLocked = (path: string, call: Omit<FakeCall, 'target'>): number | undefined => {
    this.#maybeFail({ ...call, target: path });
    return this.missingPaths.has(path) ? undefined : this.#open(path);
  };

  otherUsers = (path: string): OpenFile[] => this.users.filter((user) => user.path === path);

  createEventFd = (): number => this.#open('eventfd');

  drainEventFd = (): bigint => {
    const count = this.signals;
    this.signals = 0n;
    return count;
  };

  ioctlNumber = (_fd: number, request: number, arg: number, call: FakeCall): number => {
    this.#maybeFail(call);
    if (request === 0x3b64) return this.apiVersion;
    if (request === 0x3b65) return arg === 8 || (arg === 3 && this.hasType1v2) ? 1 : 0;
    this.log.push(call.op);
    return 0;
  };

  ioctlInt = (_fd: number, _request: number, _arg: number, call: FakeCall): number => {
    this.#maybeFail(call);
    this.log.push(call.op);
    return 0;
  };

  ioctlString = (_fd: number, _request: number, arg: string, call: FakeCall): number => {
    this.#maybeFail(call);
    return this.#open(`device ${arg}`);
  };

  ioctl = (_fd: number, request: number, arg: Uint8Array, call: FakeCall): number => {
    this.#maybeFail(call);
    if (wordAt(arg, 0) !== arg.length)
      throw new Error(`${call.op}: argsz ${wordAt(arg, 0)} of ${arg.length}`);
    if (request === 0x3b67) putWords(arg, 4, this.groupFlags);
    else if (request === 0x3b6b) putWords(arg, 4, this.deviceFlags, 9, 5);
    else if (request === 0x3b6c) this.#answerRegion(arg);
    else if (request === 0x3b6d) putWords(arg, 4, 1, 4, this.irqCount);
    else if (request === 0x3b70) this.#answerType1Info(arg);
    else if (request === 0x3b84) this.#answerIovaRanges(arg, call);
    else this.log.push(call.op);
    if (request === 0x3b81) putWords(arg, 8, this.#nextIoas++);
    if (request === 0x3b72 || request === 0x3b86) putWords(arg, 16, wordAt(arg, 16) - this.unmapShortBytes);
    return request === 0x3b6e ? this.hostVectors : 0;
  };

  /** The configuration space, at region 7 of VFIO's descriptor or at the start of the file of sysfs. */
  readAt = (_fd: number, into: Uint8Array, position: number): number => {
    const at = position % CONFIG_POSITION;
    into.set(this.config.subarray(at, at + into.length));
    return into.length;
  };

  writeAt = (fd: number, from: Uint8Array, position: number): number => {
    const name = this.openFds.get(fd) ?? '';
    if (name.endsWith('/reset')) {
      this.log.push(`write ${String.fromCharCode(...from)} to reset`);
      return from.length;
    }
    if (!name.endsWith('/config') && position < CONFIG_POSITION) {
      this.log.push(`write ${from.length} bytes to ${name}`);
      return from.length;
    }
    const at = position % CONFIG_POSITION;
    this.config.set(from, at);
    this.log.push(`config ${at.toString(16)}h = ${this.command.toString(16)}h`);
    return from.length;
  };

  mapFd = (_fd: number, lengthBytes: number): Mapping => {
    this.#maybeFail({ op: 'mmap', target: 'BAR0' });
    this.bar = mapAnonymous(lengthBytes);
    new Uint32Array(this.bar.buffer).set([0x0800_00ff, 0x30, 0x0001_0400]); // CAP and VS of a live controller
    this.log.push(`mmap ${lengthBytes}`);
    return this.bar;
  };

  reserve = (lengthBytes: number): Mapping => {
    this.bar = mapAnonymous(lengthBytes);
    this.log.push(`reserve ${lengthBytes}`);
    return this.bar;
  };

  mapFdAt = (_into: Mapping, atBytes: number, _fd: number, lengthBytes: number, offset: bigint): void => {
    this.#maybeFail({ op: `mmap at ${atBytes}`, target: 'BAR0' });
    this.log.push(`mmap ${lengthBytes} at ${atBytes} from ${offset}`);
  };

  #answerRegion(arg: Uint8Array): void {
    if (wordAt(arg, 8) === 7) {
      putWords(arg, 4, 3, 7, 0, 4096, 0, 0, 0x700);
      return;
    }
    putWords(arg, 4, this.barFlags, 0, 0, BAR_BYTES, 0, 0, 0);
  }

  /** With the capabilities only where the caller has room, as the kernel does. */
  #answerType1Info(arg: Uint8Array): void {
    putWords(arg, 4, 3, 0x4020_1000, 0);
    if (arg.length < 84) {
      putWords(arg, 0, 84);
      return;
    }
    putWords(arg, 16, 24);
    putWords(arg, 24, 0x0001_0001, 72, 2, 0, 0, 0, 0xfedf_ffff, 0, 0xfef0_0000, 0, 0xffff_ffff, 0x7f);
    putWords(arg, 72, 0x0001_0003, 0, this.dmaAvailable);
  }

  /** struct iommu_ioas_iova_ranges: num_iovas at 8, allowed_iovas at 16, out_iova_alignment at 24. */
  #answerIovaRanges(arg: Uint8Array, call: FakeCall): void {
    const room = wordAt(arg, 8);
    putWords(arg, 8, this.iovaRanges.length);
    putWords(arg, 24, 4096, 0);
    if (room < this.iovaRanges.length) throw systemError(call, errnoSymbols.EMSGSIZE);
    const at = new DataView(arg.buffer, arg.byteOffset).getBigUint64(16, true);
    new BigUint64Array(viewAt(at, this.iovaRanges.length * 16)).set(this.iovaRanges.flat());
  }

  #open(name: string): number {
    const fd = this.#nextFd++;
    this.openFds.set(fd, name);
    this.log.push(`open ${name}`);
    return fd;
  }

  /** Fails the next call of an operation, and only that. */
  refuseOnce(part: string, errno: string): void {
    this.#refusals.push([part, errno]);
  }

  #maybeFail(call: FakeCall): void {
    const at = this.#refusals.findIndex(([part]) => call.op.includes(part));
    if (at >= 0) throw systemError(call, errnoSymbols[this.#refusals.splice(at, 1)[0][1]]);
    for (const [part, errno] of this.failures)
      if (call.op.includes(part)) throw systemError(call, errnoSymbols[errno]);
  }
}
