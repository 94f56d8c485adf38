import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { bindFunction, machineSetup, readStatus, releasePages, reservePages } from '../../../engine/index.js';
import { writeGolden } from '../../fixtures/signatures.js';
import { driveAddress } from '../guest-options.js';
import { bindToNvme, driverOf, waitForNvmeDisk } from './bind.js';
import type { GuestContext } from './context.js';
import { freeHugepages } from './hugepages.js';
import { nvbenchAsUser, ORDINARY_UID } from './ordinary-user.js';
import { nvbench } from './program.js';
import { waitFor } from './wait.js';

const [IDLE, MOUNTED, LVM, MD] = [0, 1, 2, 3].map(driveAddress);
const MIB = 2 ** 20;
const setup = machineSetup(process.env);
const MOUNT_POINT = '/tmp/mounted';
const MEMLOCK_SMALL_KIB = 64;
const MEMLOCK_ENOUGH_KIB = 64 * 1024;
const SECOND_JOB_RUNS_MS = 2000;
const cli = fileURLToPath(new URL('../../../bundle/nvbench.js', import.meta.url));

export interface BindResult {
  refusals: Record<string, string>;
  /** Of the run of an ordinary user that has too little memory to lock. */
  memlockError: string;
  /** What `status` said after the kill. */
  restored: string;
}

/** A used and an idle drive beside each other: refusals, bind and back, and back after every kind of end. */
export default async function bindAndRestore(context: GuestContext): Promise<BindResult> {
  const result: BindResult = { refusals: {}, memlockError: '', restored: '' };
  await context.step('drives with data are prepared', prepare);
  await refusals(context, result);
  await ordinaryUser(context, result);
  await runs(context, result);
  await context.step('hugepages are reserved and released', async () => {
    const before = freeHugepages();
    const pageSizeBytes = 2 * MIB;
    await reservePages(setup, { sizeBytes: (before + 8) * pageSizeBytes, pageSizeBytes, node: 0 });
    assert.equal(freeHugepages(), before + 8);
    await releasePages(setup, 0);
    assert.equal(freeHugepages(), before);
  });
  return result;
}

function expectExit(code: number, run: { exitCode: number; stdout: string; stderr: string }): string {
  assert.equal(run.exitCode, code, `exit ${run.exitCode}\n${run.stdout}\n${run.stderr}`);
  return run.stdout + run.stderr;
}

async function prepare(): Promise<void> {
  await bindToNvme(IDLE);
  writeGolden('squashfs', await bindToNvme(MOUNTED));
  mkdirSync(MOUNT_POINT);
  const disk = await waitForNvmeDisk(MOUNTED);
  execFileSync('mount', ['-t', 'squashfs', '-o', 'ro', disk, MOUNT_POINT]);
  writeGolden('lvm', await bindToNvme(LVM));
  writeGolden('md12', await bindToNvme(MD));
}

/** Under emulation a start of the program takes seconds: one goes through it, the others through its function. */
async function refusals(context: GuestContext, result: BindResult): Promise<void> {
  await context.step('bind refuses the mounted drive and leaves it alone', () => {
    const text = expectExit(3, nvbench('bind', MOUNTED));
    assert.match(text, /nvme\dn1 is mounted on \/tmp\/mounted.*SquashFS.*umount \/tmp\/mounted/s);
    assert.equal(driverOf(MOUNTED), 'nvme');
    assert.equal(readFileSync(join(MOUNT_POINT, 'hello.txt'), 'utf8'), 'hello\n');
    result.refusals.mounted = text.trim();
  });
  for (const [name, address, pattern] of [
    ['LVM member', LVM, /LVM2 physical volume.*--i-know-it-is-in-use/s],
    ['md member', MD, /md RAID member \(1\.2\)/],
  ] as const) {
    await context.step(`bind refuses the ${name} and leaves it alone`, async () => {
      const order = { address, driver: 'vfio-pci', force: false, maker: 'bind' } as const;
      const error = await bindFunction(setup, order).then(
        () => assert.fail('it was bound'),
        (refusal: Error) => refusal,
      );
      assert.match(error.message, pattern);
      assert.equal(driverOf(address), 'nvme');
      result.refusals[name] = error.message;
    });
  }
  await context.step('who insists gets the LVM member, and unbind --all gives it back', async () => {
    assert.match(expectExit(0, nvbench('bind', LVM, '--i-know-it-is-in-use')), /overridden: .*LVM2/);
    assert.equal(driverOf(LVM), 'vfio-pci');
    expectExit(0, nvbench('unbind', '--all'));
    assert.equal(driverOf(LVM), 'nvme');
    await waitForNvmeDisk(LVM);
  });
}

