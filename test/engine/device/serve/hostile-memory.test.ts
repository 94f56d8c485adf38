/** Clients whose memory is not what it was when they sent it. */
import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ftruncate } from '../../../../engine/sys/libc.js';
import { createMemfd } from '../../../../engine/sys/mapping.js';
import { Program } from '../../../fixtures/held.js';
import { enable } from './enable.js';
import { RawClient } from './raw-client.js';

const PAGE = 4096;
const FIRST_IOVA = 0x20_0000n;
const MAPPINGS = 64;
const CFS = 2;

test('a client whose files are cut short under all of its mappings does not end the server', async (t) => {
  const socketDir = mkdtempSync(join(tmpdir(), 'nvbench-memory-'));
  t.after(() => rmSync(socketDir, { recursive: true, force: true }));
  const server = new Program(['serve', '--socket', socketDir, '--device', 'sim:?size=16MiB'], {});
  t.after(() => server.kill('SIGTERM'));
  await server.says(/serving/);
  const client = RawClient.greeted(`vfio-user:${socketDir}`);
  client.regionInfo(0, 64).fds.forEach(closeSync);
  const fd = createMemfd(PAGE, 'memory of a client');
  const iovaOf = (index: number): bigint => FIRST_IOVA + BigInt(index * 2 * PAGE);
  for (let index = 0; index < MAPPINGS; index++) assert.equal(client.map(fd, iovaOf(index), BigInt(PAGE)), 0);
  assert.equal(ftruncate(fd, 0), 0);
  // each mapping in its turn is the controller's queue memory, which it reads and writes
  for (let index = 0; index < MAPPINGS; index++) {
    assert.equal(enable(client, iovaOf(index), iovaOf((index + 1) % MAPPINGS)) & ~CFS, 1);
    client.write(0, 0x1000, Buffer.from([1, 0, 0, 0]));
  }
  client.close();
  closeSync(fd);
  const next = RawClient.greeted(`vfio-user:${socketDir}`);
  assert.equal(next.read(0, 8, 4).body.readUInt32LE(16), 0x10400);
  next.close();
  assert.equal((await server.kill('SIGTERM')).exitCode, 0);
});
