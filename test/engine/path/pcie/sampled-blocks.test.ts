import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Drive, openDrive } from '../../../../engine/index.js';
import { runJob } from '../../../conformance/drive-jobs.js';

const SIM = 'sim:?size=16MiB&latency=none&write_latency=none';
const LBAS = 2 ** 24 / 512;
const HALF = { random: false, bsBytes: 65_536, sizeBytes: 2 ** 23, numberIos: 128 };

async function withDrive(target: string, body: (drive: Drive) => Promise<void>): Promise<void> {
  const drive = await openDrive(target);
  try {
    await body(drive);
  } finally {
    await drive.close();
  }
}

test('of blocks that are looked at those count that hold no data, and reads do not fail afterwards', () =>
  withDrive(`${SIM}&dulbe=true`, async (drive) => {
    const namespace = await drive.namespace();
    const on = { drive, namespace };
    const deallocated = async (startLba: number, lbas: number): Promise<number | undefined> => {
      const found = await drive.sampleBlocks?.(namespace, startLba, lbas);
      assert.equal(found?.sampled, Math.min(64, lbas));
      return found?.deallocated;
    };
    assert.equal(await deallocated(0, LBAS), 64);
    assert.equal(await deallocated(LBAS - 3, 3), 3);
    await runJob(on, { ...HALF, readPercent: 0 });
    assert.equal(await deallocated(0, LBAS), 32);
    assert.equal(await deallocated(0, LBAS / 2), 0);
    const { results } = await runJob(on, { ...HALF, sizeBytes: 2 ** 24, numberIos: 256 });
    assert.deepEqual(results[0].statuses, []);
    await runJob(on, { ...HALF, readPercent: 0, mix: [{ operation: 'deallocate', percent: 100 }] });
    assert.equal(await deallocated(0, LBAS), 64);
  }));

test('blocks that fail otherwise tell nothing', () =>
  withDrive(`${SIM}&dulbe=true&faults=error(lba=0-${LBAS / 2 - 1},sct=2,sc=0x81)`, async (drive) => {
    const found = await drive.sampleBlocks?.(await drive.namespace(), 0, LBAS);
    assert.deepEqual(found, { sampled: 32, deallocated: 32 });
  }));

test('a namespace that does not tell is not asked', () =>
  withDrive(SIM, async (drive) => {
    assert.equal(await drive.sampleBlocks?.(await drive.namespace(), 0, LBAS), undefined);
  }));
