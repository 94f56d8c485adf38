import assert from 'node:assert/strict';
import { closeSync, openSync } from 'node:fs';
import { test } from 'node:test';
import { SystemError } from '../../../../../../engine/errors.js';
import {
  configSpace,
  negotiate,
  readRegion,
  regionInfo,
} from '../../../../../../engine/path/pcie/transport/vfio-user/client.js';
import { VfioUserDmaMapper } from '../../../../../../engine/path/pcie/transport/vfio-user/dma.js';
import { MessageRegisters } from '../../../../../../engine/path/pcie/transport/vfio-user/message-registers.js';
import { nowMs } from '../../../../../../engine/sys/clock.js';
import { mapAnonymous, mapMemfd } from '../../../../../../engine/sys/mapping.js';
import { openFds } from '../../../../../fixtures/open-fds.js';
import { rawPair } from './raw-pair.js';

const READ = 9;
const none = new Uint8Array(0);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));

test('a register read is one message of 32 bytes, its reply the same with the value', () => {
  const pair = rawPair();
  pair.reply(0, READ, bytes('1c00000000000000' + '00000000' + '04000000' + '01000000'));
  assert.equal(new MessageRegisters(pair.channel).read32(0x1c), 1);
  const header = '0000' + '0900' + '20000000' + '00000000' + '00000000';
  assert.equal(hex(pair.sent()), `${header}1c00000000000000${'00000000'}04000000`);
  pair.close();
});

test('a 64-bit register is written in one message', () => {
  const pair = rawPair();
  pair.reply(0, 10, bytes('2800000000000000' + '00000000' + '08000000'));
  new MessageRegisters(pair.channel).write64(0x28, 0x1_0020_0000n);
  assert.equal(
    hex(pair.sent().subarray(16)),
    '2800000000000000' + '00000000' + '08000000' + '0000200001000000',
  );
  pair.close();
});

test('the configuration space is region 7', () => {
  const pair = rawPair();
  pair.reply(0, READ, bytes('0400000000000000' + '07000000' + '02000000' + '0604'));
  assert.equal(configSpace(pair.channel).read(4, 2), 0x406);
  pair.close();
});

test('an error reply is a typed error with the errno, and the connection goes on', () => {
  const pair = rawPair();
  pair.reply(0, READ, none, { errno: 22 });
  pair.reply(1, READ, bytes('0000000000000000' + '00000000' + '04000000' + 'ff030100'));
  assert.throws(
    () => readRegion(pair.channel, 0, 0, 2),
    (error) =>
      error instanceof SystemError && error.code === 'VFIO_USER_REFUSED' && error.errnoName === 'EINVAL',
  );
  assert.equal(pair.channel.lost(), undefined);
  assert.equal(readRegion(pair.channel, 0, 0, 4).getUint32(0, true), 0x103ff);
  pair.close();
});

test('no answer in time ends the connection: later requests fail without a wait, registers read as all ones', () => {
  const pair = rawPair(300);
  assert.throws(() => readRegion(pair.channel, 0, 0, 4), { code: 'VFIO_USER_LOST', reason: /300 ms/ });
  assert.match(pair.channel.lost() ?? '', /stopped answering/);
  const started = nowMs();
  assert.equal(new MessageRegisters(pair.channel).read32(0), 0xffff_ffff);
  assert.equal(new MessageRegisters(pair.channel).read64(0), 2n ** 64n - 1n);
  assert.ok(nowMs() - started < 300);
  pair.close();
});

test('VERSION without an answer hints at another client', () => {
  const pair = rawPair(20);
  assert.throws(() => negotiate(pair.channel), { code: 'VFIO_USER_NO_VERSION', hint: /another client/ });
  pair.close();
});

test('half a header and then nothing is no answer', () => {
  const pair = rawPair(30);
  pair.peer.send(bytes('0000090014'), [], nowMs() + 100);
  assert.throws(() => readRegion(pair.channel, 0, 0, 4), { code: 'VFIO_USER_LOST' });
  pair.close();
});

test('a reply to another message, or a command of the server, ends the connection', () => {
  const stray = rawPair();
  stray.reply(7, READ, none);
  assert.throws(() => readRegion(stray.channel, 0, 0, 4), { code: 'VFIO_USER_LOST', reason: /not asked/ });
  assert.match(stray.channel.lost() ?? '', /no answer/);
  stray.close();
  const asking = rawPair();
  asking.peer.send(bytes('0000' + '0b00' + '10000000' + '00000000' + '00000000'), [], nowMs() + 100);
  assert.throws(() => readRegion(asking.channel, 0, 0, 4), { code: 'VFIO_USER_LOST', reason: /DMA_READ/ });
  asking.close();
});

test('a server that closed is noticed without a request', () => {
  const pair = rawPair();
  assert.equal(pair.channel.lost(), undefined);
  pair.peer.close();
  assert.match(pair.channel.lost() ?? '', /closed the connection/);
  pair.close();
});

test('a short reply is a protocol error, not a value', () => {
  const pair = rawPair();
  pair.reply(0, READ, bytes('0000000000000000' + '00000000' + '04000000' + 'ff'));
  assert.throws(() => readRegion(pair.channel, 0, 0, 4), { code: 'VFIO_USER_PROTOCOL' });
  pair.close();
});

test('descriptors that nobody asked for are closed, a region keeps one', () => {
  const pair = rawPair();
  const fd = openSync('/dev/null', 'r');
  const before = openFds();
  pair.reply(0, READ, bytes('0000000000000000' + '00000000' + '04000000' + '00000000'), { fds: [fd, fd] });
  readRegion(pair.channel, 0, 0, 4);
  assert.equal(openFds(), before);
  const whole = bytes(
    '20000000' + '07000000' + '00000000' + '00000000' + '0020000000000000' + '0000000000000000',
  );
  pair.reply(1, 5, whole, { fds: [fd, fd] });
  const region = regionInfo(pair.channel, 0);
  assert.equal(openFds(), before + 1);
  closeSync(region.fd ?? -1);
  closeSync(fd);
  pair.close();
});

test('DMA memory needs a descriptor and a free entry of the table', () => {
  const pair = rawPair();
  const dma = new VfioUserDmaMapper(pair.channel, 1);
  assert.throws(() => dma.map(mapAnonymous(4096), 0x20_0000n), { code: 'DMA_NOT_SHAREABLE' });
  const memory = mapMemfd(4096, 'test');
  pair.reply(0, 2, none);
  dma.map(memory, 0x20_0000n);
  assert.equal(dma.mappingsAvailable, 0);
  assert.throws(() => dma.map(memory, 0x40_0000n), { code: 'DMA_TABLE_FULL' });
  pair.reply(1, 3, none);
  dma.unmap(memory, 0x20_0000n);
  assert.equal(dma.mappingsAvailable, 1);
  closeSync(memory.fd);
  pair.close();
});

test('unmapping after the server left succeeds: nothing of it reaches the memory', () => {
  const pair = rawPair();
  const dma = new VfioUserDmaMapper(pair.channel, 64);
  const memory = mapMemfd(4096, 'test');
  pair.reply(0, 2, none);
  dma.map(memory, 0x20_0000n);
  pair.peer.close();
  dma.unmap(memory, 0x20_0000n);
  assert.equal(dma.mappingsAvailable, 64);
  closeSync(memory.fd);
  pair.close();
});
