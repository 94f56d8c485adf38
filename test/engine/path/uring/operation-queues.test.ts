/** What is posted for jobs whose I/Os have several lengths or are others than reads and writes, as commands for a drive. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UringQueueSpec } from '../../../../engine/path/uring/uring-queue.js';
import { viewAt } from '../../../../engine/sys/mapping.js';
import { hex, type Name, OPCODES, rangeOf, SLBA } from '../posted.js';
import { BS_BYTES, BYTES, buffersAt, COMMANDS, DEPTH, OPERATIONS, withQueue } from './own-rings.js';

test('writes with a placement have its directive, one identifier after the other, and reads none', () => {
  const change = {
    operations: ['read', 'write'],
    placement: { pids: [5, 0x102], random: false, seed: 1 },
  } as const;
  withQueue(COMMANDS, change, ({ post, entry }) => {
    const posted = (['write', 'read', 'write', 'write'] as const).map((name, slot) =>
      post(slot, name, SLBA, 5),
    );
    // CDW12: directive type 2 in bits 23:20, five blocks; CDW13: the identifier in its upper half.
    const words = posted.map((number) =>
      entry(number)
        .subarray(48 + 48, 48 + 56)
        .toString('hex'),
    );
    const of = (cdw12: number, pid: number): string => `${hex(cdw12, 4)}0000${hex(pid, 2)}`;
    assert.deepEqual(words, [of(0x20_0004, 5), of(4, 0), of(0x20_0004, 0x102), of(0x20_0004, 5)]);
  });
});

interface CommandFields {
  /** uring_cmd_flags: 1 where the data lie in a registered buffer. */
  readonly fixed: number;
  readonly slot: number;
  readonly buffer: number;
  readonly opcode: number;
  readonly address: bigint;
  readonly dataLength: number;
  readonly cdw10: number;
  readonly cdw11: number;
  readonly cdw12: number;
}

/** linux/io_uring.h: struct io_uring_sqe of 128 bytes; linux/nvme_ioctl.h: struct nvme_uring_cmd in its last 80. */
const command = (fields: CommandFields): string =>
  [
    '2e010000', // IORING_OP_URING_CMD, IOSQE_FIXED_FILE
    '00000000', // the first registered file
    '804e48c000000000', // NVME_URING_CMD_IO
    '0000000000000000', // addr
    '00000000', // len
    hex(fields.fixed, 4),
    hex(fields.slot, 8), // user_data
    hex(fields.buffer, 4), // buf_index, personality
    '00000000',
    hex(fields.opcode, 4), // no flags
    '07000000', // NSID
    '0000000000000000', // CDW2, CDW3
    '0000000000000000', // metadata
    hex(fields.address, 8),
    '00000000', // metadata_len
    hex(fields.dataLength, 4),
    hex(fields.cdw10, 4),
    hex(fields.cdw11, 4),
    hex(fields.cdw12, 4),
    '00000000'.repeat(3), // CDW13 to CDW15
    '0000000000000000', // timeout_ms, rsvd2
    '0000000000000000',
  ].join('');

const LOW = 0x8765_4321;
const BLOCKS = { fixed: 0, buffer: 0, address: 0n, dataLength: 0, cdw10: LOW, cdw11: 9, cdw12: 4 };
/** Five blocks in the fourth slot, whose entry is the fourth of its operation. */
const GOLDEN: Readonly<Record<Name, (spec: UringQueueSpec) => Partial<CommandFields>>> = {
  read: (spec) => ({ fixed: 1, buffer: 3, address: buffersAt(spec) + 3n * 8192n, dataLength: BYTES }),
  write: (spec) => ({ fixed: 1, buffer: 7, address: buffersAt(spec) + 7n * 8192n, dataLength: BYTES }),
  // One range of 16 bytes; CDW10 has one less than their number, CDW11 the attribute Deallocate.
  deallocate: (spec) => ({
    address: buffersAt(spec) + 8n * 8192n + 48n,
    dataLength: 16,
    cdw10: 0,
    cdw11: 4,
    cdw12: 0,
  }),
  'write-zeroes': () => ({}),
  flush: () => ({ cdw10: 0, cdw11: 0, cdw12: 0 }),
  verify: () => ({}),
  'write-uncorrectable': () => ({}),
  // The buffer of the slot's write.
  compare: (spec) => ({ fixed: 1, buffer: 7, address: buffersAt(spec) + 7n * 8192n, dataLength: BYTES }),
  'zone-append': (spec) => ({
    fixed: 1,
    buffer: 7,
    address: buffersAt(spec) + 7n * 8192n,
    dataLength: BYTES,
  }),
};

