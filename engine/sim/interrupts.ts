/** The message interrupts of the software controller: one eventfd for each vector, armed by the host. */
import { signalEventFd } from '../sys/fd.js';

/** Both ends of the lines: the host stores descriptors, the device signals them. */
export class InterruptLines {
  readonly buffer: SharedArrayBuffer;
  private readonly eventFds: Int32Array;

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.eventFds = new Int32Array(buffer);
  }

  static create(vectors: number): InterruptLines {
    return new InterruptLines(new SharedArrayBuffer(vectors * 4));
  }

  get vectors(): number {
    return this.eventFds.length;
  }

  /** 0 masks the vector. */
  set(vector: number, eventFd: number): void {
    Atomics.store(this.eventFds, vector, eventFd);
  }

  raise(vector: number): void {
    const eventFd = Atomics.load(this.eventFds, vector);
    if (eventFd > 0) signalEventFd(eventFd);
  }
}
