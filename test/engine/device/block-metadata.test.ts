/** What the software controller does with metadata, by commands as the specification has them (NVM command set 1.0, 5.2). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RawDriver } from './raw-driver.js';
import { type Command, type Dma, type Rings, read, statusOf, write } from './raw-rings.js';

const OK = [0, 0];
const INVALID_FIELD = [0, 0x02];
const INVALID_PROTECTION = [1, 0x81];
const GUARD = [2, 0x82];
const APPTAG = [2, 0x83];
const REFTAG = [2, 0x84];

/** CDW12: PRACT, and the three bits of PRCHK. */
const PRACT = 0x2000_0000;
const CHECK = { guard: 0x1000_0000, apptag: 0x0800_0000, reftag: 0x0400_0000 };
const ALL = CHECK.guard | CHECK.apptag | CHECK.reftag;

interface Host {
  readonly driver: RawDriver;
  readonly queue: Rings;
  readonly data: Dma;
  readonly metadata: Dma;
  /** Status of a command on the data buffer, `info` in CDW12, with the reference tag of its first block unless given. */
  run(command: Command, info: number, tags?: { reference?: number; cdw15?: number }): number[];
}

async function host(options: string, body: (host: Host) => void): Promise<void> {
  const driver = await RawDriver.ready(`size=16MiB&latency=none&${options}`);
  const [queue, data, metadata] = [driver.ioQueue(1), driver.dma(16384), driver.dma(4096)];
  data.bytes.forEach((_, at) => {
    data.bytes[at] = (at * 7 + (at >>> 8)) & 0xff;
  });
  try {
    body({
      driver,
      queue,
      data,
      metadata,
      run: (command, info, { reference = command.cdw10, cdw15 = 0 } = {}) =>
        statusOf(
          queue.run({
            ...command,
            cdw12: (command.cdw12 ?? 0) | info,
            cdw14: reference,
            cdw15,
            mptr: metadata.iova,
          }),
        ),
    });
  } finally {
    await driver.close();
  }
}

/** Two blocks unless given, in the data buffer. */
const on = ({ data }: Host, slba: number, lbas = 2) => ({ slba, lbas, prp1: data.iova });

for (const type of [1, 2, 3])
  test(`type ${type}: what PRACT makes on a write is what PRCHK finds on a read`, () =>
    host(`metadata=8&pi=${type}`, (it) => {
      const checks = type === 3 ? ALL & ~CHECK.reftag : ALL;
      const tags = { cdw15: 0xffff_beef | 0 };
      assert.deepEqual(it.run(write(on(it, 5)), PRACT, tags), OK);
      it.data.bytes.fill(0);
      assert.deepEqual(it.run(read(on(it, 5)), PRACT | checks, tags), OK);
      assert.equal(it.data.bytes[9], 63);
    }));

test('protection information is guard, application tag and reference tag, big-endian', () =>
  host('metadata=8&pi=1', (it) => {
    it.data.bytes.fill(0);
    it.data.bytes.set(Buffer.from('123456789'), 512 + 503);
    it.run(write(on(it, 0x1234)), PRACT, { cdw15: 0xbeef });
    it.metadata.bytes.fill(0xaa);
    // Without PRACT it is transferred, to MPTR.
    assert.deepEqual(it.run(read(on(it, 0x1234)), 0), OK);
    const made = Buffer.from(it.metadata.bytes.subarray(0, 17)).toString('hex');
    // Leading zeroes do not change a CRC that begins with 0: the second guard is that of the digits.
    assert.equal(made, '0000beef00001234' + 'd0dbbeef00001235' + 'aa');
  }));

/** Storage tag and reference tag, of one block and of the next. */
for (const [bits, cdw2, made] of [
  [32, 0x5151, ['beef515100000007ffffffff', 'beef51510000000800000000']],
  [64, 0, ['beef0007ffffffff', 'beef000800000000']],
] as const)
  test(`guards of ${bits} bits stand before their tags, which go on past 32 bits`, () =>
    host(`metadata=16&pi=2&pif=${bits}`, (it) => {
      const tags = { cdw15: 0xbeef, reference: 0xffff_ffff };
      const words = { cdw2, cdw3: 7 };
      assert.deepEqual(it.run({ ...write(on(it, 5)), ...words }, PRACT, tags), OK);
      assert.deepEqual(it.run({ ...read(on(it, 5)), ...words }, 0, tags), OK);
      const hex = (from: number): string =>
        Buffer.from(it.metadata.bytes.subarray(from, from + 16)).toString('hex');
      for (const [block, end] of made.entries()) assert.equal(hex(16 * block).slice(bits / 4), end);
      const checks = PRACT | CHECK.guard | CHECK.reftag;
      assert.deepEqual(it.run({ ...read(on(it, 5)), ...words }, checks, tags), OK);
      assert.deepEqual(it.run({ ...read(on(it, 5)), ...words, cdw3: 6 }, checks, tags), REFTAG);
    }));