async function ordinaryUser(context: GuestContext, result: BindResult): Promise<void> {
  const config = writeConfig('user', 200);
  await context.step('an ordinary user may not bind', () => {
    assert.match(
      expectExit(3, nvbenchAsUser(MEMLOCK_SMALL_KIB, 'bind', IDLE)),
      /only root may|cannot be read/,
    );
    assert.equal(driverOf(IDLE), 'nvme');
  });
  await context.step('bind --owner takes the idle drive and gives its nodes to the user', () => {
    const run = nvbench('bind', IDLE, '--owner', String(ORDINARY_UID), '--format', 'json');
    expectExit(0, run);
    assert.equal(driverOf(IDLE), 'vfio-pci');
    const { nodes } = JSON.parse(run.stdout) as { nodes: Record<string, string> };
    for (const path of Object.values(nodes)) assert.equal(statSync(path).uid, ORDINARY_UID, path);
    assert.equal(driverOf(MOUNTED), 'nvme');
  });
  await context.step('the user with 64 KiB of memlock is told so', () => {
    result.memlockError = expectExit(3, nvbenchAsUser(MEMLOCK_SMALL_KIB, 'run', config)).trim();
    assert.match(result.memlockError, /RLIMIT_MEMLOCK is 64 KiB.*needed.*ulimit -l/s);
  });
  await context.step('the user with enough memlock runs', () => {
    expectExit(0, nvbenchAsUser(MEMLOCK_ENOUGH_KIB, 'run', config));
  });
  await context.step('unbind gives it back to the kernel', async () => {
    expectExit(0, nvbench('unbind', IDLE));
    assert.equal(driverOf(IDLE), 'nvme');
    await waitForNvmeDisk(IDLE);
    assert.deepEqual(readStatus(setup).entries, []);
  });
}

async function runs(context: GuestContext, result: BindResult): Promise<void> {
  await context.step('run --bind ended by SIGTERM gives the drive back', async () => {
    const run = await startEndless(context, 'term');
    assert.equal(driverOf(IDLE), 'vfio-pci');
    run.kill('SIGTERM');
    assert.deepEqual(await once(run, 'exit'), [143, null]);
    assert.equal(driverOf(IDLE), 'nvme');
  });
  await context.step('kill -9 in the middle of I/O leaves it bound, and written down', async () => {
    const run = await startEndless(context, 'kill');
    run.kill('SIGKILL');
    await once(run, 'exit');
    assert.equal(driverOf(IDLE), 'vfio-pci');
    assert.equal(readStatus(setup).entries.length, 1);
  });
  await context.step(
    'the next command gives it back first; run --bind then takes it again and back',
    async () => {
      const run = nvbench('run', writeConfig('again', 200), '--bind');
      expectExit(0, run);
      result.restored = run.stderr.trim();
      assert.match(result.restored, /left behind by process \d+, undone: .*nvme -> vfio-pci/);
      assert.equal(driverOf(IDLE), 'nvme');
      await waitForNvmeDisk(IDLE);
      assert.deepEqual(readStatus(setup).entries, []);
    },
  );
}

/** In the guest's /tmp, where an ordinary user may read it. */
function writeConfig(name: string, numberIos: number): string {
  const path = `/tmp/${name}.yaml`;
  const jobs = [{ name: 'short', rw: 'randread', iodepth: 8, number_ios: numberIos }];
  writeFileSync(path, JSON.stringify({ device: `pci:${IDLE}`, jobs })); // JSON is YAML
  return path;
}

/** A `run --bind` whose first job is done and whose second goes on for longer than the scenario. */
async function startEndless(context: GuestContext, name: string): Promise<ChildProcess> {
  const path = join(context.outDir, `${name}.yaml`);
  const output = join(context.outDir, `${name}.json`);
  const jobs = [
    { name: 'first', rw: 'randread', number_ios: 10 },
    { name: 'endless', rw: 'randread', iodepth: 32, runtime: '10m' },
  ];
  writeFileSync(path, JSON.stringify({ device: `pci:${IDLE}`, jobs }));
  const child = spawn(process.execPath, [cli, 'run', path, '--bind', '--output', output], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  await waitFor('the first job is done', () => existsSync(output) || child.exitCode !== null, 60_000);
  assert.equal(child.exitCode, null, 'run --bind has ended');
  // The first job is in the result by now; this is for the second to be in the middle of its I/O.
  await delay(SECOND_JOB_RUNS_MS);
  return child;
}
