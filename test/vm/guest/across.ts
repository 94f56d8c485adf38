import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { changeoverOf } from '../../../bench/ab/changeover.js';
import { drawBlocks } from '../../../bench/ab/schedule.js';
import { loadSides } from '../../../bench/ab/sides.js';
import { run } from '../../../bench/run/run.js';
import { machineSetup, openDrive, readStatus } from '../../../engine/index.js';
import { FIRST_SEQUENCE, STAMP } from '../../../engine/load/workload/payload.js';
import { NVM } from '../../../engine/spec/index.js';
import { type AbAnalysis, type AbDocument, parseAbText } from '../../../reports/ab/index.js';
import { type HashedIo, hashOfIos } from '../../fixtures/hashed-ios.js';
import { driveAddress } from '../guest-options.js';
import { bindToNvme, bindToVfio, driverOf, waitForNvmeDisk } from './bind.js';
import type { GuestContext } from './context.js';
import { type ProgramRun, runScript } from './program.js';
import { genericOf } from './uring-run.js';
import { waitFor } from './wait.js';

const [CROSS, BESIDE] = [0, 1].map(driveAddress);
const setup = machineSetup(process.env);
const cli = fileURLToPath(new URL('../../../bundle/nvbench.js', import.meta.url));
const EXPERIMENT_MS = 600_000;
/** Under emulation on a busy host the program alone may take a minute to start. */
const CHANGE_MS = 240_000;
/** For the first leg to be in the midst of its I/O. */
const LEG_RUNS_MS = 2000;
const HASHED_IOS = 1024;

export interface AcrossResult {
  /** Of both sides of each experiment. */
  transports: string[];
  hashes: string[];
  /** Verdicts of an experiment with one path on both sides. */
  same: AbAnalysis['counts'];
  /** What the start after the kill said. */
  restored: string;
}

const JOB = { name: 'a', rw: 'randread', iodepth: 8, number_ios: 1200 };
const BLOCKS = { blocks: 3, controls: 0 };
const NO_CHOICE = ['--blocks', '3', '--controls', '0', '--confidence', '70', '--no-warm-up'];
/** By which the first leg is on vfio-pci. */
const A_FIRST = [1, 2, 3, 4, 5, 6, 7, 8].find((seed) => drawBlocks({ ...BLOCKS, seed })[0].order[0] === 'A');

/** JSON is YAML. */
function configOf(name: string, keys: object = {}, job: object = {}): string {
  const path = `/tmp/${name}.yaml`;
  writeFileSync(path, JSON.stringify({ device: 'sim', jobs: [{ ...JOB, ...job }], ...keys }));
  return path;
}

const sidesOf = (disk: string): string[] => ['--a', `device=pci:${CROSS}`, '--b', `device=uring:${disk}`];

const ab = (...args: string[]): ProgramRun =>
  runScript('bundle/nvbench.js', ['ab', ...args], {}, EXPERIMENT_MS);

function expectExit(code: number, { exitCode, stdout, stderr }: ProgramRun): string {
  assert.equal(exitCode, code, `exit ${exitCode}\n${stdout}\n${stderr}`);
  return stdout + stderr;
}

async function isBack(): Promise<string> {
  assert.equal(driverOf(CROSS), 'nvme');
  assert.deepEqual(readStatus(setup).entries, []);
  return waitForNvmeDisk(CROSS);
}

/** An experiment in the midst of a leg on vfio-pci. */
async function startEndless(disk: string, name: string): Promise<ChildProcess> {
  const config = configOf(name, { rebind: true }, { number_ios: undefined, runtime: '10m' });
  const args = ['ab', config, ...sidesOf(disk), ...NO_CHOICE, '--seed', String(A_FIRST)];
  const child = spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'inherit', 'inherit'] });
  const changed = (what: string, isTaken: boolean): Promise<unknown> =>
    waitFor(what, () => (driverOf(CROSS) === 'vfio-pci') === isTaken || child.exitCode !== null, CHANGE_MS);
  try {
    await changed('the plan has taken the drive', true);
    await changed('the plan has given it back', false);
    await changed('a leg has taken it', true);
    assert.equal(child.exitCode, null);
    await delay(LEG_RUNS_MS);
    return child;
  } catch (error) {
    // The steps after this one need the drive.
    if (child.exitCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    throw error;
  }
}

