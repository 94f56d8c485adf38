/** A vfio-user client that sends whatever a test wants, laid out by hand. */
import { nowMs } from '../../../../engine/sys/clock.js';
import { UnixSocket } from '../../../../engine/sys/unix-socket.js';

export interface RawReply {
  /** errno of an error reply, else 0. */
  readonly errno: number;
  readonly lengthBytes: number;
  readonly body: Buffer;
  readonly fds: readonly number[];
}

const soon = (): number => nowMs() + 5000;

export class RawClient {
  readonly socket: UnixSocket;
  #id = 100;

  /** `target` as the server gives it. */
  constructor(target: string) {
    this.socket = UnixSocket.connect(`${target.slice('vfio-user:'.length)}/cntrl`, soon());
  }

  static greeted(target: string): RawClient {
    const client = new RawClient(target);
    const { errno } = client.call(1, Buffer.from('\0\0\x01\0{"capabilities":{}}\0', 'latin1'));
    if (errno !== 0) throw new Error(`VERSION got ${errno}`);
    return client;
  }

  static message(id: number, command: number, body: Uint8Array, flags = 0): Buffer {
    const message = Buffer.alloc(16 + body.length);
    message.writeUInt16LE(id, 0);
    message.writeUInt16LE(command, 2);
    message.writeUInt32LE(message.length, 4);
    message.writeUInt32LE(flags, 8);
    message.set(body, 16);
    return message;
  }

  call(command: number, body: Uint8Array, fds: readonly number[] = []): RawReply {
    const id = this.#id++;
    this.socket.send(RawClient.message(id, command, body), fds, soon());
    return this.reply(id, command);
  }

  reply(id: number, command: number): RawReply {
    const { data, fds } = this.socket.receiveExactly(16, soon());
    const header = Buffer.from(data);
    if (header.readUInt16LE(0) !== id || header.readUInt16LE(2) !== command)
      throw new Error(`a reply to something else: ${header.toString('hex')}`);
    const lengthBytes = header.readUInt32LE(4);
    const body = Buffer.from(this.socket.receiveExactly(lengthBytes - 16, soon()).data);
    const failed = (header.readUInt32LE(8) & 0x20) !== 0;
    return { errno: failed ? header.readUInt32LE(12) : 0, lengthBytes, body, fds };
  }

  /** DMA_MAP; the errno. */
  map(fd: number | undefined, iova: bigint, size: bigint, offset = 0n, flags = 3): number {
    const body = Buffer.alloc(32);
    body.writeUInt32LE(32, 0);
    body.writeUInt32LE(flags, 4);
    body.writeBigUInt64LE(offset, 8);
    body.writeBigUInt64LE(iova, 16);
    body.writeBigUInt64LE(size, 24);
    return this.call(2, body, fd === undefined ? [] : [fd]).errno;
  }

  /** DMA_UNMAP. */
  unmap(iova: bigint, size: bigint): RawReply {
    const body = Buffer.alloc(24);
    body.writeUInt32LE(24, 0);
    body.writeBigUInt64LE(iova, 8);
    body.writeBigUInt64LE(size, 16);
    return this.call(3, body);
  }

  read(region: number, offset: number, count: number): RawReply {
    const body = Buffer.alloc(16);
    body.writeBigUInt64LE(BigInt(offset), 0);
    body.writeUInt32LE(region, 8);
    body.writeUInt32LE(count, 12);
    return this.call(9, body);
  }

  write(region: number, offset: number, data: Uint8Array): RawReply {
    const body = Buffer.alloc(16 + data.length);
    body.writeBigUInt64LE(BigInt(offset), 0);
    body.writeUInt32LE(region, 8);
    body.writeUInt32LE(data.length, 12);
    body.set(data, 16);
    return this.call(10, body);
  }

  regionInfo(index: number, argszBytes: number): RawReply {
    const body = Buffer.alloc(32);
    body.writeUInt32LE(argszBytes, 0);
    body.writeUInt32LE(index, 8);
    return this.call(5, body);
  }

  /** GET_IRQ_INFO. */
  irqInfo(index: number): RawReply {
    const body = Buffer.alloc(16);
    body.writeUInt32LE(16, 0);
    body.writeUInt32LE(index, 8);
    return this.call(7, body);
  }

  /** SET_IRQS; the errno. */
  setIrqs(flags: number, index: number, start: number, count: number, fds: readonly number[] = []): number {
    const body = Buffer.alloc(20);
    [20, flags, index, start, count].forEach((word, at) => {
      body.writeUInt32LE(word, at * 4);
    });
    return this.call(8, body, fds).errno;
  }

  close(): void {
    this.socket.close();
  }
}
