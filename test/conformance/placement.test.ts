/** Jobs whose writes say where their data is to be placed, on a controller that has reclaim unit handles. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Drive, openDrive } from '../../engine/index.js';
import type { JobSpec } from '../../engine/load/index.js';
import { assertRefused, runJob } from './drive-jobs.js';

const FAST = 'sim:?size=16MiB&latency=none&write_latency=none';
/** Of a reclaim unit. */
const UNIT_LBAS = (64 * 2 ** 20) / 512;

/** Blocks that went to each handle. */
async function placedBy(job: Partial<JobSpec>, options = 'fdp=4'): Promise<number[]> {
  const drive = await openDrive(`${FAST}&${options}`);
  try {
    const namespace = await drive.namespace();
    const { results } = await runJob({ drive, namespace }, { readPercent: 0, numberIos: 400, ...job });
    assert.deepEqual(results[0].statuses, []);
    const handles = (await drive.placement?.handles(namespace)) ?? [];
    return handles.map(({ availableLbas }) => UNIT_LBAS - availableLbas);
  } finally {
    await drive.close();
  }
}

test('writes go to all handles in turn, or to those that are named', async () => {
  assert.deepEqual(await placedBy({ fdp: true }), [800, 800, 800, 800]);
  assert.deepEqual(await placedBy({ fdp: true, plids: [1, 3] }), [0, 1600, 0, 1600]);
});

test('writes without a directive go to the first, reads to none', async () => {
  assert.deepEqual(await placedBy({}), [3200, 0, 0, 0]);
  assert.deepEqual(await placedBy({ fdp: true, readPercent: 100 }), [0, 0, 0, 0]);
});

test('at random each gets its part, of mixed jobs too', async () => {
  const job = { fdp: true, plidSelect: 'random', numberIos: 4000, readPercent: 50 } as const;
  const placed = await placedBy(job);
  const sum = placed.reduce((all, lbas) => all + lbas, 0);
  // 500 writes of 8 blocks each: five deviations of a binomial law of about 19.4 of these.
  for (const lbas of placed) assert.ok(Math.abs(lbas - sum / 4) < 8 * 97, `${placed}`);
  assert.notEqual(new Set(placed).size, 1);
});

test('a handle that the namespace does not have is refused by its number', () =>
  assert.rejects(placedBy({ fdp: true, plids: [0, 4] }), { code: 'NO_SUCH_HANDLE', kind: 'input' }));

describe('what is refused before the first I/O', () => {
  let drives: Readonly<Record<string, Drive>>;
  before(async () => {
    const options = ['', '&fdp=4', '&fdp=4&metadata=8'];
    drives = Object.fromEntries(
      await Promise.all(options.map(async (each) => [each, await openDrive(`${FAST}${each}`)] as const)),
    );
  });
  after(async () => {
    for (const drive of Object.values(drives)) await drive.close();
  });
  for (const [what, options, job, code] of [
    ['placement on a drive without', '', {}, 'NO_PLACEMENT'],
    ['placement of blocks with metadata', '&fdp=4&metadata=8', {}, 'UNSUPPORTED_FORMAT'],
    ['placement beside FUA', '&fdp=4', { writeFua: true }, 'UNSUPPORTED_FORMAT'],
  ] as const)
    test(what, async () => {
      const drive = drives[options];
      const on = { drive, namespace: await drive.namespace() };
      assertRefused(on, { fdp: true, readPercent: 0, ...job }, code);
    });
});
