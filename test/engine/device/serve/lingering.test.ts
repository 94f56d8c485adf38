/** Clients that send descriptors whose closing takes its time. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { nowMs } from '../../../../engine/sys/clock.js';
import { HeldTarget, type Program } from '../../../fixtures/held.js';
import { Lingering } from '../../../fixtures/lingering.js';
import { RawClient } from './raw-client.js';

const LINGER_S = 60;
const VERSION = 1;
const DMA_MAP = 2;
const DEVICE_GET_INFO = 4;
const EINVAL = 22;

describe('a server whose client sends descriptors that linger', { concurrency: false }, () => {
  const held = new HeldTarget('sim:?size=16MiB');
  const target = `vfio-user:${held.folder}`;
  const lingering = new Lingering();
  let server: Program;
  before(async () => {
    await lingering.listen();
    server = held.program('serve', '--socket', held.folder, '--device', held.target);
    await server.says(/serving/);
  });
  after(async () => {
    const ended = await server.kill('SIGTERM');
    lingering.close();
    await held.dispose();
    assert.deepEqual([ended.exitCode, ended.signal], [0, null], ended.stderr);
  });

  /** Sends one with the first `firstBytes`, and the rest when the server alone has it, or is about to. */
  async function send(client: RawClient, message: Buffer, firstBytes: number): Promise<void> {
    const fd = await lingering.open(LINGER_S);
    client.socket.send(message.subarray(0, firstBytes), [fd], nowMs() + 1000);
    lingering.give(fd);
    client.socket.send(message.subarray(firstBytes), [], nowMs() + 1000);
  }

  test('answers at once, wherever in a message they come', async () => {
    const client = RawClient.greeted(target);
    const map = Buffer.alloc(32);
    map.writeUInt32LE(32, 0);
    map.writeUInt32LE(3, 4);
    await send(client, RawClient.message(7, DMA_MAP, map), 20);
    assert.equal(client.reply(7, DMA_MAP).errno, EINVAL);
    const info = RawClient.message(8, DEVICE_GET_INFO, Buffer.alloc(16));
    client.socket.send(info.subarray(0, 16), [], nowMs() + 1000);
    await send(client, info.subarray(16), 1);
    assert.equal(client.reply(8, DEVICE_GET_INFO).errno, 0);
    client.close();
    RawClient.greeted(target).close();
  });

  test('serves the next one at once, when they are in messages that it does not take any more', async () => {
    const client = RawClient.greeted(target);
    const noMessage = RawClient.message(7, VERSION, Buffer.alloc(0), 0xf);
    server.child.kill('SIGSTOP'); // so that all of it is there when the first is read
    for (let message = 0; message < 3; message++) await send(client, noMessage, 15);
    server.child.kill('SIGCONT');
    client.close();
    RawClient.greeted(target).close();
  });
});
