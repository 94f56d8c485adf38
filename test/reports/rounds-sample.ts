/** A result of jobs in rounds: a sweep of two mixes and two sizes, of which writes of 4 KiB were looked at. */
import { type BenchResult, buildOperation, type JobRecord, type RoundsRecord } from '../../reports/index.js';
import { countsOf, readJob, sampleResult } from './sample.js';

const TARGET = 'pci:0000:01:00.0';
const ROUNDS = 7;

/** A round of a point of the sweep: so many reads and writes in a second, of 4 KiB. */
function jobOf(rwmixread: number, bs: number, index: number, reads: number, writes: number): JobRecord {
  const part = (ios: number) => buildOperation(countsOf([1000, ios]), 4096, 1e9, 0);
  return {
    ...readJob(),
    name: `iops[rwmixread=${rwmixread},bs=${bs}]`,
    group: 'iops',
    parameters: { rwmixread, bs },
    repeat: { index, count: 25 },
    elapsedNs: 1e9,
    directions: {
      ...(reads > 0 ? { read: part(reads) } : {}),
      ...(writes > 0 ? { write: part(writes) } : {}),
    },
  };
}

/** Writes of the job that is looked at, by round: the last five are within 20 %. */
const VALUES = [3000, 2000, 1100, 1050, 1000, 1000, 1000];

export function roundsResult(change: Partial<RoundsRecord> = {}): BenchResult {
  const jobs = Array.from({ length: ROUNDS }, (_, round) => [
    jobOf(50, 4096, round, 600 + 100 * round, 400),
    jobOf(50, 8192, round, 60, 40),
    jobOf(0, 4096, round, 0, VALUES[round]),
    jobOf(0, 8192, round, 0, 500),
  ]).flat();
  const record: RoundsRecord = {
    target: TARGET,
    jobs: jobs.slice(0, 4).map(({ name }) => name),
    job: 'iops[rwmixread=0,bs=4096]',
    of: 'iops',
    most: 25,
    window: 5,
    rangePercent: 20,
    slopePercent: 10,
    values: VALUES,
    reached: { fromRound: 3, toRound: 7, average: 1030, range: 0.097, slope: 0.097 },
    ...change,
  };
  return { ...sampleResult(), jobs: [...jobs, readJob()], rounds: [record] };
}
