/** Blocks in a file: what is written outlives the controller, and nobody else's file is written to. */
import assert from 'node:assert/strict';
import fs, {
  closeSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openMediaFile } from '../../../../engine/device/file/open.js';
import { EngineError } from '../../../../engine/errors.js';
import { targetFacts } from '../../../../engine/path/open.js';
import { BenchController } from '../bench-controller.js';
import { RawDriver } from '../raw-driver.js';
import { type Completion, type Rings, read, statusOf, write } from '../raw-rings.js';

const SIZE_BYTES = 2 ** 20;
const OK = [0, 0];
/** Status code types and codes: NVM command set 1.0, figures 16 and 17. */
const UNRECOVERED_READ = [2, 0x81];
const COMPARE_FAILURE = [2, 0x85];

function fileFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'nvbench-blocks-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, 'blocks');
}

async function driverOf(
  t: TestContext,
  path: string,
  options = '',
): Promise<{ driver: RawDriver; queue: Rings }> {
  const driver = await RawDriver.ready(`size=1MiB&latency=none&file=${path}${options}`);
  t.after(() => driver.close());
  return { driver, queue: driver.ioQueue(1) };
}

/** 6 KiB that are nowhere the same, from a place within a page on, so that they lie in three pages. */
function pieces(driver: RawDriver, first: number): { prp1: number; prp2: number; bytes: Uint8Array } {
  const data = driver.dma(3 * 4096);
  const list = driver.dma(4096);
  for (let at = 0; at < data.bytes.length; at += 4) data.view.setUint32(at, first + at, true);
  list.view.setBigUint64(0, BigInt(data.iova + 4096), true);
  list.view.setBigUint64(8, BigInt(data.iova + 8192), true);
  return { prp1: data.iova + 3584, prp2: list.iova, bytes: data.bytes.subarray(3584, 3584 + 6144) };
}

const WAYS = { 'through the cache': '', direct: '&direct=1&lba=4096' } as const;

for (const [way, options] of Object.entries(WAYS))
  test(`what one controller has written the next one reads, and the file has it where it belongs: ${way}`, async (t) => {
    const path = fileFor(t);
    let first: Awaited<ReturnType<typeof driverOf>>;
    try {
      first = await driverOf(t, path, options);
    } catch (error) {
      if (way === 'direct' && error instanceof EngineError && error.reason.includes('direct I/O'))
        return t.skip('this file system has no direct I/O');
      throw error;
    }
    const lbas = way === 'direct' ? 1 : 8;
    const data = first.driver.dma(4096);
    for (let at = 0; at < 4096; at += 4) data.view.setUint32(at, 77 + at, true);
    assert.deepEqual(statusOf(first.queue.run(write({ slba: 3 * lbas, lbas, prp1: data.iova }))), OK);
    await first.driver.close();
    const whole = readFileSync(path);
    assert.equal(whole.length, SIZE_BYTES);
    assert.ok(whole.subarray(3 * 4096, 4 * 4096).equals(data.bytes));
    assert.equal(
      whole.findIndex((byte) => byte !== 0),
      3 * 4096,
    );
    const second = await driverOf(t, path, options);
    const back = second.driver.dma(4096);
    assert.deepEqual(statusOf(second.queue.run(read({ slba: 3 * lbas, lbas, prp1: back.iova }))), OK);
    assert.deepEqual(back.bytes, data.bytes);
  });

test('data in pieces of several pages goes to the file and back', async (t) => {
  const path = fileFor(t);
  const { driver, queue } = await driverOf(t, path);
  const out = pieces(driver, 1000);
  assert.deepEqual(statusOf(queue.run(write({ slba: 5, lbas: 12, ...out }))), OK);
  assert.ok(
    readFileSync(path)
      .subarray(5 * 512, 5 * 512 + 6144)
      .equals(out.bytes),
  );
  const back = pieces(driver, 0);
  assert.deepEqual(statusOf(queue.run(read({ slba: 5, lbas: 12, ...back }))), OK);
  assert.deepEqual(back.bytes, out.bytes);
});

const statusOfCompare = (queue: Rings, slba: number, prp1: number): [number, number] =>
  statusOf(queue.run({ opcode: 0x05, nsid: 1, prp1, cdw10: slba }));

test('blocks that are the same are told from others', async (t) => {
  const { driver, queue } = await driverOf(t, fileFor(t));
  const data = driver.dma(4096);
  data.bytes.fill(9, 0, 512);
  queue.run(write({ slba: 40, lbas: 1, prp1: data.iova }));
  assert.deepEqual(statusOfCompare(queue, 40, data.iova), OK);
  assert.deepEqual(statusOfCompare(queue, 41, data.iova), COMPARE_FAILURE);
});

test('zeroed and deallocated blocks read as zeroes, and take no room', async (t) => {
  const path = fileFor(t);
  const { driver, queue } = await driverOf(t, path);
  const data = driver.dma(4096);
  data.bytes.fill(255);
  for (let slba = 0; slba < 256; slba += 8) queue.run(write({ slba, lbas: 8, prp1: data.iova }));
  queue.run({ opcode: 0x00, nsid: 1 });
  const before = statSync(path).blocks;
  const ranges = driver.dma(4096);
  ranges.view.setUint32(4, 128, true);
  const deallocate = { opcode: 0x09, nsid: 1, prp1: ranges.iova, cdw10: 0, cdw11: 4 };
  const zero = { opcode: 0x08, nsid: 1, cdw10: 128, cdw12: 127 };
  assert.deepEqual(
    [deallocate, zero].map((command) => statusOf(queue.run(command))),
    [OK, OK],
  );
  assert.ok(readFileSync(path).every((byte) => byte === 0));
  assert.ok(statSync(path).blocks < before, `${statSync(path).blocks} of ${before} blocks`);
});

