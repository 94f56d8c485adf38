/** Jobs on zoned namespaces, from their keys to their record. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobRecord } from '../../../reports/document/index.js';
import { runText } from './run-text.js';

/** `key: value, key: value`, the last of each in force. */
const inForce = (keys: string): string =>
  [...new Map(keys.split(', ').map((each) => [each.split(':')[0], each] as const)).values()].join(', ');

/** On four zones of 256 blocks of 4 KiB. */
const jobsOf = (...jobs: string[]): Promise<JobRecord[]> => jobsOn('size=4MiB', ...jobs);

async function jobsOn(drive: string, ...jobs: string[]): Promise<JobRecord[]> {
  const { result, failure } = await runText(
    `device: "sim:?personality=zoned&latency=none&${drive}"`,
    'allow_writes: true',
    'jobs:',
    ...jobs.map((job, i) => `  - { ${inForce(`name: job${i}, bs: 64k, size: 100%, ${job}`)} }`),
  );
  if (failure !== undefined) throw failure;
  return result.jobs;
}

const FILL = 'rw: write';
const errorsOf = ({ errors }: JobRecord): [string, number][] =>
  errors.byStatus.map(({ status, count }) => [status, count]);

test('zones are filled in order, and read from anywhere', async () => {
  const jobs = await jobsOf(FILL, 'rw: randread, iodepth: 16, number_ios: 500');
  assert.deepEqual(jobs.map(errorsOf), [[], []]);
  assert.deepEqual([jobs[0].directions.write?.ios, jobs[1].directions.read?.ios], [64, 500]);
});

test('zones that are full say so by name, and a format empties them', async () => {
  const jobs = await jobsOf(FILL, FILL, `${FILL}, purge: format`);
  assert.deepEqual(jobs.map(errorsOf), [[], [['Zone Is Full (SCT 1h, SC b9h, DNR)', 64]], []]);
});

test('zones that a repeat would find full are refused before the run', () =>
  assert.rejects(jobsOf(`${FILL}, repeat: 2`), {
    code: 'NOT_IN_ZONE_ORDER',
    kind: 'input',
    op: /^job job0: .* 2 times$/,
    hint: /zonemode: zbd/,
  }));

test('workers with zones of their own fill them side by side', async () => {
  const [job] = await jobsOf(`${FILL}, numjobs: 4, partition: true`);
  assert.deepEqual([errorsOf(job), job.directions.write?.ios], [[], 64]);
});

for (const job of [
  'rw: randwrite',
  `${FILL}, iodepth: 2`,
  `${FILL}, runtime: 1s`,
  'rw: randrw',
  `${FILL}, numjobs: 2`,
])
  test(`${job} is refused before the run`, () => assert.rejects(jobsOf(job), { code: 'NOT_IN_ZONE_ORDER' }));

const ZBD = 'zonemode: zbd';
/** 32 zones of 64 KiB, of which 48 KiB can be written; the controller refuses a fourth that is active. */
const STRICT = 'size=2MiB&zone=64KiB&zone_capacity=48KiB&zones_active=3';

/** What a job came to: errors, tests of its proof that failed, and I/Os of each operation. */
const outcomeOf = ({ errors, proof, directions }: JobRecord): Record<string, unknown> => ({
  errors: errors.byStatus.map(({ status, count }) => [status, count]),
  failed: proof?.checks.filter(({ holds }) => !holds) ?? ['no proof'],
  ...Object.fromEntries(Object.entries(directions).map(([name, { ios }]) => [name, ios])),
});
const GOOD = { errors: [], failed: [] };

test('writes go to many zones, and no more of them are open than the controller bears', async () => {
  const jobs = await jobsOn(
    STRICT,
    `${ZBD}, bs: 16k, rw: write, loops: 3`,
    `${ZBD}, bs: 4k, rw: randwrite, iodepth: 8, number_ios: 1504`,
    // zones that were begun are gone on with, those beyond what may be open are finished
    `${ZBD}, bs: 4k, rw: randrw, iodepth: 4, number_ios: 1000, max_open_zones: 1`,
    `${ZBD}, bs: 4k, rw: randwrite, iodepth: 4, number_ios: 500, numjobs: 2, partition: true`,
    `${ZBD}, bs: 4k, rw: randread, iodepth: 4, number_ios: 200`,
  );
  const [inSequence, atRandom, , parted, reads] = jobs.map(outcomeOf);
  assert.deepEqual(inSequence, { ...GOOD, write: 3 * 32 * 3, 'zone-reset': 2 * 32 });
  // All zones were full, and 12 writes go to each: the last three are not full again.
  const resets = Number(atRandom['zone-reset']);
  assert.deepEqual({ ...atRandom, 'zone-reset': 0 }, { ...GOOD, write: 1504, 'zone-reset': 0 });
  assert.ok(resets >= 1504 / 12 && resets < 1504 / 12 + 3, `${resets} resets`);
  assert.deepEqual([parted.write, reads], [1000, { ...GOOD, read: 200 }]);
  for (const { errors, failed } of jobs.map(outcomeOf)) assert.deepEqual({ errors, failed }, GOOD);
});

