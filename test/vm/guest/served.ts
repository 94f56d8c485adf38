import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { driveAddress } from '../guest-options.js';
import { bindToNvme, driverOf, waitForNvmeDisk } from './bind.js';
import type { GuestContext } from './context.js';
import { type Ended, kernelLog, program, tool } from './disk.js';
import { askHost } from './host.js';
import { injectAll } from './injected.js';
import { nvbench } from './program.js';
import { runJob } from './run-config.js';
import { BRIEF, LONG, OF_FLASH, prepareDisk, shortenTimeouts } from './served-faults.js';
import { waitFor } from './wait.js';

/** As the scenario has them; behind these are those for the faults that take long. */
const [GOOD, FAULTY, FLASH, PULLED, KILLED] = [0, 1, 2, 3, 4];
const SLOW = KILLED + 1;
const DRIVES = SLOW + LONG.length;

export interface ServedResult {
  /** Faults that were added, each seen by Linux and in the log of the server. */
  faults: string[];
  writeIops: number;
}

/** What Linux makes of drives that `nvbench serve` plays, and what is made of the servers when Linux does its worst. */
export default async function served(context: GuestContext): Promise<ServedResult> {
  const indexes = Array.from({ length: DRIVES }, (_, index) => index);
  const disks = await Promise.all(indexes.map((index) => waitForNvmeDisk(driveAddress(index), 60_000)));
  const disk = disks[GOOD];
  shortenTimeouts(disks.filter((_, index) => index !== GOOD));
  const lanes = [BRIEF, OF_FLASH, ...LONG];
  const places = [FAULTY, FLASH, ...LONG.map((_, index) => SLOW + index)];
  // Most of the time they wait.
  const faults = Promise.all(
    lanes.map(async (cases, lane) => {
      const drive = { index: places[lane], disk: disks[places[lane]] };
      await prepareDisk(drive.disk);
      return injectAll(context, drive, cases);
    }),
  );
  await context.step('nvme-cli decodes all that it asks for', () => decodes(disk));
  await context.step('a file system is made and checked', () => fileSystem(disk));
  await context.step('fio verifies through resets of the controller and of the function', () =>
    verifiesThroughResets(disk),
  );
  await context.step('the drive is pulled', () => pulled(context, disks[PULLED]));
  await context.step('the server of a drive is killed', () => serverKilled(context, disks[KILLED]));
  const seen = (await faults).flat();
  const writeIops = await context.step('nvbench has it by vfio-pci, and Linux again', () =>
    ourOwn(context, disk),
  );
  return { faults: seen, writeIops: writeIops ?? 0 };
}

const controllerOf = (disk: string): string => disk.replace(/n\d+$/, '');

async function decodes(disk: string): Promise<void> {
  const device = controllerOf(disk);
  const asked: string[][] = [
    ['list'],
    ['id-ctrl', device],
    ['id-ns', disk],
    ['ns-descs', disk],
    ['list-ns', device],
    ['smart-log', device],
    ['error-log', device],
    ['fw-log', device],
    ['effects-log', device, '--csi=0'],
    ['get-feature', device, '-f', '7'],
  ];
  for (const [command, ...args] of asked) {
    const text = await tool('nvme', [command, ...args]);
    assert.ok(text.length > 0, `nvme ${command} is silent`);
  }
  // It prints a line for each namespace that has changed, and none has.
  assert.equal(await tool('nvme', ['changed-ns-list-log', device]), '');
  const { sn, mn, vid } = JSON.parse(await tool('nvme', ['id-ctrl', device, '-o', 'json'])) as Record<
    string,
    unknown
  >;
  assert.deepEqual([String(sn).trim(), String(mn).trim(), vid], ['SERVED', 'nvbench drive', 0x1b36]);
}

const CONTENT = Buffer.alloc(300_000, 'what the file holds ');

