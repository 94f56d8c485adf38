import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 100;

/** Follows the file QEMU writes the guest's serial console to. */
export class GuestConsole {
  readonly #path: string;
  readonly #echo: boolean;
  readonly #timer: NodeJS.Timeout;
  readonly #decoder = new StringDecoder('utf8');
  #text = '';
  #positionBytes = 0;

  /** @param echo copies everything to stderr as it appears */
  constructor(path: string, echo: boolean) {
    this.#path = path;
    this.#echo = echo;
    this.#timer = setInterval(() => this.#read(), POLL_MS);
  }

  /** All of the console so far. */
  get text(): string {
    this.#read();
    return this.#text;
  }

  /** The last lines, for an error message. */
  tail(lineCount = 40): string {
    return this.text.trimEnd().split(/\r?\n/).slice(-lineCount).join('\n');
  }

  /** Resolves when the console matches; throws at the timeout. */
  async waitFor(pattern: RegExp, timeoutMs: number): Promise<RegExpExecArray> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const match = pattern.exec(this.text);
      if (match) return match;
      if (performance.now() > deadline) {
        throw new Error(
          `no ${pattern} on the guest's console within ${timeoutMs} ms; its end:\n${this.tail()}`,
        );
      }
      await delay(POLL_MS);
    }
  }

  /** Reads what is left and stops following. */
  close(): void {
    clearInterval(this.#timer);
    this.#read();
  }

  #read(): void {
    if (!existsSync(this.#path)) return;
    const fd = openSync(this.#path, 'r');
    try {
      const chunk = Buffer.alloc(65536);
      for (;;) {
        const lengthBytes = readSync(fd, chunk, 0, chunk.length, this.#positionBytes);
        if (lengthBytes === 0) return;
        this.#positionBytes += lengthBytes;
        const text = this.#decoder.write(chunk.subarray(0, lengthBytes));
        this.#text += text;
        if (this.#echo) process.stderr.write(text);
      }
    } finally {
      closeSync(fd);
    }
  }
}