test('a reference tag of type 1 is the first block as far as it has room for that', () =>
  host('metadata=16&pi=1&pif=64', (it) => {
    assert.deepEqual(it.run(read(on(it, 5)), PRACT | CHECK.reftag), OK);
    assert.deepEqual(it.run({ ...read(on(it, 5)), cdw3: 1 }, PRACT | CHECK.reftag), INVALID_PROTECTION);
  }));

test('type 3: all blocks have the reference tag that the command has', () =>
  host('metadata=8&pi=3', (it) => {
    it.run(write(on(it, 5)), PRACT, { reference: 0x7777 });
    assert.deepEqual(it.run(read(on(it, 5)), 0), OK);
    assert.deepEqual([it.metadata.view.getUint32(4), it.metadata.view.getUint32(12)], [0x7777, 0x7777]);
  }));

test('protection information of the host is checked before it is written', () =>
  host('metadata=8&pi=1', (it) => {
    it.run(write(on(it, 5)), PRACT);
    it.run(read(on(it, 5)), 0);
    assert.deepEqual(it.run(write(on(it, 5)), ALL), OK);
    it.metadata.bytes[8] ^= 1;
    assert.deepEqual(it.run(write(on(it, 5)), ALL), GUARD);
    it.metadata.bytes[8] ^= 1;
    assert.deepEqual(it.run(read(on(it, 5)), PRACT | ALL), OK);
  }));

for (const [what, fault, status] of [
  ['a byte that flips on the media is found by the guard', 'flip(1,600)', GUARD],
  ['half of a write is found by the guard', 'tear(1,512)', GUARD],
  ['a write that went astray is found by the reference tag where it came to lie', 'misplace(1,8)', REFTAG],
] as const)
  test(what, () =>
    host(`metadata=8&pi=1&faults=${fault}`, (it) => {
      const slba = fault.startsWith('misplace') ? 8 : 5;
      assert.deepEqual(it.run(write(on(it, 5)), PRACT), OK);
      assert.deepEqual(it.run(read(on(it, slba)), PRACT), OK);
      assert.deepEqual(it.run(read(on(it, slba)), PRACT | CHECK.guard | CHECK.reftag), status);
    }),
  );

test('a read that fails a check transfers nothing', () =>
  host('metadata=8&pi=1&faults=flip(1,0)', (it) => {
    it.run(write(on(it, 5)), PRACT);
    it.data.bytes.fill(0xee);
    assert.deepEqual(it.run(read(on(it, 5)), PRACT | CHECK.guard), GUARD);
    assert.ok(it.data.bytes.every((byte) => byte === 0xee));
  }));

test('application tags are compared in the bits of the mask', () =>
  host('metadata=8&pi=2', (it) => {
    it.run(write(on(it, 5)), PRACT, { cdw15: 0x1234 });
    const found = (mask: number, tag: number): number[] =>
      it.run(read(on(it, 5)), PRACT | CHECK.apptag, { cdw15: (mask << 16) | tag });
    assert.deepEqual([found(0xffff, 0x1234), found(0xffff, 0x1235), found(0xff00, 0x1235)], [OK, APPTAG, OK]);
  }));

test('a reference tag of type 1 is the low word of the first block, or the command is refused', () =>
  host('metadata=8&pi=1', (it) => {
    assert.deepEqual(it.run(read(on(it, 5)), PRACT | CHECK.reftag, { reference: 6 }), INVALID_PROTECTION);
    assert.deepEqual(it.run(read(on(it, 5)), PRACT, { reference: 6 }), OK);
  }));

test('reference tags of type 3 cannot be checked', () =>
  host('metadata=8&pi=3', (it) =>
    assert.deepEqual(it.run(read(on(it, 5)), PRACT | CHECK.reftag), INVALID_PROTECTION),
  ));

test('blocks that were never written, or are deallocated, pass every check', () =>
  host('metadata=8&pi=1', (it) => {
    assert.deepEqual(it.run(read(on(it, 40)), PRACT | ALL, { cdw15: 0xffff_1234 | 0 }), OK);
    it.run(write(on(it, 40)), PRACT);
    const tags = { cdw15: 0xffff_1234 | 0 };
    assert.deepEqual(it.run(read(on(it, 40)), PRACT | ALL, tags), APPTAG);
    const range = it.driver.dma(16);
    range.view.setUint32(4, 2, true);
    range.view.setUint32(8, 40, true);
    const deallocate = { opcode: 0x09, nsid: 1, prp1: range.iova, cdw11: 4 };
    assert.deepEqual(statusOf(it.queue.run(deallocate)), OK);
    assert.deepEqual(it.run(read(on(it, 40)), PRACT | ALL, tags), OK);
  }));

