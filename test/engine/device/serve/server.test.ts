import assert from 'node:assert/strict';
import { closeSync, existsSync, fstatSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { attachTransport, serveVfioUser, type VfioUserServer } from '../../../../engine/index.js';
import { nowMs } from '../../../../engine/sys/clock.js';
import { mapMemfd } from '../../../../engine/sys/mapping.js';
import { UnixListener } from '../../../../engine/sys/unix-listener.js';
import { openFds, openFdsBecome } from '../../../fixtures/open-fds.js';
import { RawClient } from './raw-client.js';

const EEXIST = 17;
const EINVAL = 22;
const ENOSPC = 28;
const ENOTSUP = 95;
const MIB = 0x10_0000n;
const DEVICE = 'sim:?size=16MiB&latency=none&write_latency=none';
const none = new Uint8Array(0);

const base = mkdtempSync(join(tmpdir(), 'nvbench-server-'));
after(() => rmSync(base, { recursive: true }));

describe('one vfio-user server', () => {
  let server: VfioUserServer;
  let client: RawClient;
  const memory = mapMemfd(Number(8n * MIB), 'client memory');

  before(async () => {
    server = await serveVfioUser({ socketDir: join(base, 'one'), device: DEVICE });
    client = RawClient.greeted(server.target);
  });
  after(async () => {
    client.close();
    await server.close();
    closeSync(memory.fd);
  });

  /** Ends this client and begins another. */
  function reconnect(): void {
    client.close();
    client = RawClient.greeted(server.target);
  }

  test('it plays a PCI function with nine regions that can be reset', () => {
    const { body } = client.call(4, Buffer.alloc(16));
    assert.deepEqual(
      [4, 8, 12].map((at) => body.readUInt32LE(at)),
      [3, 9, 5],
    );
  });

  test('its class is that of an NVMe controller', () => {
    assert.equal(client.read(7, 8, 4).body.readUInt32LE(16) >>> 8, 0x010802);
  });

  test('BAR0 is at least 16 KiB, its doorbells can be mapped by a descriptor', () => {
    const { body, fds } = client.regionInfo(0, 64);
    assert.equal(body.length, 64);
    assert.equal(body.readUInt32LE(4), 0xf);
    assert.equal(body.readBigUInt64LE(16), 0x4000n);
    assert.deepEqual([body.readUInt16LE(32), body.readUInt32LE(40)], [1, 1]);
    assert.deepEqual([body.readBigUInt64LE(48), body.readBigUInt64LE(56)], [0x1000n, 0x1000n]);
    assert.equal(fds.length, 1);
    assert.ok(fstatSync(fds[0]).size >= 0x2000);
    closeSync(fds[0]);
  });

  test('an asker without room for capabilities gets neither them nor a descriptor', () => {
    const { body, fds } = client.regionInfo(0, 32);
    // argsz 64, and of the flags READ, WRITE and MMAP: without the capability no flag says that it is there
    assert.deepEqual(
      [0, 4, 12].map((at) => body.readUInt32LE(at)),
      [64, 7, 0],
    );
    assert.equal(body.length, 32);
    assert.deepEqual(fds, []);
    assert.equal(client.regionInfo(9, 64).errno, EINVAL);
  });

  test('registers are read and written in 4 or 8 bytes, aligned, within the BAR', () => {
    assert.equal(client.read(0, 8, 4).body.readUInt32LE(16), 0x10400);
    assert.equal(client.read(0, 0, 8).body.length, 24);
    for (const [offset, count] of [
      [8, 2],
      [8, 16],
      [4, 8],
      [0x4000, 4],
      [0x3ffc, 8],
    ])
      assert.equal(client.read(0, offset, count).errno, EINVAL, `${count} bytes at ${offset}`);
    assert.equal(client.write(0, 0x28, Buffer.from('0000200001000000', 'hex')).errno, 0);
    assert.equal(client.read(0, 0x28, 8).body.readBigUInt64LE(16), 0x1_0020_0000n);
    assert.equal(client.write(0, 0x24, Buffer.alloc(3)).errno, EINVAL);
    assert.equal(client.read(2, 0, 4).errno, EINVAL);
  });

  test('of the configuration space only the command register can be written', () => {
    assert.equal(client.write(7, 4, Buffer.from('ffff', 'hex')).errno, 0);
    assert.equal(client.read(7, 4, 2).body.readUInt16LE(16), 0x0406);
    assert.equal(client.write(7, 8, Buffer.from('ffffffff', 'hex')).errno, 0);
    assert.equal(client.read(7, 8, 4).body.readUInt32LE(16), 0x01080200);
    assert.equal(client.read(7, 4094, 4).errno, EINVAL);
    assert.equal(client.write(7, 4095, Buffer.alloc(2)).errno, EINVAL);
  });

  test('a message may come in pieces', () => {
    const body = Buffer.alloc(16);
    body.writeUInt32LE(8, 0);
    body.writeUInt32LE(4, 12);
    for (const byte of RawClient.message(7, 9, body))
      client.socket.send(Uint8Array.of(byte), [], nowMs() + 1000);
    assert.equal(client.reply(7, 9).body.readUInt32LE(16), 0x10400);
  });

  test('two messages may come at once, and one may want no reply', () => {
    const body = Buffer.alloc(20);
    body.writeUInt32LE(0x24, 0);
    body.writeUInt32LE(4, 12);
    body.writeUInt32LE(0x1f001f, 16);
    const quiet = RawClient.message(8, 10, body, 0x10);
    client.socket.send(Buffer.concat([quiet, RawClient.message(9, 4, Buffer.alloc(16))]), [], nowMs() + 1000);
    assert.equal(client.reply(9, 4).errno, 0);
    assert.equal(client.read(0, 0x24, 4).body.readUInt32LE(16), 0x1f001f);
  });

  test('what it does not know or cannot do is an error reply, the header alone', () => {
    for (const command of [0, 6, 11, 12, 14, 9999]) {
      const { errno, lengthBytes } = client.call(command, none);
      assert.deepEqual([errno, lengthBytes], [ENOTSUP, 16], `command ${command}`);
    }
    assert.equal(client.call(2, Buffer.alloc(8)).errno, EINVAL);
    assert.equal(client.call(10, Buffer.alloc(15)).errno, EINVAL);
    assert.equal(client.call(1, Buffer.from('\0\0\x01\0', 'latin1')).errno, EINVAL);
  });

  test('the reply to DMA_UNMAP repeats the request', () => {
    assert.equal(client.map(memory.fd, 2n * MIB, 2n * MIB), 0);
    const { errno, body } = client.unmap(2n * MIB, 2n * MIB);
    assert.deepEqual([errno, body.length, body.readBigUInt64LE(8)], [0, 24, 2n * MIB]);
    assert.equal(body.readBigUInt64LE(16), 2n * MIB);
  });

  test('DMA_UNMAP takes every whole mapping in its range, of which there may be none, and cuts none', () => {
    for (const at of [2n, 3n, 5n]) assert.equal(client.map(memory.fd, at * MIB, MIB), 0);
    for (const [iova, size] of [
      [2n * MIB, 4096n],
      [3n * MIB + 4096n, MIB],
      [0n, 3n * MIB - 4096n],
      [0n, 0n],
    ])
      assert.equal(client.unmap(iova, size).errno, EINVAL, `${size} at ${iova}`);
    assert.equal(client.map(memory.fd, 2n * MIB, MIB), EEXIST);
    assert.equal(client.unmap(0n, 4n * MIB).errno, 0);
    for (const at of [2n, 3n]) assert.equal(client.map(memory.fd, at * MIB, MIB), 0);
    assert.equal(client.map(memory.fd, 5n * MIB, MIB), EEXIST);
    assert.equal(client.unmap(2n ** 63n, 2n ** 63n).errno, 0);
    assert.equal(client.unmap(0n, 2n ** 63n).errno, 0);
    assert.equal(client.map(memory.fd, 5n * MIB, MIB), 0);
    reconnect();
  });

  test('overlapping memory is refused', () => {
    assert.equal(client.map(memory.fd, 2n * MIB, 2n * MIB), 0);
    for (const [iova, size] of [
      [2n * MIB, 2n * MIB],
      [MIB, 2n * MIB],
      [3n * MIB, 4096n],
      [MIB, 4n * MIB],
    ])
      assert.equal(client.map(memory.fd, iova, size), EEXIST, `${size} at ${iova}`);
    assert.equal(client.map(memory.fd, 4n * MIB, MIB), 0);
    reconnect();
  });

  test('memory that could not be used safely is refused, and its descriptors are closed', async () => {
    const device = openSync('/dev/zero', 'r+');
    const before = openFds();
    const refused: [string, number][] = [
      ['longer than the file', client.map(memory.fd, 2n * MIB, 16n * MIB)],
      ['past the end of the file', client.map(memory.fd, 2n * MIB, 2n * MIB, 7n * MIB)],
      ['an offset that wraps', client.map(memory.fd, 2n * MIB, MIB, 2n ** 64n - MIB)],
      ['no file', client.map(device, 2n * MIB, MIB)],
      ['of no size', client.map(memory.fd, 2n * MIB, 0n)],
      ['not in pages', client.map(memory.fd, 2n * MIB + 512n, MIB)],
      ['an odd size', client.map(memory.fd, 2n * MIB, 4097n)],
      ['an address beyond the IOMMU', client.map(memory.fd, 2n ** 60n, MIB)],
      ['the last address and one more', client.map(memory.fd, 2n ** 48n - MIB + 4096n, MIB)],
      ['neither to read nor to write', client.map(memory.fd, 2n * MIB, MIB, 0n, 0)],
      ['to do something else', client.map(memory.fd, 2n * MIB, MIB, 0n, 7)],
      ['without a descriptor, of no size', client.map(undefined, 2n * MIB, 0n)],
      ['without a descriptor, an end that wraps', client.map(undefined, 2n ** 64n - 4096n, 8192n)],
    ];
    for (const [what, errno] of refused) assert.equal(errno, EINVAL, what);
    assert.equal(client.call(4, Buffer.alloc(16), [memory.fd, memory.fd]).errno, 0);
    await openFdsBecome(before);
    closeSync(device);
  });

  test('the 4097th mapping is refused, and there is room again after one is undone', () => {
    const iovaOf = (index: number): bigint => MIB + BigInt(index) * 8192n;
    const map = (index: number) => client.map(index % 2 ? memory.fd : undefined, iovaOf(index), 4096n);
    for (let index = 0; index < 4096; index++) assert.equal(map(index), 0);
    assert.deepEqual([map(4097), map(4098)], [ENOSPC, ENOSPC]);
    assert.equal(client.unmap(iovaOf(7), 4096n).errno, 0);
    assert.deepEqual([map(4098), map(4097)], [0, ENOSPC]);
    assert.equal(client.unmap(0n, 2n ** 48n).errno, 0);
    assert.equal(map(4097), 0);
    reconnect();
  });

  test('it speaks the lower of both minor versions', () => {
    const answer = (minor: number): number => {
      client.close();
      client = new RawClient(server.target);
      const { errno, body } = client.call(1, Buffer.from([0, 0, minor, 0, ...Buffer.from('{}\0')]));
      assert.deepEqual([errno, body.readUInt16LE(0)], [0, 0]);
      return body.readUInt16LE(2);
    };
    assert.deepEqual([0, 9, 1].map(answer), [0, 1, 1]);
  });

  test('it has the ids of a function that drivers know', () => {
    assert.equal(client.read(7, 0, 4).body.readUInt32LE(16), 0x0010_1b36);
    assert.equal(client.read(7, 0x2c, 4).body.readUInt32LE(16), 0x1100_1af4);
  });

  test('a client that left abruptly leaves no mapping and an idle controller behind', () => {
    assert.equal(client.map(memory.fd, 2n * MIB, 2n * MIB), 0);
    assert.equal(client.write(0, 0x14, Buffer.from('01004600', 'hex')).errno, 0);
    reconnect();
    assert.equal(client.read(0, 0x14, 4).body.readUInt32LE(16), 0);
    assert.equal(client.read(0, 0x1c, 4).body.readUInt32LE(16), 0);
    assert.equal(client.map(memory.fd, 2n * MIB, 2n * MIB), 0);
    reconnect();
  });

  test('DEVICE_RESET clears the registers', () => {
    client.write(0, 0x24, Buffer.from('1f001f00', 'hex'));
    assert.equal(client.call(13, none).errno, 0);
    assert.equal(client.read(0, 0x24, 4).body.readUInt32LE(16), 0);
  });

  test('a client that announces an impossible message is let go, and the next one served', () => {
    const header = RawClient.message(1, 9, none);
    header.writeUInt32LE(0xffff_ffff, 4);
    client.socket.send(header, [], nowMs() + 1000);
    assert.throws(() => client.socket.receive(1, nowMs() + 5000), { code: 'PEER_GONE' });
    reconnect();
    assert.equal(client.read(0, 8, 4).errno, 0);
  });

  test('what is said before VERSION, and another major version, are refused, and whoever says it is left', () => {
    client.close();
    for (const [command, body] of [
      [4, Buffer.alloc(16)],
      [1, Buffer.from('\x01\0\0\0', 'latin1')],
    ] as const) {
      const early = new RawClient(server.target);
      assert.equal(early.call(command, body).errno, EINVAL);
      assert.throws(() => early.socket.receive(1, nowMs() + 5000), { code: 'PEER_GONE' });
      early.close();
    }
    client = RawClient.greeted(server.target);
  });
});

test('a second server in the same directory is refused, a socket that was left is replaced', async () => {
  const socketDir = join(base, 'two');
  const server = await serveVfioUser({ socketDir, device: DEVICE });
  await assert.rejects(serveVfioUser({ socketDir, device: DEVICE }), { code: 'SOCKET_IN_USE' });
  await server.close();
  assert.equal(existsSync(join(socketDir, 'cntrl')), false);
  new UnixListener(join(socketDir, 'cntrl')).close();
  const again = await serveVfioUser({ socketDir, device: DEVICE });
  const device = await attachTransport(again.target, {});
  await device.close();
  await again.close();
  await again.close();
});

test('only the software controller is served, with options that it has', async () => {
  const input = { kind: 'input' };
  await assert.rejects(serveVfioUser({ socketDir: join(base, 'x'), device: 'pci:0000:01:00.0' }), input);
  await assert.rejects(serveVfioUser({ socketDir: join(base, 'x'), device: 'sim:?colour=red' }), {
    code: 'BAD_SIM_OPTION',
    ...input,
  });
  assert.equal(existsSync(join(base, 'x', 'cntrl')), false);
});
