/**
 * struct msghdr with one iovec and an SCM_RIGHTS control message, in native memory that is made once per thread:
 * the kernel gets addresses, and nothing moves under it.
 *
 * Layout (64-bit Linux, recv(2) and cmsg(3)): 0 msghdr, 64 iovec, 128 control data, 4096 payload.
 */
import { mapAnonymous, type ViewedMapping } from './mapping.js';

/** Most payload bytes of one call. */
export const PAYLOAD_BYTES = 64 * 1024;
/** Most descriptors of one call (SCM_MAX_FD): what there was no room for, the kernel would close while it is waited for. */
export const MAX_FDS = 253;

const IOVEC = 64;
const CONTROL = 128;
const PAYLOAD = 4096;
const CMSG_HEADER_BYTES = 16;
const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;
const MSG_CTRUNC = 0x8;

export class SocketMessage {
  readonly address: bigint;
  readonly payload: Uint8Array;
  private readonly words: Int32Array;
  private readonly longs: BigUint64Array;

  constructor(memory: ViewedMapping = mapAnonymous(PAYLOAD + PAYLOAD_BYTES, 'socket messages')) {
    this.address = memory.address;
    this.payload = new Uint8Array(memory.buffer, PAYLOAD);
    this.words = new Int32Array(memory.buffer);
    this.longs = new BigUint64Array(memory.buffer);
  }

  /** Points the message at part of the payload, with `controlBytes` of control data. */
  private describe(offset: number, lengthBytes: number, controlBytes: number): void {
    const { longs } = this;
    longs.fill(0n, 0, IOVEC / 8);
    longs[2] = this.address + BigInt(IOVEC); // msg_iov
    longs[3] = 1n; // msg_iovlen
    longs[4] = controlBytes === 0 ? 0n : this.address + BigInt(CONTROL); // msg_control
    longs[5] = BigInt(controlBytes); // msg_controllen
    longs[IOVEC / 8] = this.address + BigInt(PAYLOAD + offset);
    longs[IOVEC / 8 + 1] = BigInt(lengthBytes);
  }

  /** Before sendmsg: payload bytes from `offset`, with descriptors. */
  prepareSend(offset: number, lengthBytes: number, fds: readonly number[]): void {
    const usedBytes = CMSG_HEADER_BYTES + fds.length * 4;
    this.describe(offset, lengthBytes, fds.length === 0 ? 0 : Math.ceil(usedBytes / 8) * 8);
    if (fds.length === 0) return;
    this.longs[CONTROL / 8] = BigInt(usedBytes);
    this.words[CONTROL / 4 + 2] = SOL_SOCKET;
    this.words[CONTROL / 4 + 3] = SCM_RIGHTS;
    this.words.set(fds, (CONTROL + CMSG_HEADER_BYTES) / 4);
  }

  /** Before recvmsg: room for payload and for `MAX_FDS` descriptors. */
  prepareReceive(lengthBytes: number): void {
    this.describe(0, lengthBytes, CMSG_HEADER_BYTES + MAX_FDS * 4);
  }

  /** After recvmsg: the descriptors that came. They are this process's now, to use or to close. */
  receivedFds(): number[] {
    const { words, longs } = this;
    const endBytes = Number(longs[5]);
    const fds: number[] = [];
    for (let at = 0; at + CMSG_HEADER_BYTES <= endBytes; ) {
      const lengthBytes = Number(longs[(CONTROL + at) / 8]);
      if (lengthBytes < CMSG_HEADER_BYTES) break;
      const from = (CONTROL + at) / 4;
      if (words[from + 2] === SOL_SOCKET && words[from + 3] === SCM_RIGHTS)
        fds.push(...words.subarray(from + 4, from + Math.floor(lengthBytes / 4)));
      at += Math.ceil(lengthBytes / 8) * 8;
    }
    return fds;
  }

  /** After recvmsg: more descriptors came than this process may have; the kernel closed the others. */
  fdsTruncated(): boolean {
    return (this.words[12] & MSG_CTRUNC) !== 0;
  }
}
