/** What is read and written, and the memory that it moves through. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GENERIC, hasStatus, type Opened } from './subject.js';

function pattern(bytes: Uint8Array, seed: number): void {
  let x = Math.imul(seed, 0x9e3779b1) | 1;
  for (let i = 0; i < bytes.length; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    bytes[i] = x;
  }
}

export function dataTests(on: Opened): void {
  test('a read past the namespace is LBA Out of Range', async () => {
    const buffer = on.controller.arena.allocate(on.namespace.lbaBytes, 4096);
    await assert.rejects(on.channel.read(on.namespace.sizeLbas, 1, buffer), hasStatus(GENERIC, 0x80));
    on.controller.arena.free(buffer);
  });

  test('a namespace that is not there is Invalid Namespace or Format', async (t) => {
    if (on.lacksQueues) return t.skip(on.lacksQueues);
    const memory = await on.controller.createQueuePair(on.entries(4));
    const queue = on.controller.commandQueue(memory);
    const flush = { name: 'Flush', opcode: 0, nsid: 0xfffe };
    await assert.rejects(queue.execute(flush, 5000), hasStatus(GENERIC, 0x0b));
    await on.controller.deleteQueuePair(memory.qid);
  });

  test('a transfer beyond MDTS is Invalid Field in Command', async (t) => {
    if (on.departs('mdts-not-enforced')) return t.skip('the controller is known not to enforce MDTS');
    if (on.controller.maxTransferBytes > 2 ** 22) return t.skip('the controller names no small limit');
    const lbas = on.controller.maxTransferBytes / on.namespace.lbaBytes + 1;
    const buffer = on.controller.arena.allocate(lbas * on.namespace.lbaBytes, 4096);
    await assert.rejects(on.channel.read(0, lbas, buffer), hasStatus(GENERIC, 0x02));
    on.controller.arena.free(buffer);
  });

  test('many more commands than entries go through one queue pair', async () => {
    const buffer = on.controller.arena.allocate(on.namespace.lbaBytes, 4096);
    for (let i = 0; i < 100; i++) await on.channel.read(i % on.namespace.sizeLbas, 1, buffer);
    on.controller.arena.free(buffer);
  });

  test('what is written is read back, from one block to the largest transfer', on.onWritable, async () => {
    const most = on.transferBytes();
    const out = on.controller.arena.allocate(most, 4096);
    const back = on.controller.arena.allocate(most, 4096);
    for (let bytes = on.namespace.lbaBytes, slba = 0; bytes <= most; bytes *= 2) {
      const lbas = bytes / on.namespace.lbaBytes;
      pattern(new Uint8Array(out.view, 0, bytes), bytes);
      new Uint8Array(back.view).fill(0xee);
      await on.channel.write(slba, lbas, out);
      await on.channel.read(slba, lbas, back);
      assert.deepEqual(
        Buffer.from(back.view, 0, bytes),
        Buffer.from(out.view, 0, bytes),
        `${bytes} bytes at ${slba}`,
      );
      assert.ok(
        bytes === most || new Uint8Array(back.view)[bytes] === 0xee,
        'no byte past the transfer changes',
      );
      slba += lbas + 1;
    }
    on.controller.arena.free(out);
    on.controller.arena.free(back);
  });

  test('buffers may begin anywhere in a page at a multiple of 4', on.onWritable, async () => {
    const room = 5 * 4096;
    const out = on.controller.arena.allocate(room, 4096);
    const back = on.controller.arena.allocate(room, 4096);
    const bytes = Math.min(3 * 4096, on.transferBytes());
    for (const offset of [4, 512, 1020, 4092]) {
      pattern(new Uint8Array(out.view), offset);
      await on.channel.write(0, bytes / on.namespace.lbaBytes, out, offset);
      new Uint8Array(back.view).fill(0);
      await on.channel.read(0, bytes / on.namespace.lbaBytes, back, offset);
      assert.deepEqual(
        Buffer.from(back.view, offset, bytes),
        Buffer.from(out.view, offset, bytes),
        `offset ${offset}`,
      );
      assert.equal(new Uint8Array(back.view)[offset - 1], 0);
    }
    on.controller.arena.free(out);
    on.controller.arena.free(back);
  });

  test('the last block of the namespace can be written and read', on.onWritable, async () => {
    const buffer = on.controller.arena.allocate(on.namespace.lbaBytes, 4096);
    pattern(new Uint8Array(buffer.view), 77);
    const expected = Buffer.from(buffer.view.slice(0));
    await on.channel.write(on.namespace.sizeLbas - 1, 1, buffer);
    new Uint8Array(buffer.view).fill(0);
    await on.channel.read(on.namespace.sizeLbas - 1, 1, buffer);
    assert.deepEqual(Buffer.from(buffer.view), expected);
    on.controller.arena.free(buffer);
  });

  test('Write Zeroes reads back as zeroes', on.onWritable, async (t) => {
    if ((on.controller.identity.optionalNvmCommands & 8) === 0) return t.skip('ONCS has no Write Zeroes');
    const buffer = on.controller.arena.allocate(4 * on.namespace.lbaBytes, 4096);
    pattern(new Uint8Array(buffer.view), 5);
    await on.channel.write(0, 4, buffer);
    await on.channel.writeZeroes(1, 2);
    await on.channel.flush();
    await on.channel.read(0, 4, buffer);
    const words = new Uint8Array(buffer.view);
    const sum = (from: number, lbas: number): number =>
      words
        .subarray(from * on.namespace.lbaBytes, (from + lbas) * on.namespace.lbaBytes)
        .reduce((a, b) => a + b, 0);
    assert.equal(sum(1, 2), 0);
    assert.notEqual(sum(0, 1), 0);
    assert.notEqual(sum(3, 1), 0);
    on.controller.arena.free(buffer);
  });

  test('memory that the arena maps while queues exist is usable', async () => {
    const before = on.controller.arena.totalBytes;
    const buffer = on.controller.arena.allocate(8 * 2 ** 20, 4096);
    assert.ok(on.controller.arena.totalBytes > before);
    await on.channel.read(0, 1, buffer);
    on.controller.arena.free(buffer);
  });

  test('memory that nothing uses any more is unmapped while queues exist', async () => {
    const first = on.controller.arena.allocate(4 * 2 ** 20, 4096);
    const withFirst = on.controller.arena.totalBytes;
    on.controller.arena.free(first);
    const second = on.controller.arena.allocate(withFirst, 4096);
    assert.ok(on.controller.arena.totalBytes < withFirst + second.lengthBytes);
    await on.channel.read(0, 1, second);
    on.controller.arena.free(second);
  });
}
