import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { openDrive } from '../../../engine/index.js';
import { driveAddress } from '../guest-options.js';
import { bindToNvme } from './bind.js';
import type { GuestContext } from './context.js';
import { genericOf, resultOf } from './uring-run.js';

export interface PolledResult {
  /** Flags of the rings of each way. */
  rings: string[];
}

const DRIVE = driveAddress(0);
const REGION_BYTES = 2 ** 20;
const WRITES = { allow_writes: true, serial_number: 'POLLED' };

/** Polling where the driver has queues for it: nothing completes but in a call, by the block device and by commands. */
export default async function polled(context: GuestContext): Promise<PolledResult> {
  const rings: string[] = [];
  await bindToNvme(DRIVE);
  // The driver heeds it when it takes a drive.
  writeFileSync('/sys/module/nvme/parameters/poll_queues', '1');
  const disk = await bindToNvme(DRIVE);
  const queue = `/sys/block/${basename(disk)}/queue/io_poll`;
  assert.equal(readFileSync(queue, 'utf8').trim(), '1');
  for (const [index, path] of [disk, genericOf(disk)].entries()) {
    const offset = index * REGION_BYTES;
    for (const options of ['?iopoll=1', '?iopoll=1&sqpoll=1'])
      await context.step(`reads of ${path}${options} complete`, async () => {
        const { devices, jobs } = await resultOf(`uring:${path}${options}`, { number_ios: 300 });
        assert.equal(jobs[0].directions.read?.ios, 300);
        const flags = devices[0].kernelPath?.ringFlags ?? [];
        assert.ok(flags.includes('IOPOLL'), flags.join(' '));
        rings.push(flags.join(' '));
      });
    await context.step(`what is written to ${path} by polling is read by it, and by the kernel`, async () => {
      const region = { offset: String(offset), size: String(REGION_BYTES) };
      const job = { ...region, bs: '4k', number_ios: undefined } as const;
      await resultOf(`uring:${path}?iopoll=1`, { ...job, rw: 'write' }, WRITES);
      const bytes = readFileSync(disk).subarray(offset, offset + REGION_BYTES);
      for (let at = 0; at < REGION_BYTES; at += 512)
        assert.equal(bytes.readUInt32LE(at), (offset + at) / 512, `byte ${offset + at}`);
    });
    await context.step(`no interrupt is waited for on ${path}`, async () => {
      const job = { completion: 'interrupt' } as const;
      await assert.rejects(resultOf(`uring:${path}?iopoll=1`, job), { code: 'NO_INTERRUPTS' });
    });
  }
  await context.step('without poll queues it is refused again', async () => {
    writeFileSync('/sys/module/nvme/parameters/poll_queues', '0');
    const again = await bindToNvme(DRIVE);
    await assert.rejects(openDrive(`uring:${again}?iopoll=1`), { code: 'NO_POLL_QUEUES' });
  });
  return { rings };
}