const ZEROES = { opcode: 0x08, nsid: 1, cdw10: 5, cdw12: 1 };
const VERIFY = { ...ZEROES, opcode: 0x0c };

test('Write Zeroes makes protection information too', () =>
  host('metadata=8&pi=1', (it) => {
    const tags = { cdw15: 0xffff_0007 | 0 };
    it.run(write(on(it, 5)), PRACT);
    assert.deepEqual(it.run(ZEROES, PRACT, tags), OK);
    assert.deepEqual(it.run(read(on(it, 5)), PRACT | ALL, tags), OK);
    assert.deepEqual(it.run(ZEROES, PRACT | CHECK.guard), INVALID_PROTECTION);
  }));

test('Verify checks what is there, without a buffer', () =>
  host('metadata=8&pi=1&faults=flip(2,0)', (it) => {
    const checked = (slba: number, info: number): number[] => it.run({ ...VERIFY, cdw10: slba }, info);
    it.run(write(on(it, 5)), PRACT);
    it.run(write(on(it, 8)), PRACT);
    assert.deepEqual(checked(5, CHECK.guard | CHECK.reftag), OK);
    assert.deepEqual([checked(8, CHECK.reftag), checked(8, CHECK.guard)], [OK, GUARD]);
    assert.deepEqual(checked(5, PRACT), INVALID_PROTECTION);
  }));

test('metadata beside protection information is the host’s, and is part of the guard', () =>
  host('metadata=16&pi=1', (it) => {
    it.metadata.bytes.fill(0x5a);
    assert.deepEqual(it.run(write(on(it, 5)), PRACT), OK);
    it.metadata.bytes.fill(0);
    assert.deepEqual(it.run(read(on(it, 5)), PRACT | CHECK.guard | CHECK.reftag), OK);
    const { bytes, view } = it.metadata;
    assert.ok(bytes.subarray(0, 8).every((byte) => byte === 0x5a));
    assert.equal(view.getUint32(12), 5);
    bytes[0] ^= 1;
    assert.deepEqual(it.run(write(on(it, 5)), CHECK.guard), GUARD);
  }));

test('metadata without protection comes back as it was written', () =>
  host('metadata=32', (it) => {
    it.metadata.bytes.forEach((_, i) => {
      it.metadata.bytes[i] = i;
    });
    assert.deepEqual(it.run(write(on(it, 5)), 0), OK);
    it.metadata.bytes.fill(0);
    assert.deepEqual(it.run(read(on(it, 6, 1)), 0), OK);
    assert.deepEqual(
      [...it.metadata.bytes.subarray(0, 33)],
      [...Array.from({ length: 32 }, (_, i) => 32 + i), 0],
    );
  }));

for (const [options, info] of [
  ['metadata=8&extended=true', 0],
  ['metadata=8&pi=1&extended=true', 0],
] as const)
  test(`${options} with PRINFO ${info.toString(16)} is not played, and refused`, () =>
    host(options, (it) => assert.deepEqual(it.run(read(on(it, 5)), info), INVALID_FIELD)));

test('Identify tells format, protection and guard', () =>
  host('metadata=16&pi=2&pif=64&extended=true', ({ driver }) => {
    assert.equal(driver.identify(0x01, 0).getUint32(96, true) & 0x8000, 0x8000);
    const namespace = driver.identify(0x00, 1);
    assert.deepEqual([namespace.getUint8(26), namespace.getUint8(29)], [0x12, 2]);
    assert.equal(namespace.getUint32(128 + 4 * 2, true) & 0xff_ffff, (9 << 16) | 16);
    // PIF 10b, in bits 8:7 of the format's word.
    assert.equal(driver.identify(0x05, 1).getUint32(12 + 4 * 2, true), 2 << 7);
  }));

test('Format NVM clears metadata too', () =>
  host('metadata=8&pi=1', (it) => {
    it.run(write(on(it, 5)), PRACT);
    const format = (cdw10: number): number[] =>
      statusOf(it.driver.admin.run({ opcode: 0x80, nsid: 1, cdw10 }));
    // Format 2 without protection is another than it has.
    assert.deepEqual(format(2), [1, 0x0a]);
    assert.deepEqual(format(2 | (1 << 5)), OK);
    assert.deepEqual(it.run(read(on(it, 5)), PRACT | ALL, { cdw15: 0xffff_4444 | 0 }), OK);
  }));