/** The drive written through vfio-pci, in an order that the kernel then reads from it. */
async function writtenInOrder(): Promise<void> {
  const { result, failure } = await run(
    {
      device: `pci:${CROSS}`,
      allow_writes: true,
      serial_number: 'CROSS',
      jobs: [{ name: 'w', rw: 'randwrite', bs: '4k', iodepth: 16, number_ios: HASHED_IOS, randseed: 5 }],
    },
    { bind: true },
  );
  if (failure !== undefined) throw failure;
  const fd = openSync(await isBack(), 'r');
  const block = Buffer.alloc(4096);
  const ios: HashedIo[] = [];
  for (let at = 0; readSync(fd, block, 0, block.length, at) > 0; at += block.length) {
    if (block.readUInt32LE(4 * STAMP.TAG) === 0) continue;
    assert.equal(block.readUInt32LE(4 * STAMP.SLBA_LOW) * 512, at);
    const io = { opcode: NVM.WRITE, lengthBytes: block.length, offsetBytes: at };
    ios[block.readUInt32LE(4 * STAMP.SEQUENCE) - FIRST_SEQUENCE] = io;
  }
  closeSync(fd);
  assert.equal(ios.filter((io) => io !== undefined).length, HASHED_IOS);
  const value = hashOfIos(ios);
  assert.deepEqual(result.jobs[0].operationsHash, { version: 1, value, iosPerWorker: HASHED_IOS });
}

const NO_BAD_BLOCKS = { corrupt: 0, stale: 0, torn: 0, misdirected: 0, unwritten: 0 };
const VERIFIED_BYTES = 4 * 2 ** 20;

/** Blocks that say what they are, written through vfio-pci and read through the kernel, and the other way round. */
async function verifiedAcross(address: string, serial: string, lbaBytes: number): Promise<void> {
  const pci = `pci:${address}`;
  for (const writesByKernel of [false, true]) {
    const uring = `uring:${await waitForNvmeDisk(address)}`;
    const [writer, reader] = writesByKernel ? [uring, pci] : [pci, uring];
    const places = { rw: 'randwrite', bs: '8k', iodepth: 8, size: VERIFIED_BYTES } as const;
    // Each way has an order of its own: what the other one left would be in other places.
    const job = { name: 'v', ...places, verify: 'crc32c', randseed: writesByKernel ? 2 : 1 } as const;
    const written = await run(
      { device: writer, allow_writes: true, serial_number: serial, jobs: [{ ...job, do_verify: false }] },
      { bind: writer === pci },
    );
    if (written.failure !== undefined) throw written.failure;
    await waitForNvmeDisk(address);
    const read = await run(
      { device: reader, jobs: [{ ...job, verify_only: true }] },
      { bind: reader === pci },
    );
    if (read.failure !== undefined) throw read.failure;
    const { goodBlocks, badBlocks } = read.result.jobs[0].verification ?? assert.fail('nothing was verified');
    assert.deepEqual([goodBlocks, badBlocks], [VERIFIED_BYTES / lbaBytes, NO_BAD_BLOCKS]);
  }
}

function transportOf(target: string, disk: string): RegExp {
  if (target.startsWith('pci:')) return /^vfio-/;
  return target === `uring:${disk}` ? /^uring-block$/ : /^uring-command$/;
}

const hashesOf = ({ legs }: AbDocument): string[] =>
  legs.flatMap(({ result }) => result.jobs.map(({ operationsHash }) => operationsHash?.value ?? 'none'));

