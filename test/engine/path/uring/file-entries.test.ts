/** What is posted for such jobs on files and block devices, as entries of io_uring, and how their answers are taken. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UringQueueSpec } from '../../../../engine/path/uring/uring-queue.js';
import { hex, type Name, SLBA } from '../posted.js';
import { BYTES, buffersAt, withQueue } from './own-rings.js';

interface TransferFields {
  readonly opcode: number;
  readonly offset: bigint;
  readonly address: bigint;
  readonly length: number;
}

/** struct io_uring_sqe of 64 bytes. */
const transfer = ({ opcode, offset, address, length }: TransferFields): string =>
  [
    hex(opcode, 1),
    '010000', // IOSQE_FIXED_FILE
    '00000000', // the first registered file
    hex(offset, 8),
    hex(address, 8),
    hex(length, 4),
    '00000000', // flags of the operation
    hex(3, 8), // user_data
    '0000000000000000'.repeat(3),
  ].join('');

const OFFSET = BigInt(SLBA) * 512n;
/** fallocate(2) has its length in place of the address, and its mode in place of the length. */
const TRANSFERS: Readonly<
  Record<
    Exclude<Name, 'verify' | 'write-uncorrectable' | 'compare' | 'zone-append'>,
    (spec: UringQueueSpec) => TransferFields
  >
> = {
  read: (spec) => ({ opcode: 4, offset: OFFSET, address: buffersAt(spec) + 3n * 8192n, length: BYTES }),
  write: (spec) => ({ opcode: 5, offset: OFFSET, address: buffersAt(spec) + 7n * 8192n, length: BYTES }),
  deallocate: () => ({ opcode: 17, offset: OFFSET, address: BigInt(BYTES), length: 0x03 }),
  'write-zeroes': () => ({ opcode: 17, offset: OFFSET, address: BigInt(BYTES), length: 0x11 }),
  flush: () => ({ opcode: 3, offset: 0n, address: 0n, length: 0 }),
};

for (const name of ['read', 'write', 'deallocate', 'write-zeroes', 'flush'] as const)
  test(`the entry of ${name} to a file, byte for byte`, () => {
    withQueue(0, {}, ({ post, entry, spec }) => {
      const number = name === 'flush' ? post(3, name, 0, 0) : post(3, name, SLBA, 5);
      assert.equal(entry(number).toString('hex'), transfer(TRANSFERS[name](spec)));
    });
  });

test('fallocate of more than 4 GiB has its length in both words', () => {
  withQueue(0, {}, ({ post, entry }) => {
    const address = BigInt(0x100_0001) * 512n;
    const expected = transfer({ opcode: 17, offset: 0n, address, length: 0x11 });
    assert.equal(entry(post(3, 'write-zeroes', 0, 0x100_0001)).toString('hex'), expected);
  });
});

test('an answer is held against the length of its own I/O, and that of others against 0', () => {
  withQueue(0, {}, ({ post, complete }) => {
    post(0, 'read', 0, 16);
    post(1, 'write', 0, 1);
    post(2, 'write-zeroes', 0, 16);
    post(3, 'read', 0, 3);
    assert.deepEqual(complete(1, 512), [1, undefined]);
    assert.deepEqual(complete(0, 8192), [0, undefined]);
    assert.deepEqual(complete(2, 0), [2, undefined]);
    // Ended early, by 512 bytes.
    assert.deepEqual(complete(3, 1024), [3, 0x6ff]);
    post(0, 'read', 0, 1);
    assert.deepEqual(complete(0, 0), [0, 0x6ff]);
    post(0, 'read', 0, 1);
    // EIO.
    assert.deepEqual(complete(0, -5), [0, 0x605]);
  });
});
