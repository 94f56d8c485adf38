/** SIGBUS ends a process that is not ready for it, so each of these runs in a child. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { hugepagePools } from '../../../engine/memory/hugepage-pools.js';

const HUGE = 2 * 2 ** 20;
const sys = new URL('../../../engine/sys/', import.meta.url).href;
const hugepages = hugepagePools().find((pool) => pool.pageSizeBytes === HUGE)?.availablePages ?? 0;

/** Runs a script that has the functions of `engine/sys` and a memory file of 4 pages, mapped and filled with 7. */
function run(script: string): {
  status: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
} {
  const text = `
    import { Worker } from 'node:worker_threads';
    import { guard } from '${sys}lost-pages.js';
    import { ftruncate, memfdCreate } from '${sys}libc.js';
    import { mapHugeFd, mapMemfd, retire, unmap, viewAt } from '${sys}mapping.js';
    const memory = mapMemfd(4 * 4096, 'test');
    const bytes = new Uint8Array(memory.buffer).fill(7);
    ${script}`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', text], {
    encoding: 'utf8',
    timeout: 120_000,
  });
}

test('a page that is gone reads as all ones, those before it as they are', () => {
  const { stdout, stderr } = run(`
    guard(memory);
    ftruncate(memory.fd, 4096);
    console.log(bytes[0], bytes[4096], bytes[8191], bytes[3 * 4096]);`);
  assert.equal(stdout.trim(), '7 255 255 255', stderr);
});

test('a store into a page that is gone does no harm', () => {
  const { stdout, stderr } = run(`
    guard(memory);
    ftruncate(memory.fd, 0);
    bytes[5000] = 9;
    console.log(bytes[5000], bytes[5001]);`);
  assert.equal(stdout.trim(), '9 255', stderr);
});

test('another thread that touches it goes on too', () => {
  const { stdout, stderr } = run(`
    guard(memory);
    ftruncate(memory.fd, 0);
    const source = \`
      import { parentPort, workerData } from 'node:worker_threads';
      import { viewMemory } from '${sys}libc.js';
      parentPort.postMessage(new Uint8Array(viewMemory(workerData, 4096))[1]);\`;
    const url = new URL('data:text/javascript,' + encodeURIComponent(source));
    new Worker(url, { workerData: memory.address }).on('message', (value) => console.log(value));`);
  assert.equal(stdout.trim(), '255', stderr);
});

test('a hugepage is replaced as a whole', { skip: hugepages < 2 && 'needs 2 free hugepages' }, () => {
  const { stdout, stderr } = run(`
    const HUGE = ${HUGE};
    const fd = memfdCreate('huge', 4);
    ftruncate(fd, 2 * HUGE);
    const huge = mapHugeFd(fd, 2 * HUGE, HUGE, 'test');
    const words = new Uint8Array(viewAt(huge.address, huge.lengthBytes)).fill(7);
    guard(huge, HUGE);
    ftruncate(fd, HUGE);
    console.log(words[HUGE - 1], words[HUGE + 12345], words[2 * HUGE - 1]);`);
  assert.equal(stdout.trim(), '7 255 255', stderr);
});

test('a large file that is gone costs few mappings, however it is touched', () => {
  const { stdout, stderr } = run(`
    const MIB = 2 ** 20;
    const large = mapMemfd(640 * MIB, 'large');
    const pages = new Uint8Array(large.buffer);
    guard(large);
    ftruncate(large.fd, 0);
    for (let page = 640 * 256 - 2; page >= 0; page -= 2) if (pages[page * 4096] !== 255) throw new Error(page);
    pages[639 * MIB] = 9;
    console.log(pages[0], pages[65535], pages[639 * MIB]);`);
  assert.equal(stdout.trim(), '255 255 9', stderr);
});

test('memory that nobody guards still ends the process', () => {
  const { signal, stdout } = run(`
    const other = mapMemfd(4096, 'other');
    guard(memory);
    ftruncate(other.fd, 0);
    console.log(new Uint8Array(other.buffer)[0]);`);
  assert.deepEqual([signal, stdout], ['SIGBUS', '']);
});

test('retiring a mapping ends the guard, and its place in the table is free again', () => {
  const { stdout, stderr } = run(`
    const results = [];
    for (let i = 0; i < 100; i++) {
      const one = mapMemfd(4096, 'one');
      results.push(guard(one));
      if (i % 2) retire(one);
      else unmap(one);
    }
    console.log(results.every(Boolean));`);
  assert.equal(stdout.trim(), 'true', stderr);
});

test('more than it has room for are refused, not forgotten', () => {
  const { stdout, stderr } = run(`
    const large = mapMemfd(8200 * 4096, 'many');
    const pageOf = (index) => ({ address: large.address + BigInt(index * 4096), lengthBytes: 4096 });
    const results = Array.from({ length: 8200 }, (_, index) => guard(pageOf(index)));
    ftruncate(large.fd, 0);
    const pages = new Uint8Array(large.buffer);
    console.log(results.filter(Boolean).length, pages[0], pages[8190 * 4096]);`);
  assert.equal(stdout.trim(), '8191 255 255', stderr);
});
