/** What a client can do to the server, and to the next client, by the descriptor of the doorbells. */
import assert from 'node:assert/strict';
import { closeSync, fstatSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { attachTransport, Controller, serveVfioUser, type VfioUserServer } from '../../../../engine/index.js';
import { fcntlValue, ftruncate } from '../../../../engine/sys/libc.js';
import { discard, type Mapping, mapFd, retire, viewAt } from '../../../../engine/sys/mapping.js';
import { Program } from '../../../fixtures/held.js';
import { RawClient } from './raw-client.js';

const DEVICE = 'sim:?size=16MiB&latency=none&write_latency=none';
const PAGE = 4096;
const DOORBELLS = 0x1000;
const VS = 0x08;
const CC = 0x14;
const VERSION = 0x10400;
const F_ADD_SEALS = 1033;
const F_SEAL_FUTURE_WRITE = 0x10;

const base = mkdtempSync(join(tmpdir(), 'nvbench-doorbells-'));
after(() => rmSync(base, { recursive: true }));

function doorbellFd(client: RawClient): number {
  const { fds } = client.regionInfo(0, 64);
  assert.equal(fds.length, 1);
  return fds[0];
}

function words({ address }: Mapping): Uint32Array {
  return new Uint32Array(viewAt(address, PAGE));
}

async function serve(t: TestContext, name: string): Promise<VfioUserServer> {
  const server = await serveVfioUser({ socketDir: join(base, name), device: DEVICE });
  t.after(() => server.close());
  return server;
}

const register = (client: RawClient, offset: number): number =>
  client.read(0, offset, 4).body.readUInt32LE(16);

test('a client that cuts the doorbells short, or makes them longer, cannot', async (t) => {
  const socketDir = join(base, 'short');
  const server = new Program(['serve', '--socket', socketDir, '--device', DEVICE], {});
  t.after(() => server.kill('SIGTERM'));
  await server.says(/serving/);
  const client = RawClient.greeted(`vfio-user:${socketDir}`);
  const fd = doorbellFd(client);
  const again = openSync(`/proc/self/fd/${fd}`, 'r+');
  const { size } = fstatSync(fd);
  for (const lengthBytes of [0, PAGE, size + PAGE])
    for (const descriptor of [fd, again]) assert.equal(ftruncate(descriptor, lengthBytes), -1);
  assert.equal(fstatSync(fd).size, size);
  assert.equal(fcntlValue(fd, F_ADD_SEALS, F_SEAL_FUTURE_WRITE), -1, 'it has sealed them against others');
  assert.equal(register(client, VS), VERSION);
  client.close();
  for (const descriptor of [fd, again]) closeSync(descriptor);
  const next = RawClient.greeted(`vfio-user:${socketDir}`);
  assert.equal(register(next, VS), VERSION);
  next.close();
  assert.equal((await server.kill('SIGTERM')).exitCode, 0);
});

test('the descriptor leads to no register', async (t) => {
  const server = await serve(t, 'registers');
  const client = RawClient.greeted(server.target);
  const fd = doorbellFd(client);
  const page = mapFd(fd, PAGE, 0, 'what lies before the doorbells');
  assert.deepEqual([...words(page).subarray(0, 8)], new Array(8).fill(0));
  words(page).fill(0x1234_5678);
  writeSync(fd, Buffer.alloc(PAGE, 0xaa), 0, PAGE, 0);
  assert.deepEqual([register(client, VS), register(client, CC)], [VERSION, 0]);
  retire(page);
  closeSync(fd);
  client.close();
});

test('by message a client writes the registers that a host may write, and no other', async (t) => {
  const server = await serve(t, 'messages');
  const client = RawClient.greeted(server.target);
  const before = [0x00, 0x04, 0x08, 0x0c, 0x1c, 0x38].map((offset) => register(client, offset));
  for (const offset of [0x00, 0x08, 0x38])
    assert.equal(client.write(0, offset, Buffer.alloc(8, 0xff)).errno, 0);
  for (const offset of [0x0c, 0x1c]) assert.equal(client.write(0, offset, Buffer.alloc(4, 0xff)).errno, 0);
  assert.deepEqual(
    [0x00, 0x04, 0x08, 0x0c, 0x1c, 0x38].map((offset) => register(client, offset)),
    before,
  );
  client.close();
});

test('doorbells that a client has left are not those of the next one', async (t) => {
  const server = await serve(t, 'left');
  const departed: Uint32Array[] = [];
  const mappings: Mapping[] = [];
  for (let round = 0; round < 3; round++) {
    const client = RawClient.greeted(server.target);
    const fd = doorbellFd(client);
    const mapping = mapFd(fd, PAGE, DOORBELLS, 'doorbells of a client');
    const own = words(mapping);
    own[2] = 7;
    assert.equal(register(client, DOORBELLS + 8), 7, 'its own are what the controller reads');
    for (const others of departed) others.fill(0xdead);
    assert.equal(register(client, DOORBELLS + 8), 7);
    departed.push(own);
    mappings.push(mapping);
    closeSync(fd);
    client.close();
  }
  const controller = await Controller.start(await attachTransport(server.target, {}), { hugepages: 'never' });
  for (let command = 0; command < 50; command++) {
    for (const others of departed) others.fill(command % 32);
    await controller.admin.identifyController();
  }
  await controller.close();
  for (const mapping of mappings) retire(mapping);
});

test('doorbells whose page a client takes out of the file read as zero', async (t) => {
  const server = await serve(t, 'punched');
  const client = RawClient.greeted(server.target);
  const fd = doorbellFd(client);
  const mapping = mapFd(fd, PAGE, DOORBELLS, 'doorbells of a client');
  words(mapping)[2] = 7;
  discard(mapping, 'doorbells of a client');
  assert.equal(register(client, DOORBELLS + 8), 0);
  closeSync(fd);
  client.close();
});