test('Format takes all of it', async (t) => {
  const path = fileFor(t);
  const { driver, queue } = await driverOf(t, path);
  const data = driver.dma(4096);
  data.bytes.fill(1);
  queue.run(write({ slba: 8, lbas: 8, prp1: data.iova }));
  assert.deepEqual(statusOf(driver.admin.run({ opcode: 0x80, nsid: 1 })), OK);
  const after = readFileSync(path);
  assert.deepEqual([after.length, after.every((byte) => byte === 0)], [SIZE_BYTES, true]);
});

test('of a file that was cut short what is gone cannot be read, and all else goes on', async (t) => {
  const path = fileFor(t);
  const { driver, queue } = await driverOf(t, path);
  const data = driver.dma(4096);
  queue.run(write({ slba: 0, lbas: 8, prp1: data.iova }));
  truncateSync(path, 4096);
  const reads = [0, 8].map((slba): Completion => queue.run(read({ slba, lbas: 8, prp1: data.iova })));
  assert.deepEqual(reads.map(statusOf), [OK, UNRECOVERED_READ]);
});

/** How often the file's data was to go to its disk until each of these was answered. */
function syncsAfter(t: TestContext, steps: readonly ((host: BenchController) => void)[]): number[] {
  const fd = openMediaFile({ path: fileFor(t), direct: false }, { sizeBytes: SIZE_BYTES, lbaBytes: 512 });
  t.after(() => closeSync(fd));
  const sync = t.mock.method(fs, 'fdatasyncSync');
  syncBuiltinESMExports();
  t.after(syncBuiltinESMExports);
  const host = new BenchController({ size: String(SIZE_BYTES), file: 'open already' }, undefined, fd);
  host.start();
  return steps.map((step) => {
    step(host);
    return sync.mock.callCount();
  });
}

const writeOf = (host: BenchController, cdw12 = 0): void =>
  assert.equal(host.run({ opcode: 1, 1: 1, 6: host.dataIova, 12: cdw12 }), 0);
const FUA = 1 << 30;
const VOLATILE_WRITE_CACHE = 0x06;

test('what is flushed, forced or written without a cache is on the disk when that is answered, as all is after a shutdown', (t) => {
  const steps = [
    writeOf,
    (host: BenchController) => assert.equal(host.run({ opcode: 0, 1: 1 }), 0),
    (host: BenchController) => writeOf(host, FUA),
    (host: BenchController) => host.submit(0, { opcode: 0x09, 10: VOLATILE_WRITE_CACHE, 11: 0 }),
    writeOf,
    (host: BenchController) => host.shutDown(1),
  ];
  assert.deepEqual(syncsAfter(t, steps), [0, 1, 2, 2, 3, 4]);
});

/** Why a file was refused. */
async function refusal(path: string, options = ''): Promise<string> {
  try {
    await (await RawDriver.attach(`size=1MiB&file=${path}${options}`)).close();
    return '';
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return `${error.code}: ${error.reason}`;
  }
}

test('a file of another length is somebody else’s, and stays as it is', async (t) => {
  const path = fileFor(t);
  writeFileSync(path, 'a letter');
  assert.match(await refusal(path), /^MEDIA_FILE_UNUSABLE: it has 8 bytes, and the namespace 1048576$/);
  assert.equal(readFileSync(path, 'utf8'), 'a letter');
});

test('what is no regular file is refused, and so is a place where none can be', async (t) => {
  const path = fileFor(t);
  assert.match(await refusal('/dev/null'), /no regular file/);
  assert.match(await refusal(join(path, 'below')), /^MEDIA_FILE_UNUSABLE: /);
});

test('a controller has its file for itself', async (t) => {
  const path = fileFor(t);
  const { driver } = await driverOf(t, path);
  assert.match(await refusal(path), /another controller has it/);
  await driver.close();
  assert.equal(await refusal(path), '');
});

test('what a file does not keep is not played beside it', async (t) => {
  const path = fileFor(t);
  for (const [option, name] of [
    ['media=ram', 'media'],
    ['memory=1GiB', 'memory'],
    ['metadata=8', 'metadata'],
    ['zone=64KiB', 'zone'],
  ])
    assert.match(
      await refusal(path, `&${option}`),
      new RegExp(`^BAD_SIM_OPTION: file and ${name} are given`),
    );
  assert.throws(() => statSync(path), { code: 'ENOENT' });
});

test('a file of blocks holds data, which a controller in memory does not', (t) => {
  const path = fileFor(t);
  const personality = join(path, '../personality.json');
  writeFileSync(personality, JSON.stringify({ options: { file: path } }));
  const holds = [`sim:?file=${path}`, `sim:?personality=${personality}`, 'sim', 'sim:?personality=none'];
  assert.deepEqual(
    holds.map((target) => targetFacts(target).holdsData),
    [true, true, false, false],
  );
});
