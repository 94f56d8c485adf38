import assert from 'node:assert/strict';
import type { GuestContext } from './context.js';
import { runJobs } from './run-config.js';

/** A namespace of which one block cannot be read, and another not be written. */
export const BAD_NAMESPACE = 9;
export const BAD_BYTES = { readAt: 300 * 1024, writeAt: 700 * 1024 };

const BLOCK_BYTES = 4096;

/** Errors of a medium are those of the drive, one each, with the address of the I/O that met it; the jobs go on past them. */
export async function badBlocks(context: GuestContext, address: string, serial: string): Promise<void> {
  await context.step('blocks that a drive cannot read or write are counted by its own status', () => {
    const file = { device: `pci:${address}`, namespace: BAD_NAMESPACE, allow_writes: true };
    const all = { bs: String(BLOCK_BYTES), iodepth: 4, size: '1MiB' };
    const jobs = ['read', 'write'].map((rw) => ({ name: rw, rw, ...all }));
    const result = runJobs(context.outDir, 'bad-blocks', jobs, { ...file, serial_number: serial }, 1);
    const lbaOf = (at: number): number =>
      (Math.floor(at / BLOCK_BYTES) * BLOCK_BYTES) / result.devices[0].lbaBytes;
    assert.deepEqual(
      result.jobs.map(({ errors: { total, byStatus } }) => [
        total,
        byStatus.map(({ statusCodeType, statusCode, count, firstSlba }) => [
          statusCodeType,
          statusCode,
          count,
          firstSlba,
        ]),
      ]),
      [
        [1, [[2, 0x81, 1, lbaOf(BAD_BYTES.readAt)]]],
        [1, [[2, 0x80, 1, lbaOf(BAD_BYTES.writeAt)]]],
      ],
    );
    assert.equal(result.jobs[0].errors.byStatus[0].status, 'Unrecovered Read Error (SCT 2h, SC 81h)');
  });
}
