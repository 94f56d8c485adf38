/** What the kernel's path says of itself where there are drives: targets of `list`, facts and warnings of results, refusals. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import type { BenchResult } from '../../../reports/index.js';
import type { GuestContext } from './context.js';
import { nvbenchAsUser } from './ordinary-user.js';
import { nvbench } from './program.js';
import { genericOf, resultOf } from './uring-run.js';
import { waitFor } from './wait.js';

const DISABLED = '/proc/sys/kernel/io_uring_disabled';
const FEW = { number_ios: 20 } as const;
const SECTOR_BYTES = 512;

export interface FactsResult {
  /** Flags of the rings to a block device, and of those that carry commands. */
  readonly rings: readonly [string, string];
  /** What this kernel could be made to show. */
  readonly seen: readonly string[];
}

const codesOf = ({ warnings }: BenchResult): string[] => warnings.map(({ code }) => code);

interface Listed {
  readonly others: readonly { target: string; description: string; usable: boolean; pciFunction?: string }[];
}

interface Identified {
  readonly controller: { readonly serialNumber: string };
  readonly smart?: { readonly temperatureKelvin: number };
}

function listNames(disk: string, address: string, serial: string): void {
  const { others } = JSON.parse(nvbench('list', '--format', 'json').stdout) as Listed;
  const { stdout } = nvbench('list');
  for (const node of [disk, genericOf(disk)]) {
    const found = others.find(({ target }) => target === `uring:${node}`);
    assert.deepEqual([found?.usable, found?.pciFunction], [true, address], node);
    assert.ok(found?.description.includes(serial), found?.description);
    assert.ok(stdout.includes(`\nalso: uring:${node}, `), stdout);
  }
  const blocked = JSON.parse(nvbench('list', '--format', 'json', '--pci-blocked', address).stdout) as Listed;
  assert.equal(blocked.others.find(({ target }) => target === `uring:${disk}`)?.usable, false);
}

async function ringsOf(disk: string): Promise<readonly [string, string]> {
  const rings = [];
  for (const node of [disk, genericOf(disk)]) {
    const result = await resultOf(`uring:${node}`, FEW);
    const { way, ringFlags = [], layers, disks, uses } = result.devices[0].kernelPath ?? {};
    assert.deepEqual([way, layers, uses], [node === disk ? 'block' : 'command', [], []]);
    assert.deepEqual(
      disks?.map(({ name, scheduler }) => [name, scheduler]),
      [[basename(disk), 'none']],
    );
    assert.equal(ringFlags.includes('SQE128'), node !== disk);
    // Both kernels are of 6.1 or later.
    for (const flag of ['SINGLE_ISSUER', 'DEFER_TASKRUN']) assert.ok(ringFlags.includes(flag), flag);
    assert.deepEqual(
      codesOf(result).filter((code) => ['io-scheduler', 'partition', 'filter-between'].includes(code)),
      [],
    );
    rings.push(ringFlags.join(' '));
  }
  return [rings[0], rings[1]];
}

/** Undefined where this kernel has no other scheduler. */
async function scheduled(disk: string): Promise<string | undefined> {
  const path = `/sys/block/${basename(disk)}/queue/scheduler`;
  try {
    writeFileSync(path, 'mq-deadline');
  } catch {
    return undefined;
  }
  try {
    assert.ok(codesOf(await resultOf(`uring:${disk}`, FEW)).includes('io-scheduler'));
    assert.ok(!codesOf(await resultOf(`uring:${genericOf(disk)}`, FEW)).includes('io-scheduler'));
  } finally {
    writeFileSync(path, 'none');
  }
  return 'a scheduler';
}

/** Undefined where this kernel has no device mapper. */
async function mapped(disk: string): Promise<string | undefined> {
  if (!existsSync('/dev/mapper/control')) return undefined;
  const sectors = execFileSync('blockdev', ['--getsz', disk], { encoding: 'utf8' }).trim();
  execFileSync('dmsetup', ['create', 'between', '--table', `0 ${sectors} linear ${disk} 0`]);
  try {
    // No udev is there to make a link of its name.
    const [name] = readdirSync(`/sys/block/${basename(disk)}/holders`);
    const above = await resultOf(`uring:/dev/${name}`, FEW);
    assert.ok(codesOf(above).includes('filter-between'));
    assert.deepEqual(
      above.devices[0].kernelPath?.disks.map(({ name }) => name),
      [basename(disk)],
    );
    assert.ok(codesOf(await resultOf(`uring:${disk}`, FEW)).includes('device-in-use'));
  } finally {
    execFileSync('dmsetup', ['remove', 'between']);
  }
  return 'a filter';
}