for (const [index, name] of OPERATIONS.entries())
  test(`the command of ${name}, byte for byte`, () => {
    withQueue(COMMANDS, {}, ({ post, entry, spec }) => {
      const number = name === 'flush' ? post(3, name, 0, 0) : post(3, name, SLBA, 5);
      assert.equal(number, index * DEPTH + 3);
      const fields = { ...BLOCKS, slot: 3, opcode: OPCODES[name], ...GOLDEN[name](spec) };
      assert.equal(entry(number).toString('hex'), command(fields));
    });
  });

for (const [varied, operations] of [
  [false, ['read', 'write']],
  [true, ['read', 'write']],
  [false, OPERATIONS],
] as const)
  test(`FUA stands in bit 30 of CDW12 of what has it: ${operations}${varied ? ' of several lengths' : ''}`, () => {
    const shape = { varied, operations, fua: { reads: false, writes: true } };
    withQueue(COMMANDS, shape, ({ post, entry }) => {
      const cdw12 = operations.map((name) => {
        const number = post(1, name, 8, name === 'flush' ? 0 : 16);
        return [name, entry(number).readUInt32LE(48 + 48)];
      });
      const forced = ['write', 'write-zeroes', 'verify', 'compare', 'zone-append'];
      const plain = ['read', 'write-uncorrectable'];
      assert.deepEqual(
        cdw12,
        operations.map((name) => [
          name,
          forced.includes(name) ? 0x4000_000f : plain.includes(name) ? 0xf : 0,
        ]),
      );
    });
  });

test('the range of a slot, byte for byte, and no other', () => {
  withQueue(COMMANDS, {}, ({ post, spec }) => {
    post(2, 'deallocate', SLBA, 0x1_0005);
    const ranges = Buffer.from(viewAt(spec.operations?.rangesAddress ?? 0n, DEPTH * 16));
    assert.equal(ranges.toString('hex'), '00'.repeat(32) + rangeOf(SLBA, 0x1_0005) + '00'.repeat(16));
  });
});

test('a command is as long as its own I/O, whatever the one before in its slot was', () => {
  withQueue(COMMANDS, { operations: ['read', 'write'], varied: true }, ({ post, entry, spec }) => {
    assert.equal(spec.operations?.rangesAddress, undefined);
    for (const [name, lbas] of [
      ['read', 16],
      ['write', 1],
      ['read', 3],
      ['write', 16],
    ] as const) {
      const number = post(1, name, 8, lbas);
      const buffer = name === 'read' ? 1 : 5;
      const address = buffersAt(spec) + BigInt(buffer * BS_BYTES);
      const blocks = { dataLength: lbas * 512, cdw10: 8, cdw11: 0, cdw12: lbas - 1 };
      const fields = { slot: 1, opcode: OPCODES[name], fixed: 1, buffer, address, ...blocks };
      assert.equal(entry(number).toString('hex'), command(fields));
    }
  });
});

test('a command that the drive answers without a status has not failed, and one with a status has that', () => {
  withQueue(COMMANDS, {}, ({ post, complete }) => {
    post(0, 'verify', 0, 8);
    post(1, 'deallocate', 0, 8);
    assert.deepEqual(complete(0, 0), [0, undefined]);
    // DNR, LBA out of range.
    assert.deepEqual(complete(1, 0x4080), [1, 0x4080]);
  });
});

test('where an append went stands in the completion, and no other I/O has such a place', () => {
  withQueue(COMMANDS, {}, ({ post, complete, queue }) => {
    post(2, 'zone-append', SLBA, 8);
    post(1, 'write', SLBA, 8);
    assert.deepEqual(
      [complete(2, 0, SLBA + 0x24), complete(1, 0, 5)],
      [
        [2, undefined],
        [1, undefined],
      ],
    );
    assert.deepEqual([...(queue.assignedLbas ?? [])], [0, 0, SLBA + 0x24, 0]);
  });
});
