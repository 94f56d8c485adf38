/** Workers on namespaces whose blocks have metadata: made and stripped by the controller, or in buffers of the host. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Drive, openDrive } from '../../engine/index.js';
import type { JobSpec } from '../../engine/load/index.js';
import { statusName } from '../../engine/spec/index.js';
import { assertRefused, runJob } from './drive-jobs.js';
import { openedDrive } from './drive-subject.js';
import { driveWorkerTests } from './drive-workers.js';

const FAST = 'sim:?size=16MiB&latency=none&write_latency=none';

for (const options of [
  'metadata=8&pi=2&lba=4096',
  'metadata=8&pi=3',
  'metadata=8&pi=1&extended=true',
  'metadata=16&pi=1',
  'metadata=8',
  'metadata=64&lba=4096',
])
  describe(`workers on blocks with ${options}`, { concurrency: false }, () => {
    driveWorkerTests(openedDrive(() => `${FAST}&${options}`));
  });

const CHECKED = { piChk: ['GUARD', 'APPTAG', 'REFTAG'], apptag: 0xbeef } as const;
const PLACE = { random: false, bsBytes: 4096, sizeBytes: 64 * 4096, numberIos: 64 };
const WRITES: Partial<JobSpec> = { ...PLACE, readPercent: 0, apptag: 0xbeef };

/** Statuses of reads over what was written, by name. */
async function statusesOf(
  options: string,
  reads: Partial<JobSpec>,
  writes: Partial<JobSpec> = {},
): Promise<[string, number][]> {
  const drive = await openDrive(`${FAST}&${options}`);
  try {
    const on = { drive, namespace: await drive.namespace() };
    const { results: wrote } = await runJob(on, { ...WRITES, ...writes });
    assert.deepEqual(wrote[0].statuses, []);
    const { results } = await runJob(on, { ...PLACE, ...CHECKED, ...reads });
    return results[0].statuses.map(({ status, count }) => [statusName(status), count]);
  } finally {
    await drive.close();
  }
}

test('reads that check all find nothing wrong with what jobs wrote', async () => {
  for (const options of [
    'metadata=8&pi=1',
    'metadata=8&pi=2',
    'metadata=16&pi=1&lba=4096',
    'metadata=16&pi=1&pif=64',
    'metadata=16&pi=2&pif=32',
  ])
    assert.deepEqual(await statusesOf(options, {}), [], options);
  assert.deepEqual(await statusesOf('metadata=8&pi=3', { piChk: ['GUARD', 'APPTAG'] }), []);
});

for (const [what, fault, reads, name] of [
  ['a bit that flipped', 'flip(7,100)', {}, 'End-to-end Guard Check Error (SCT 2h, SC 82h)'],
  ['a write that went astray', 'misplace(7,8)', {}, 'End-to-end Reference Tag Check Error (SCT 2h, SC 84h)'],
] as const)
  test(`of reads over ${what}, one fails with its name, and none where nothing is checked`, async () => {
    const options = `metadata=8&pi=1&faults=${fault}`;
    assert.deepEqual(await statusesOf(options, reads), [[name, 1]]);
    assert.deepEqual(await statusesOf(options, { piChk: [] }), []);
  });

test('reads with another application tag than that of the writes all fail with its name', async () => {
  const found = await statusesOf('metadata=8&pi=2', { apptag: 0xbeee });
  assert.deepEqual(found, [['End-to-end Application Tag Check Error (SCT 2h, SC 83h)', 64]]);
  assert.deepEqual(await statusesOf('metadata=8&pi=2', { apptag: 0xbeee, apptagMask: 0xfff0 }), []);
});

for (const options of ['metadata=8&pi=1', 'metadata=16&pi=2', 'metadata=64'])
  test(`I/Os of several commands are read back as they were written, with ${options}`, async () => {
    const drive = await openDrive(`${FAST}&${options}&mdts=16KiB`);
    try {
      const on = { drive, namespace: await drive.namespace() };
      const checks: Partial<JobSpec> = options.includes('pi') ? { piChk: ['GUARD', 'REFTAG'] } : {};
      const verification = { readBack: true, fatal: false, inOrder: false };
      const job = {
        ...WRITES,
        ...checks,
        bsBytes: 40 * 1024,
        sizeBytes: 2 ** 20,
        numberIos: 25,
        split: true,
        verification,
      };
      const { results } = await runJob(on, job);
      assert.deepEqual([results[0].statuses, results[0].verified?.goodBlocks], [[], 25 * 80]);
    } finally {
      await drive.close();
    }
  });

const BY_HOST = { piAct: false, piChk: ['GUARD', 'APPTAG', 'REFTAG'] } as const;

test('what the host makes satisfies the drive on writes, and drive and host on reads', async () => {
  for (const options of ['metadata=8&pi=1', 'metadata=64&pi=1&lba=4096', 'metadata=16&pi=2'])
    for (const writes of [BY_HOST, {}] as const) {
      const reads = { ...BY_HOST, apptag: 0xbeef };
      assert.deepEqual(await statusesOf(options, reads, writes), [], options);
    }
  const type3 = { piAct: false, piChk: ['GUARD', 'APPTAG'] } as const;
  assert.deepEqual(await statusesOf('metadata=8&pi=3', { ...type3, apptag: 0xbeef }, type3), []);
});

test('what goes wrong on its way to the host is found by the host alone', async () => {
  // The 70th I/O is a read, of whose data a bit flips behind the checks of the drive.
  const options = 'metadata=8&pi=1&faults=flip(70,1234)';
  assert.deepEqual(await statusesOf(options, {}), []);
  const found = await statusesOf(options, { ...BY_HOST, apptag: 0xbeef }, BY_HOST);
  assert.deepEqual(found, [['End-to-end Guard Check Error (SCT 2h, SC 82h)', 1]]);
});

test('a tag that the host looks for and the writes did not have fails all', async () => {
  const found = await statusesOf('metadata=16&pi=1', { ...BY_HOST, apptag: 0xbeee }, BY_HOST);
  assert.deepEqual(found, [['End-to-end Application Tag Check Error (SCT 2h, SC 83h)', 64]]);
});

describe('what is refused before the first I/O', () => {
  let drives: Readonly<Record<string, Drive>>;
  const open = async (options: string): Promise<[string, Drive]> => [
    options,
    await openDrive(`${FAST}${options}`),
  ];
  const formats = ['', '&metadata=8&pi=3', '&metadata=8&extended=true', '&metadata=16&pi=1&pif=64'];
  before(async () => {
    drives = Object.fromEntries(await Promise.all(formats.map(open)));
  });
  after(async () => {
    for (const drive of Object.values(drives)) await drive.close();
  });
  for (const [what, options, job, code] of [
    ['checks of a namespace without protection', '', { piChk: ['GUARD'] }, 'NO_PROTECTION'],
    ['protection by the host where there is none', '', { piAct: false }, 'NO_PROTECTION'],
    ['reference tags of type 3', '&metadata=8&pi=3', { piChk: ['REFTAG'] }, 'NO_PROTECTION'],
    ['guards of 64 bits by the host', '&metadata=16&pi=1&pif=64', { piAct: false }, 'UNSUPPORTED_FORMAT'],
    ['metadata at the end of the data', '&metadata=8&extended=true', {}, 'UNSUPPORTED_FORMAT'],
  ] as const)
    test(what, async () => {
      const drive = drives[options];
      assertRefused({ drive, namespace: await drive.namespace() }, job, code);
    });
});
