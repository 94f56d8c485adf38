/** Golden bytes: laid out by hand from the vfio-user specification's tables, not with this project's constants. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  agreedMinor,
  decodeDeviceInfo,
  decodeDmaMap,
  decodeDmaUnmap,
  decodeHeader,
  decodeIrqInfo,
  decodeIrqSet,
  decodeRegionAccess,
  decodeRegionInfo,
  decodeRegionQuery,
  decodeVersion,
  encodeCommand,
  encodeDeviceInfo,
  encodeDmaMap,
  encodeDmaUnmap,
  encodeErrorReply,
  encodeIrqInfo,
  encodeIrqSet,
  encodeRegionAccess,
  encodeRegionInfo,
  encodeRegionQuery,
  encodeReply,
  encodeVersion,
} from '../../../engine/vfio-user/messages.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replace(/\s/g, ''), 'hex'));
const peer = 'peer';
const violation = { code: 'VFIO_USER_PROTOCOL' };

test('a command is a header with its size, flags 0, and the body', () => {
  const message = encodeCommand(0x1234, 4, bytes('aabb'));
  assert.equal(hex(message), '3412' + '0400' + '12000000' + '00000000' + '00000000' + 'aabb');
});

test('a reply has type 1 and the identifier of its command, an error reply the header alone', () => {
  const to = decodeHeader(bytes('0700 0900 10000000 00000000 00000000'), peer);
  assert.equal(
    hex(encodeReply(to, bytes('cc'))),
    '0700' + '0900' + '11000000' + '01000000' + '00000000' + 'cc',
  );
  assert.equal(hex(encodeErrorReply(to, 22)), '0700' + '0900' + '10000000' + '21000000' + '16000000');
});

test('a header tells replies, errors and commands that want no reply apart', () => {
  const error = decodeHeader(bytes('0100 0200 10000000 21000000 16000000'), peer);
  assert.deepEqual(
    [error.messageId, error.command, error.reply, error.errorNumber, error.noReply],
    [1, 2, true, 22, false],
  );
  const quiet = decodeHeader(bytes('0100 0a00 10000000 10000000 05000000'), peer);
  assert.deepEqual([quiet.reply, quiet.errorNumber, quiet.noReply], [false, 0, true]);
});

test('a header of an impossible size or type is refused', () => {
  assert.throws(() => decodeHeader(bytes('0100 0200 0f000000 00000000 00000000'), peer), violation);
  assert.throws(() => decodeHeader(bytes('0100 0200 ffffffff 00000000 00000000'), peer), violation);
  assert.throws(() => decodeHeader(bytes('0100 0200 10000000 02000000 00000000'), peer), violation);
});

test('VERSION is 0.1 and NUL-terminated JSON', () => {
  const body = encodeVersion({ max_msg_fds: 8 });
  const json = Buffer.from('{"capabilities":{"max_msg_fds":8}}\0').toString('hex');
  assert.equal(hex(body), `00000100${json}`);
  assert.deepEqual(decodeVersion(body, peer), { minor: 1, capabilities: { max_msg_fds: 8 } });
});

test('VERSION without text, with odd values or another major version', () => {
  assert.deepEqual(decodeVersion(bytes('00000100'), peer), { minor: 1, capabilities: {} });
  const odd = Buffer.from(
    '\0\0\x01\0{"capabilities":{"max_msg_fds":"8","max_dma_maps":-1,"pgsizes":4096}}\0',
  );
  assert.deepEqual(decodeVersion(odd, peer).capabilities, { pgsizes: 4096 });
  assert.throws(() => decodeVersion(bytes('01000000'), peer), { code: 'VFIO_USER_VERSION' });
  assert.throws(() => decodeVersion(Buffer.from('\0\0\x01\0{no'), peer), violation);
  assert.throws(() => decodeVersion(bytes('0000'), peer), violation);
});

test('the version that both ends speak is that of the lower minor number', () => {
  const agreed = (minor: string) => agreedMinor(decodeVersion(bytes(`0000${minor}`), peer));
  assert.deepEqual(['0000', '0100', '0700'].map(agreed), [0, 1, 1]);
  assert.equal(hex(encodeVersion({}, 0)).slice(0, 8), '00000000');
});

test('DMA_MAP is 32 bytes: argsz, read and write, file offset, iova, size', () => {
  const golden = '20000000' + '03000000' + '0000000000000000' + '0000400001000000' + '0000200000000000';
  assert.equal(hex(encodeDmaMap(0x1_0040_0000n, 0x20_0000)), golden);
  assert.deepEqual(decodeDmaMap(bytes(golden), peer), {
    flags: 3,
    fileOffset: 0n,
    iova: 0x1_0040_0000n,
    lengthBytes: 0x20_0000n,
  });
});

test('DMA_UNMAP is 24 bytes: argsz, no flags, iova, size', () => {
  const golden = '18000000' + '00000000' + '0000400001000000' + '0000200000000000';
  assert.equal(hex(encodeDmaUnmap(0x1_0040_0000n, 0x20_0000)), golden);
  assert.deepEqual(decodeDmaUnmap(bytes(golden), peer), { iova: 0x1_0040_0000n, lengthBytes: 0x20_0000n });
});

test('GET_INFO carries flags and the numbers of regions and interrupts', () => {
  const golden = '10000000' + '03000000' + '09000000' + '05000000';
  assert.equal(hex(encodeDeviceInfo({ flags: 3, regionCount: 9, irqCount: 5 })), golden);
  assert.deepEqual(decodeDeviceInfo(bytes(golden), peer), { flags: 3, regionCount: 9, irqCount: 5 });
});

test('a region is asked for with room for its capabilities', () => {
  const query = encodeRegionQuery(7);
  assert.equal(query.length, 32);
  assert.equal(hex(query.subarray(4)), `${'00'.repeat(4)}07000000${'00'.repeat(20)}`);
  assert.ok(decodeRegionQuery(query, peer).argszBytes >= 64);
});

const BAR0_ANSWER =
  '40000000' + // argsz 64
  '0f000000' + // read, write, mmap, capabilities
  '00000000' + // region 0
  '20000000' + // the capability is at 32
  '0040000000000000' + // 16 KiB
  '0000000000000000' + // from the start of the file
  '0100' + // sparse mmap
  '0100' + // version 1
  '00000000' + // the last one
  '01000000' + // one area
  '00000000' +
  '0010000000000000' + // from 4 KiB
  '0010000000000000'; // 4 KiB

test("a BAR with mappable doorbells, as SPDK's target answers", () => {
  const info = {
    index: 0,
    flags: 15,
    lengthBytes: 16384,
    fileOffset: 0,
    areas: [{ offset: 4096, lengthBytes: 4096 }],
  };
  assert.deepEqual(decodeRegionInfo(bytes(BAR0_ANSWER), peer), info);
  assert.equal(hex(encodeRegionInfo({ ...info, flags: 7 }, 4096)), BAR0_ANSWER);
});

test('an asker without room gets the size to ask for and no capability', () => {
  const info = {
    index: 0,
    flags: 7,
    lengthBytes: 16384,
    fileOffset: 0,
    areas: [{ offset: 4096, lengthBytes: 4096 }],
  };
  const short = '40000000' + '07000000' + '00000000' + '00000000' + '0040000000000000' + '0000000000000000';
  assert.equal(hex(encodeRegionInfo(info, 32)), short);
});

test('a region that may be mapped and has no sparse capability is one area', () => {
  const whole = '20000000' + '07000000' + '00000000' + '00000000' + '0040000000000000' + '0000000000000000';
  assert.deepEqual(decodeRegionInfo(bytes(whole), peer).areas, [{ offset: 0, lengthBytes: 16384 }]);
});

test('a capability list that loops, leaves the message or holds too many areas is refused', () => {
  const patched = (at: number, value: number): Uint8Array => {
    const body = bytes(BAR0_ANSWER);
    new DataView(body.buffer).setUint32(at, value, true);
    return body;
  };
  const otherId = patched(32, 0x10002);
  new DataView(otherId.buffer).setUint32(36, 32, true);
  assert.throws(() => decodeRegionInfo(otherId, peer), violation);
  assert.throws(() => decodeRegionInfo(patched(12, 60), peer), violation);
  assert.throws(() => decodeRegionInfo(patched(12, 8), peer), violation);
  assert.throws(() => decodeRegionInfo(patched(40, 2), peer), violation);
});

test('REGION_WRITE is offset, region, count and data; a read has no data', () => {
  const golden = '1400000000000000' + '00000000' + '04000000' + '01004600';
  const access = { offset: 0x14, region: 0, count: 4, data: bytes('01004600') };
  assert.equal(hex(encodeRegionAccess(access)), golden);
  assert.deepEqual(decodeRegionAccess(bytes(golden), true, peer), access);
  assert.equal(decodeRegionAccess(bytes(golden).subarray(0, 16), false, peer).count, 4);
  assert.throws(() => decodeRegionAccess(bytes(golden).subarray(0, 18), true, peer), violation);
});

test('GET_IRQ_INFO and SET_IRQS', () => {
  const info = '10000000' + '01000000' + '02000000' + '80000000';
  assert.equal(hex(encodeIrqInfo({ flags: 1, index: 2, count: 128 })), info);
  assert.deepEqual(decodeIrqInfo(bytes(info), peer), { flags: 1, index: 2, count: 128 });
  const set = '14000000' + '24000000' + '02000000' + '00000000' + '03000000';
  assert.equal(hex(encodeIrqSet({ flags: 0x24, index: 2, start: 0, count: 3 })), set);
  assert.deepEqual(decodeIrqSet(bytes(set), peer), { flags: 0x24, index: 2, start: 0, count: 3 });
  assert.throws(() => decodeIrqSet(bytes(set).subarray(0, 16), peer), violation);
});
