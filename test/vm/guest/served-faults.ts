import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { BLOCK_BYTES, type BlockRead, program, readBlock, smartLog, writeBlock } from './disk.js';

/** What Linux makes of each kind of fault. */

/** The kernel's time-out of an I/O: it has 30 s for it unless told. */
export const IO_TIMEOUT_MS = 1000;
const LBAS_PER_BLOCK = BLOCK_BYTES / 512;

export interface FaultCase {
  /** As `nvbench serve ctl add` takes it. */
  readonly fault: string;
  /** Does what the fault is to hit, and holds what Linux saw. `log`: what the kernel has said since the fault is there. */
  see(disk: string, log: () => Promise<string>): Promise<void>;
  /** Of the injections, if not exactly one: how many there must be. */
  readonly atLeast?: number;
}

const OLD = 0x11;
const NEW = 0x22;
/** Of 4 KiB each: those that hold OLD and NEW before any fault is there. */
const OLD_BLOCK = 1;
const NEW_BLOCK = 2;

/** An admin command may be lost as well: in a reset of the controller. */
const ADMIN_TIMEOUT_S = 5;

/** Has the kernel wait for a drive no longer than a test can. */
export function shortenTimeouts(disks: readonly string[]): void {
  writeFileSync('/sys/module/nvme_core/parameters/admin_timeout', String(ADMIN_TIMEOUT_S));
  for (const disk of disks)
    writeFileSync(`/sys/block/${disk.replace('/dev/', '')}/queue/io_timeout`, String(IO_TIMEOUT_MS));
}

/** Makes a disk what the cases take it for. */
export async function prepareDisk(disk: string): Promise<void> {
  await writeBlock(disk, OLD_BLOCK, OLD);
  await writeBlock(disk, NEW_BLOCK, NEW);
}

function holds({ data, failed }: BlockRead, value: number): void {
  assert.equal(failed, false);
  assert.ok(data.equals(Buffer.alloc(BLOCK_BYTES, value)), `data of ${data[0]}, not all of ${value}`);
}

/** A read that comes through in the end, by what the kernel does after its time-out. */
const recovers = (fault: string, said: RegExp, atLeast?: number): FaultCase => ({
  fault,
  atLeast,
  async see(disk, log) {
    const read = await readBlock(disk, OLD_BLOCK);
    holds(read, OLD);
    assert.ok(read.elapsedMs >= IO_TIMEOUT_MS / 2, `after ${read.elapsedMs} ms`);
    assert.match(await log(), said);
  },
});

/** A read that succeeds with other data, and the next one with what is there. */
const wrongData = (fault: string, right: (data: Buffer) => void): FaultCase => ({
  fault,
  async see(disk) {
    const { failed, data } = await readBlock(disk, OLD_BLOCK);
    assert.equal(failed, false);
    right(data);
    holds(await readBlock(disk, OLD_BLOCK), OLD);
  },
});

const TIMED_OUT = /timeout, (aborting|reset|disable)/;
const DOWN = /controller is down; will reset: CSTS=0x3/;
const STRANGER = /invalid id|genctr mismatch|could not locate request/;

/** Those that are over soon. */
export const BRIEF: readonly FaultCase[] = [
  {
    fault: 'error(lba=64-71,sct=2,sc=0x81)',
    atLeast: 1,
    async see(disk, log) {
      assert.equal((await readBlock(disk, 64 / LBAS_PER_BLOCK)).failed, true);
      assert.match(await log(), /critical medium error, dev nvme\d+n1, sector 64 /);
      assert.equal((await readBlock(disk, 72 / LBAS_PER_BLOCK)).failed, false);
    },
  },
  {
    fault: 'delay(1,400ms)',
    see: async (disk) => assert.ok((await readBlock(disk, OLD_BLOCK)).elapsedMs >= 400),
  },
  {
    fault: 'twice(1)',
    async see(disk, log) {
      holds(await readBlock(disk, OLD_BLOCK), OLD);
      assert.match(await log(), STRANGER);
    },
  },
  wrongData('lose(1)', (data) => assert.notEqual(data[0], OLD)),
  wrongData('flip(1,100)', (data) => {
    assert.notEqual(data[100], OLD);
    data[100] = OLD;
    assert.ok(data.equals(Buffer.alloc(BLOCK_BYTES, OLD)));
  }),
  wrongData(`misplace(1,${NEW_BLOCK * LBAS_PER_BLOCK})`, (data) =>
    assert.deepEqual([data[0], data.at(-1)], [NEW, NEW]),
  ),
  wrongData('tear(1,1024)', (data) => {
    assert.deepEqual([data[0], data[1023]], [OLD, OLD]);
    assert.notEqual(data[1024], OLD);
  }),
  {
    fault: 'stale(lba=24-31,times=1)',
    async see(disk) {
      await writeBlock(disk, 3, NEW);
      holds(await readBlock(disk, 3), 0);
      holds(await readBlock(disk, 3), NEW);
    },
  },
  {
    fault: 'throttle(after=0s,for=60s,factor=2)',
    async see(disk) {
      const { critical_warning, temperature } = await smartLog(disk);
      assert.deepEqual([critical_warning, temperature], [2, 353]);
    },
  },
  {
    // Get Log Page.
    fault: 'refuse(2,1,sct=0,sc=6,crd=0)',
    async see(disk) {
      const { exitCode, stderr, stdout } = await program('nvme', ['smart-log', disk]);
      assert.notEqual(exitCode, 0);
      assert.match(stderr + stdout.toString(), /internal/i);
    },
  },
];

/** Those that Linux finds by its time-outs, in three parts that take about as long. */
export const LONG: readonly (readonly FaultCase[])[] = [
  [recovers('drop(1)', TIMED_OUT), recovers('cfs(1)', DOWN), recovers('cid(1,9999)', STRANGER)],
  [
    recovers('stuck(1)', TIMED_OUT),
    recovers('reset(1)', /will reset|timeout/),
    {
      fault: 'storm(1,2,every=100ms)',
      atLeast: 2,
      // The second reset comes while Linux makes the controller ready: it begins anew, or gives up, as its time-outs have it.
      async see(disk, log) {
        const read = await readBlock(disk, OLD_BLOCK);
        if (!read.failed) holds(read, OLD);
        assert.match(await log(), read.failed ? /reset failure|Removing after/ : /will reset|timeout/);
      },
    },
  ],
  [
    recovers('phase(1)', TIMED_OUT),
    {
      fault: 'powercut(2)',
      async see(disk) {
        await writeBlock(disk, 4, NEW);
        await readBlock(disk, OLD_BLOCK);
        holds(await readBlock(disk, 4), 0);
      },
    },
  ],
];

/** Of a drive that is full: some of its blocks were on that die. */
export const OF_FLASH: readonly FaultCase[] = [
  {
    fault: 'deaddie(1,0)',
    atLeast: 2,
    async see(disk, log) {
      let failed = 0;
      for (let block = 0; block < 1024; block += 64)
        failed += Number((await readBlock(disk, block, 4)).failed);
      assert.ok(failed > 0, 'no read fails');
      assert.match(await log(), /critical medium error/);
      const { critical_warning } = await smartLog(disk);
      assert.ok((critical_warning & 4) !== 0, `critical warning ${critical_warning}`);
    },
  },
];