test('a zone whose writes fail is reset, and the others go on', async () => {
  const faults = 'faults=error(lba=20-20,sct=2,sc=128)';
  const [job] = await jobsOn(`${STRICT}&${faults}`, `${ZBD}, bs: 4k, rw: write, loops: 2`);
  assert.deepEqual(errorsOf(job), [['Write Fault (SCT 2h, SC 80h)', 2]]);
  assert.equal(job.directions.write?.ios, 2 * 32 * 12 - 2);
});

test('reads of zones that nothing was written to are refused', () =>
  assert.rejects(jobsOn(STRICT, `${ZBD}, rw: randread, number_ios: 1`), { code: 'NOTHING_WRITTEN' }));

test('what goes to zones is verified, through resets, and what a drive did not write of it is found', async () => {
  const keys = `${ZBD}, bs: 4k, iodepth: 16, verify: crc32c`;
  const job = `${keys}, rw: randrw, number_ios: 3000`;
  const [good] = await jobsOn(STRICT, job);
  assert.deepEqual(
    { ...outcomeOf(good), read: 0, write: 0, 'zone-reset': 0 },
    { ...GOOD, read: 0, write: 0, 'zone-reset': 0 },
  );
  const none = { corrupt: 0, stale: 0, torn: 0, misdirected: 0, unwritten: 0 };
  assert.deepEqual(good.verification?.badBlocks, none);
  assert.ok(Number(good.directions['zone-reset']?.ios) > 50);
  // A block each: of nearly all reads, and of all that is read back.
  const { goodBlocks = 0, unknownBlocks = 0, readBack } = good.verification ?? {};
  assert.ok(goodBlocks > 1600 && unknownBlocks < 100, `${goodBlocks} and ${unknownBlocks}`);
  assert.ok(Number(readBack?.ios) > 200);
  const [bad] = await jobsOn(`${STRICT}&faults=lose(380)`, `${keys}, rw: write, loops: 1`);
  assert.deepEqual(bad.verification?.badBlocks, { ...none, unwritten: 1 });
});

const APPENDS = `${ZBD}, bs: 4k, write_mode: zone_append`;

test('appends go many at a time to a zone, in sequence and at random, alone and beside writes, resets and reads', async () => {
  const jobs = await jobsOn(
    STRICT,
    `${APPENDS}, rw: write, iodepth: 8, loops: 3`,
    `${APPENDS}, rw: randwrite, iodepth: 16, number_ios: 1504, slowest: 3`,
    `${APPENDS}, rw: randrw, iodepth: 8, number_ios: 1000, max_open_zones: 1, zone_reset_frequency: 0.02`,
    `${APPENDS}, rw: randwrite, iodepth: 8, number_ios: 500, numjobs: 2, partition: true, fsync: 50`,
    `${ZBD}, bs: 4k, rw: randrw, write_mode: 'write/40:zone_append/60', iodepth: 8, queue_pairs: 2, number_ios: 3000`,
  );
  for (const { errors, failed } of jobs.map(outcomeOf)) assert.deepEqual({ errors, failed }, GOOD);
  const [inSequence, atRandom] = jobs.map(outcomeOf);
  assert.deepEqual([inSequence['zone-append'], inSequence['zone-reset']], [3 * 32 * 12, 2 * 32]);
  assert.deepEqual([atRandom['zone-append'], atRandom.write], [1504, undefined]);
  const [, , , parted, mixed] = jobs;
  assert.equal(parted.directions['zone-append']?.ios, 1000 - Number(parted.directions.flush?.ios));
  const { write, 'zone-append': append } = mixed.directions;
  const share = Number(append?.ios) / (Number(append?.ios) + Number(write?.ios));
  assert.ok(share > 0.5 && share < 0.7, `${share} are appends`);
  const proved = jobs.map(({ proof }) => proof?.checks.find(({ check }) => check === 'appends')?.found);
  assert.equal(proved[0], '1,152 appends so');
});

test('an append that fails has its zone reset, and the others go on', async () => {
  const faults = 'faults=error(lba=0-511,sct=2,sc=128,opcode=0x7d,p=5%)';
  const [job] = await jobsOn(
    `${STRICT}&${faults}`,
    `${APPENDS}, rw: randwrite, iodepth: 8, number_ios: 1000`,
  );
  const { failed } = outcomeOf(job);
  const [[status, count] = ['none', 0], ...others] = errorsOf(job);
  assert.deepEqual([status, others, failed], ['Write Fault (SCT 2h, SC 80h)', [], []]);
  assert.equal(Number(job.directions['zone-append']?.ios) + count, 1000);
});
