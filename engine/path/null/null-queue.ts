/** HOT: a queue without a device. What is rung has completed, with success, and is reaped in the order of its posting. */
import { BATCH, type IoQueue, type QueueSpec } from '../path.js';

export interface NullQueueSpec extends QueueSpec {
  /** Data of the slots' writes, one after the other; empty where the job does not write. */
  readonly writeBuffer: SharedArrayBuffer;
  /** Bytes of one I/O. */
  readonly bsBytes: number;
}

export class NullQueue implements IoQueue {
  readonly failures = 0;
  readonly unexpected = 0;
  readonly statuses = new Uint16Array(BATCH);
  readonly writeData: readonly Int32Array[];
  readonly readData: readonly Int32Array[] = [];
  /** Slots in their order: a ring that has room for all of them. */
  private readonly order: Uint16Array;
  private head = 0;
  private tail = 0;
  private completed = 0;
  private posted = 0;

  constructor({ iodepth, writeBuffer, bsBytes }: NullQueueSpec) {
    this.order = new Uint16Array(iodepth);
    this.writeData = Array.from(
      { length: writeBuffer.byteLength / bsBytes },
      (_, slot) => new Int32Array(writeBuffer, slot * bsBytes, bsBytes / 4),
    );
  }

  reap(into: Uint16Array, most: number): number {
    const { order } = this;
    const length = order.length | 0;
    const completed = this.completed | 0;
    const count = (completed < most ? completed : most) | 0;
    let head = this.head | 0;
    for (let i = 0; i < count; i = (i + 1) | 0) {
      into[i] = order[head];
      head = (head + 1) | 0;
      if (head === length) head = 0;
    }
    this.head = head;
    this.completed = (completed - count) | 0;
    return count;
  }

  post(batch: Uint16Array, count: number): void {
    const { order } = this;
    const length = order.length | 0;
    let tail = this.tail | 0;
    for (let i = 0; i < count; i = (i + 1) | 0) {
      order[tail] = batch[i];
      tail = (tail + 1) | 0;
      if (tail === length) tail = 0;
    }
    this.tail = tail;
    this.posted = (this.posted + count) | 0;
  }

  retract(_batch: Uint16Array, count: number): void {
    this.tail = (this.tail - count + this.order.length) % this.order.length;
    this.posted -= count;
  }

  ring(): void {
    this.completed = (this.completed + this.posted) | 0;
    this.posted = 0;
  }

  release(): void {}

  releaseAll(): void {}
}