function writeTable(disk: string, table: Uint8Array): void {
  const fd = openSync(disk, 'r+');
  writeSync(fd, table, 0, table.length, 0);
  closeSync(fd);
  execFileSync('blockdev', ['--rereadpt', disk]);
}

/** Undefined where this kernel reads no such table. */
async function partitioned(disk: string): Promise<string | undefined> {
  const table = Buffer.alloc(SECTOR_BYTES);
  // One entry of Linux's type: its first sector and how many there are; and the signature.
  table[446 + 4] = 0x83;
  table.writeUInt32LE(2048, 446 + 8);
  table.writeUInt32LE(8192, 446 + 12);
  table.writeUInt16LE(0xaa55, 510);
  writeTable(disk, table);
  try {
    if (!existsSync(`/sys/class/block/${basename(disk)}p1`)) return undefined;
    const node = await waitFor('the partition', () => (existsSync(`${disk}p1`) ? `${disk}p1` : undefined));
    const result = await resultOf(`uring:${node}`, FEW);
    assert.ok(codesOf(result).includes('partition'));
    assert.equal(result.devices[0].capacityBytes, 8192 * SECTOR_BYTES);
  } finally {
    writeTable(disk, Buffer.alloc(SECTOR_BYTES));
  }
  return 'a partition';
}

/** Runs need it, admin commands do not. Undefined before Linux 6.6, which has no such setting. */
function disabled(disk: string, serial: string, outDir: string): string | undefined {
  if (!existsSync(DISABLED)) return undefined;
  const before = readFileSync(DISABLED, 'utf8');
  const config = join(outDir, 'disabled.yaml');
  const jobs = [{ name: 'a', rw: 'read', bs: '4k', number_ios: 1 }];
  writeFileSync(config, JSON.stringify({ device: `uring:${disk}`, jobs }));
  writeFileSync(DISABLED, '2');
  try {
    const { exitCode, stdout, stderr } = nvbench('run', config);
    assert.deepEqual([exitCode, stdout], [3, ''], stderr);
    assert.match(stderr, /io_uring_disabled is 2.*\(EPERM\)/s);
    assert.match(stderr, /sysctl kernel\.io_uring_disabled=0/);
    for (const node of [disk, genericOf(disk)]) {
      const identified = nvbench('identify', `uring:${node}`, '--format', 'json');
      assert.equal(identified.exitCode, 0, identified.stderr);
      const { controller, smart } = JSON.parse(identified.stdout) as Identified;
      assert.equal(controller.serialNumber, serial);
      assert.ok((smart?.temperatureKelvin ?? 0) > 230);
    }
  } finally {
    writeFileSync(DISABLED, before);
  }
  assert.equal(nvbench('run', config).exitCode, 0);
  return 'no io_uring';
}

/** Linux 6.2 lets ordinary users identify and read where the node does; 6.1 none of it. Neither may end in anything but a refusal. */
function asOrdinaryUser(disk: string): string {
  const node = genericOf(disk);
  // In the guest's own /tmp, where an ordinary user may read it.
  const config = '/tmp/ordinary.yaml';
  const jobs = [{ name: 'a', rw: 'read', bs: '4k', number_ios: 4 }];
  writeFileSync(config, JSON.stringify({ device: `uring:${node}`, jobs }));
  chmodSync(node, 0o666);
  try {
    const { exitCode, stderr } = nvbenchAsUser(65_536, 'run', config);
    if (exitCode === 0) return 'commands of an ordinary user';
    assert.equal(exitCode, 3, stderr);
    assert.match(stderr, /no admin commands.*run as root/s);
    return 'commands refused to an ordinary user';
  } finally {
    chmodSync(node, 0o600);
  }
}

/** Everything on one idle disk of 512-byte blocks, of which the first is zeroed afterwards. */
export async function uringFacts(
  context: GuestContext,
  disk: string,
  address: string,
  serial: string,
): Promise<FactsResult> {
  await context.step('list names the namespace by both of its targets', () =>
    listNames(disk, address, serial),
  );
  const rings = await context.step('a result says what of the kernel its I/O went through', () =>
    ringsOf(disk),
  );
  const seen = [
    await context.step('a scheduler is told', () => scheduled(disk)),
    await context.step('device mapper is told, above and below', () => mapped(disk)),
    await context.step('a partition is told', () => partitioned(disk)),
    await context.step('an ordinary user sends commands, or is refused with what would do', () =>
      asOrdinaryUser(disk),
    ),
    await context.step('kernel.io_uring_disabled ends a run with the way to undo it', () =>
      disabled(disk, serial, context.outDir),
    ),
  ];
  return { rings: rings ?? ['', ''], seen: seen.filter((each) => each !== undefined) };
}
