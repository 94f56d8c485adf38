/** Sleeping until one of several eventfds is signalled, without garbage: everything is prepared once. */
import { poll, read } from './libc.js';

const POLLIN = 1;
/** struct pollfd: int fd, short events, short revents. */
const WORDS_PER_FD = 2;

export class EventWait {
  private readonly fds: readonly number[];
  private readonly pollFds: Int32Array;
  private readonly count = new BigUint64Array(1);

  constructor(fds: readonly number[]) {
    this.fds = fds;
    this.pollFds = new Int32Array(fds.length * WORDS_PER_FD);
    for (const [i, fd] of fds.entries()) {
      this.pollFds[i * WORDS_PER_FD] = fd;
      this.pollFds[i * WORDS_PER_FD + 1] = POLLIN;
    }
  }

  /** Blocks the thread until one is signalled or the time is over, and takes the signals. Returns whether there were any. */
  wait(timeoutMs: number): boolean {
    if (poll(this.pollFds, this.fds.length, timeoutMs) <= 0) return false;
    for (let i = 0; i < this.fds.length; i++) {
      if (this.pollFds[i * WORDS_PER_FD + 1] >>> 16 !== 0) read(this.fds[i], this.count, 8);
    }
    return true;
  }

  /** Whether one is signalled now. Takes no signal. */
  signalled(): boolean {
    return poll(this.pollFds, this.fds.length, 0) > 0;
  }
}
