import assert from 'node:assert/strict';
import { closeSync, constants, openSync, readSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { run } from '../../../bench/run/run.js';
import { openDrive } from '../../../engine/index.js';
import { runJob } from '../../conformance/drive-jobs.js';
import { driveAddress } from '../guest-options.js';
import { bindToNvme } from './bind.js';
import type { GuestContext } from './context.js';
import { runScript } from './program.js';
import { type FactsResult, uringFacts } from './uring-facts.js';
import { genericOf, resultOf } from './uring-run.js';

const REGION_BYTES = 2 ** 20;
/** Before the drive is taken away. */
const READS_FOR_MS = 10_000;
/** Two minutes on an idle host. */
const WORKERS_WITHIN_MS = 400_000;

function workersOn(target: string, env: Record<string, string>): void {
  const { exitCode, stdout, stderr } = runScript(
    'guest/uring-target.js',
    [],
    { NVBENCH_TARGET: target, ...env },
    WORKERS_WITHIN_MS,
  );
  assert.equal(exitCode, 0, stdout + stderr);
  assert.match(stdout, /^# pass [12]\d/m);
}

/** Writes by one path, then reads what the page cache of the block device gets afresh. */
async function writtenLiesThere(target: string, disk: string, serial: string): Promise<void> {
  const job = { rw: 'write', bs: '64k', size: String(REGION_BYTES), number_ios: undefined } as const;
  const { devices } = await resultOf(target, job, { allow_writes: true, serial_number: serial });
  const lbaBytes = devices[0].lbaBytes;
  const bytes = Buffer.alloc(REGION_BYTES);
  const fd = openSync(disk, 'r');
  for (let at = 0; at < REGION_BYTES; ) at += readSync(fd, bytes, at, REGION_BYTES - at, at);
  closeSync(fd);
  for (let lba = 0; lba < REGION_BYTES / lbaBytes; lba++)
    assert.equal(bytes.readUInt32LE(lba * lbaBytes), lba, `block ${lba} of ${lbaBytes} bytes`);
}

/** The kernel's path in all its ways: block device, passthrough, admin commands, refusals. */
export default async function uring(context: GuestContext): Promise<FactsResult> {
  const data512 = await bindToNvme(driveAddress(0));
  const data4k = await bindToNvme(driveAddress(1));
  for (const [target, env] of [
    [`uring:${data512}`, {}],
    [`uring:${genericOf(data512)}`, { NVBENCH_VERIFIED_ELSEWHERE: '1' }],
  ] as const)
    await context.step(`workers on ${target}`, () => workersOn(target, env));
  for (const path of [data512, genericOf(data512)])
    await context.step(`a thread of the kernel submits to ${path}`, async () => {
      const { jobs } = await resultOf(`uring:${path}?sqpoll=1`, { number_ios: 200 });
      assert.equal(jobs[0].directions.read?.ios, 200);
      assert.ok((jobs[0].workers[0].submitters?.cpuTimeNs ?? 0) > 0);
      assert.equal(jobs[0].workers[0].submitters?.cpus.length, 1);
    });
  for (const [disk, serial] of [
    [data512, 'DATA512'],
    [data4k, 'DATA4K'],
  ])
    for (const path of [disk, genericOf(disk)])
      await context.step(`what is written to ${path} of ${serial} lies there`, () =>
        writtenLiesThere(`uring:${path}`, disk, serial),
      );
  for (const path of [data512, genericOf(data512)])
    await context.step(`${path} says who it is and how it is`, async () => {
      const drive = await openDrive(`uring:${path}`);
      assert.equal(drive.identity.serialNumber, 'DATA512');
      assert.equal(drive.pciFunction, driveAddress(0));
      assert.ok(((await drive.smart?.())?.temperatureKelvin ?? 0) > 230);
      assert.equal((await drive.namespace()).identity?.sizeLbas, BigInt(2 ** 26 / 512));
      assert.equal((await drive.admin?.namespaces())?.length, 1);
      await drive.close();
    });
  await context.step(
    'a command past the end has the status of the drive; past it by the block device, an errno',
    async () => {
      for (const [path, status] of [
        [genericOf(data512), 0x4080],
        [data512, undefined],
      ] as const) {
        const drive = await openDrive(`uring:${path}`);
        const namespace = { ...(await drive.namespace()), sizeBytes: 2 ** 30 };
        const beyond = { offsetBytes: 2 ** 27, sizeBytes: 2 ** 20, numberIos: 20, maxErrors: 5 };
        const { results } = await runJob({ drive, namespace }, beyond);
        await drive.close();
        const [found] = results[0].statuses;
        if (status === undefined) assert.equal(found.status >>> 8, 6, `status ${found.status}`);
        else assert.equal(found.status, status);
      }
    },
  );
  await context.step('while the block device is claimed, neither path writes', async () => {
    const fd = openSync(data512, constants.O_RDONLY | constants.O_EXCL);
    for (const path of [data512, genericOf(data512)])
      await assert.rejects(
        resultOf(`uring:${path}`, { rw: 'write' }, { allow_writes: true, serial_number: 'DATA512' }),
        /EBUSY/,
      );
    closeSync(fd);
  });
  await context.step('polling is refused where the driver has no queues for it', async () => {
    await assert.rejects(openDrive(`uring:${data512}?iopoll=1`), /poll_queues/);
  });
  const facts = await uringFacts(context, data512, driveAddress(0), 'DATA512');
  // That of 6.1 frees the shadow doorbells of such a drive twice (nvme_dbbuf_dma_free) and dies of it.
  if (release().startsWith('6.1.')) return facts;
  await context.step('a drive that goes while it is read ends the run', async () => {
    const job = { name: 'a', rw: 'randread', bs: '4k', iodepth: 8, runtime: '10m' } as const;
    const running = run({ device: `uring:${data4k}`, jobs: [job] });
    await delay(READS_FOR_MS);
    writeFileSync(`/sys/bus/pci/devices/${driveAddress(1)}/remove`, '1');
    const { result } = await running;
    const [{ stopReason, directions }] = result.jobs;
    assert.ok(['device-lost', 'errors'].includes(stopReason), stopReason);
    assert.ok((directions.read?.ios ?? 0) > 0);
    writeFileSync('/sys/bus/pci/rescan', '1');
    await bindToNvme(driveAddress(1));
  });
  return facts;
}
