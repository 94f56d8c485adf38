/** A host whose memory is one file of 12 GiB, mapped for the device at once: more than any view shows. */
import assert from 'node:assert/strict';
import type { TransportDevice } from '../../../engine/path/pcie/transport/transport.js';
import { closeFd } from '../../../engine/sys/fd.js';
import { createMemfd, type Mapping, mapFd, unmap, viewAt } from '../../../engine/sys/mapping.js';
import { RawDriver } from './raw-driver.js';
import { type Dma, Rings, read, statusOf, write } from './raw-rings.js';

export const GIB = 2 ** 30;
const PAGE = 4096;
const MEMORY_BYTES = 12 * GIB;
/** Above 4 GiB, where an address has a high word. */
const IOVA = 4 * GIB;
const ENTRIES = 32;
/** Where 64-bit lengths, signed 32-bit lengths, and views may end. */
export const BOUNDARIES: readonly number[] = [1, 2, 3, 4, 8, 11].map((gib) => gib * GIB);

export class LargeGuest {
  readonly driver: RawDriver;
  readonly #memory: Mapping & { readonly fd: number };

  /** Takes the device over: enabled, with an admin queue. */
  constructor(device: TransportDevice) {
    const fd = createMemfd(MEMORY_BYTES, 'test');
    this.#memory = { ...mapFd(fd, MEMORY_BYTES, 0, 'a large guest'), fd };
    device.dma.map(this.#memory, BigInt(IOVA));
    this.driver = new RawDriver(device);
    const [sq, cq] = [this.at(0, ENTRIES * 64), this.at(PAGE, ENTRIES * 16)];
    this.driver.setAdminQueues(ENTRIES, ENTRIES, sq.iova, cq.iova);
    this.driver.writeCc(0x0046_0001);
    this.driver.awaitCsts(3, 1);
    this.driver.admin = new Rings(0, ENTRIES, ENTRIES, sq, cq, this.driver.doorbells);
  }

  at(offset: number, lengthBytes: number): Dma {
    const address = this.#memory.address + BigInt(offset);
    const buffer = viewAt(address, lengthBytes);
    const memory = { address, lengthBytes, buffer };
    return { iova: IOVA + offset, memory, bytes: new Uint8Array(buffer), view: new DataView(buffer) };
  }

  /** An I/O queue pair whose rings begin at these offsets. */
  ioQueue(qid: number, entries: number, sqOffset: number, cqOffset: number): Rings {
    const [sq, cq] = [this.at(sqOffset, entries * 64), this.at(cqOffset, entries * 16)];
    assert.deepEqual(statusOf(this.driver.createCq(qid, entries, cq.iova)), [0, 0]);
    assert.deepEqual(statusOf(this.driver.createSq(qid, entries, sq.iova, qid)), [0, 0]);
    return new Rings(qid, entries, entries, sq, cq, this.driver.doorbells);
  }

  /** The two pointers of a transfer from `offset` on, by a list at `listOffset`, whose pages lie one behind the other. */
  pointers(offset: number, lengthBytes: number, listOffset: number): { prp1: number; prp2: number } {
    const firstBytes = PAGE - (offset % PAGE);
    const pages = Math.ceil((lengthBytes - firstBytes) / PAGE);
    const list = this.at(listOffset, 2 * PAGE);
    for (let page = 0, at = 0; page < pages; page++, at += 8) {
      const chains = (listOffset + at + 8) % PAGE === 0 && page < pages - 1;
      if (chains) {
        list.view.setBigUint64(at, BigInt(list.iova + at + 8), true);
        at += 8;
      }
      list.view.setBigUint64(at, BigInt(IOVA + offset + firstBytes + page * PAGE), true);
    }
    return { prp1: IOVA + offset, prp2: list.iova };
  }

  async close(): Promise<void> {
    this.driver.disable();
    this.driver.device.dma.unmap(this.#memory, BigInt(IOVA));
    await this.driver.close();
    unmap(this.#memory);
    closeFd(this.#memory.fd);
  }
}

/** Data that lies across each boundary, then a list that does. */
export function checkTransfers(guest: LargeGuest): void {
  const queue = guest.ioQueue(1, 64, 8 * PAGE, 16 * PAGE);
  const lengthBytes = 16 * PAGE;
  BOUNDARIES.forEach((boundary, index) => {
    const transfer = { slba: index * 128, lbas: lengthBytes / 512 };
    const across = boundary - 5 * PAGE - 512;
    const beyond = boundary + 100 * PAGE + 1024;
    const written = guest.at(across, lengthBytes).bytes;
    written.forEach((_, i) => {
      written[i] = (i * 7 + (i >>> 9) + index) & 0xff;
    });
    const expected = Buffer.from(written);
    const run = (command: typeof read, offset: number, listOffset: number): void => {
      const pointers = guest.pointers(offset, lengthBytes, listOffset);
      assert.deepEqual(statusOf(queue.run(command({ ...transfer, ...pointers }))), [0, 0]);
    };
    run(write, across, boundary - 40 * PAGE - 24);
    for (const [offset, listOffset] of [
      [beyond, boundary - 16],
      [across, boundary - 80 * PAGE],
    ]) {
      guest.at(offset - 4, lengthBytes + 8).bytes.fill(0xee);
      run(read, offset, listOffset);
      const found = Buffer.from(guest.at(offset - 4, lengthBytes + 8).bytes);
      assert.ok(found.subarray(4, -4).equals(expected), `at ${boundary / GIB} GiB, by ${listOffset}`);
      assert.deepEqual([found[3], found.at(-4)], [0xee, 0xee]);
    }
  });
  deleteQueue(guest, 1);
}

/** Rings that lie across each boundary: one array to the controller, wherever they lie. */
export function checkRings(guest: LargeGuest): void {
  for (const boundary of BOUNDARIES) {
    for (const [entries, sqOffset, cqOffset] of [
      [128, boundary - PAGE, boundary - 64 * PAGE],
      [512, boundary - 64 * PAGE, boundary - PAGE],
    ]) {
      const queue = guest.ioQueue(1, entries, sqOffset, cqOffset);
      for (let i = 0; i < entries + 20; i++)
        assert.deepEqual(statusOf(queue.run({ opcode: 0x00, nsid: 1 })), [0, 0]);
      deleteQueue(guest, 1);
    }
  }
}

function deleteQueue({ driver }: LargeGuest, qid: number): void {
  for (const opcode of [0x00, 0x04] as const)
    assert.deepEqual(statusOf(driver.deleteQueue(opcode, qid)), [0, 0]);
}