/** One drive by two paths in one session: what is asked is the same, and whatever ends it, the kernel has the drive again. */
export default async function across(context: GuestContext): Promise<AcrossResult> {
  const result: AcrossResult = {
    transports: [],
    hashes: [],
    same: { better: 0, worse: 0, same: 0, inconclusive: 0 },
    restored: '',
  };
  const disk = await bindToNvme(CROSS);
  const beside = await bindToNvme(BESIDE);
  const output = `${context.outDir}/across.json`;
  await context.step('without rebind the drive is not touched, and the message says what to set', () => {
    const text = expectExit(2, ab(configOf('no'), ...sidesOf(disk), ...NO_CHOICE));
    assert.match(text, /side A wants it by a driver for user space, side B by the kernel's.*rebind: true/s);
    assert.equal(driverOf(CROSS), 'nvme');
  });
  await context.step('a drive that a program has open is refused, and stays where it is', async () => {
    const fd = openSync(disk, 'r');
    const holder = spawn('sleep', ['600'], { stdio: [fd, 'ignore', 'ignore'] });
    closeSync(fd);
    const text = expectExit(3, ab(configOf('held', { rebind: true }), ...sidesOf(disk), ...NO_CHOICE));
    assert.match(text, /is open in process \d+ \(sleep\)|open.*sleep/);
    holder.kill();
    await once(holder, 'exit');
    await isBack();
  });
  await context.step('each side is written to by its permission alone', async () => {
    const writes = { rw: 'randwrite' };
    const keys = { rebind: true, allow_writes: true, serial_number: 'ANOTHER' };
    const text = expectExit(2, ab(configOf('deny', keys, writes), ...sidesOf(disk), ...NO_CHOICE));
    assert.match(text, /serial number of this drive is CROSS/);
    await isBack();
    const swapped = ['--a', `device=uring:${disk}`, '--b', `device=pci:${CROSS}`];
    const other = expectExit(2, ab(configOf('deny', keys, writes), ...swapped, ...NO_CHOICE));
    assert.match(other, /serial number of this drive is CROSS/);
    await isBack();
  });
  const pci = `pci:${CROSS}`;
  for (const [a, b, keys] of [
    [pci, `uring:${disk}`, { rebind: true }],
    [pci, `uring:${genericOf(disk)}`, { rebind: true }],
    [`uring:${disk}`, `uring:${genericOf(disk)}`, {}],
  ] as const)
    await context.step(`${a} against ${b}: the same I/Os, and the drive is back`, async () => {
      const sides = ['--a', `device=${a}`, '--b', `device=${b}`, ...NO_CHOICE];
      const text = expectExit(
        0,
        ab(configOf('both', keys), ...sides, '--output', output, '--format', 'markdown'),
      );
      console.log(text);
      const document = parseAbText(readFileSync(output, 'utf8'));
      assert.equal(document.complete, true);
      assert.equal(document.legs.length, 6);
      const transports = ['A', 'B'].map(
        (role) => document.legs.find((leg) => leg.role === role)?.result.devices[0].transport ?? 'none',
      );
      for (const [i, target] of [a, b].entries()) assert.match(transports[i], transportOf(target, disk));
      for (const { result: leg } of document.legs) assert.equal(leg.devices[0].serialNumber, 'CROSS');
      result.transports.push(transports.join(' against '));
      result.hashes.push(...hashesOf(document));
      assert.equal(new Set(result.hashes).size, 1);
      assert.match(text, /every leg began with the same I\/Os/);
      await isBack();
    });
  await context.step('a namespace that the kernel names anew is found again', async () => {
    const changeoverTo = (b: string) => {
      const path = configOf('names', { rebind: true });
      const sides = loadSides({ path, a: [`device=${pci}`], b: [`device=uring:${b}`] });
      const signal = new AbortController().signal;
      return changeoverOf(sides, { signal, onNotGivenBack: assert.fail });
    };
    const both = [await changeoverTo(disk), await changeoverTo(genericOf(disk))] as const;
    // Whoever comes first gets the lower number: the other drive takes the name of this one while it is away.
    await both[0].leg('A', async () => {
      await bindToVfio(BESIDE);
      assert.equal(await bindToNvme(BESIDE), disk);
    });
    const found = [];
    for (const changeover of both) {
      const { value } = await changeover.leg('B', async ({ devices }) => {
        const drive = await openDrive(devices[0]);
        await drive.close();
        return [devices[0], drive.identity.serialNumber];
      });
      found.push(value);
    }
    assert.deepEqual(found, [
      [`uring:${beside}`, 'CROSS'],
      [`uring:${genericOf(beside)}`, 'CROSS'],
    ]);
    await bindToVfio(BESIDE);
    await bindToVfio(CROSS);
    assert.equal(await bindToNvme(CROSS), disk);
    await bindToNvme(BESIDE);
  });
  await context.step('what vfio-pci issued is what was hashed', writtenInOrder);
  await context.step('what one path writes the other one reads, in blocks of 512 bytes', () =>
    verifiedAcross(CROSS, 'CROSS', 512),
  );
  await context.step('and in blocks of 4 KiB', () => verifiedAcross(BESIDE, 'BESIDE', 4096));
  await context.step('SIGINT in a leg gives the drive back at once', async () => {
    const child = await startEndless(disk, 'int');
    child.kill('SIGINT');
    assert.deepEqual(await once(child, 'exit'), [130, null]);
    await isBack();
  });
  await context.step('kill -9 in a leg on vfio-pci leaves it there, written down', async () => {
    const child = await startEndless(disk, 'kill');
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.equal(driverOf(CROSS), 'vfio-pci');
    assert.equal(readStatus(setup).entries.length, 1);
  });
  await context.step('the next start gives it back, and goes on with it', async () => {
    const session = ab(configOf('again', { rebind: true }), ...sidesOf(disk), ...NO_CHOICE);
    expectExit(0, session);
    result.restored = /left behind by process \d+, undone: .*/.exec(session.stderr)?.[0] ?? '';
    assert.match(result.restored, /nvme -> vfio-pci/);
    await isBack();
  });
  await context.step('one path on both sides makes no difference', async () => {
    // 12 blocks that all agreed by chance would be one in two thousand.
    const sure = ['--blocks', '12', '--controls', '0', '--confidence', '99.9', '--no-warm-up'];
    const job = { number_ios: undefined, runtime: '400ms', completion: 'interrupt' };
    const both = ['--a', `device=uring:${disk}`, '--b', `device=uring:${disk}`];
    const session = ab(configOf('same', {}, job), ...both, ...sure, '--format', 'json');
    expectExit(0, session);
    const { counts } = JSON.parse(session.stdout) as AbAnalysis;
    result.same = counts;
    assert.deepEqual([counts.better, counts.worse], [0, 0]);
    assert.ok(existsSync(disk));
  });
  return result;
}