/** Neither is mounted: the guest's kernel need not know the file system. */
async function fileSystem(disk: string): Promise<void> {
  const folder = '/tmp/tree';
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'file'), CONTENT);
  await tool('mkfs.ext4', ['-q', '-F', '-d', folder, disk, '64M']);
  await tool('e2fsck', ['-f', '-n', disk]);
  await tool('debugfs', ['-R', 'dump /file /tmp/dumped', disk]);
  assert.ok(readFileSync('/tmp/dumped').equals(CONTENT));
}

async function verifiesThroughResets(disk: string): Promise<void> {
  const device = controllerOf(disk);
  const args = { filename: disk, rw: 'randwrite', bs: '4k', iodepth: 16, size: '24m', offset: '64m' };
  const how = { ioengine: 'io_uring', direct: 1, thread: 1, verify: 'crc32c', verify_fatal: 1, do_verify: 1 };
  const options = Object.entries({ name: 'verify', ...args, ...how }).map(
    ([key, value]) => `--${key}=${value}`,
  );
  // So slow that both resets come in the middle.
  const fio = program('fio', [...options, '--rate_iops=1500']);
  await delay(1500);
  await tool('nvme', ['reset', device]);
  await delay(300);
  writeFileSync(`/sys/bus/pci/devices/${driveAddress(GOOD)}/reset`, '1');
  const { exitCode, stdout, stderr } = await fio;
  assert.equal(exitCode, 0, stderr);
  assert.match(stdout.toString(), /err= 0/);
}

const stateOf = (disk: string): string => {
  const name = controllerOf(disk).replace('/dev/', '');
  try {
    return readFileSync(`/sys/class/nvme/${name}/state`, 'utf8').trim();
  } catch {
    return 'gone';
  }
};

/** Reads for long, and ends with an error when the drive goes. */
function reading(disk: string): Promise<Ended> {
  const options = [
    '--rw=randread',
    '--bs=4k',
    '--iodepth=8',
    '--ioengine=io_uring',
    '--direct=1',
    '--thread=1',
  ];
  return program('fio', [
    '--name=reading',
    `--filename=${disk}`,
    ...options,
    '--time_based=1',
    '--runtime=60',
  ]);
}

async function lost(disk: string, run: Promise<Ended>): Promise<void> {
  const { exitCode, stdout, stderr } = await run;
  const output = stdout.toString() + stderr;
  assert.notEqual(exitCode, 0, output);
  assert.match(output, /Input\/output error|No such device|error=/);
  await waitFor('Linux takes the drive for dead', () => /dead|gone|deleting/.test(stateOf(disk)), 30_000);
}

async function pulled(context: GuestContext, disk: string): Promise<void> {
  const run = reading(disk);
  await delay(700);
  await askHost(context, PULLED, 'unplug', 'surprise');
  assert.equal((await askHost(context, PULLED, 'truth')).truth?.slot, 'out');
  await lost(disk, run);
  assert.match(await kernelLog(), /CSTS=0xffffffff/);
}

async function serverKilled(context: GuestContext, disk: string): Promise<void> {
  const run = reading(disk);
  await delay(700);
  await askHost(context, KILLED, 'kill');
  await lost(disk, run);
}

async function ourOwn(context: GuestContext, disk: string): Promise<number> {
  const address = driveAddress(GOOD);
  await tool('wipefs', ['--all', '--quiet', disk]);
  const bind = nvbench('bind', address);
  assert.equal(bind.exitCode, 0, bind.stderr);
  assert.equal(driverOf(address), 'vfio-pci');
  const device = `pci:${address}`;
  const writes = { allow_writes: true, serial_number: 'SERVED' };
  const job = { rw: 'randwrite', bs: 4096, iodepth: 8, number_ios: 300, verify: 'crc32c' };
  const written = runJob(context.outDir, 'written', device, job, writes);
  const { write } = written.jobs[0].directions;
  assert.equal(write?.ios, 300);
  await fileSystem(await bindToNvme(address));
  return write?.iops ?? 0;
}
