/** Jobs whose I/Os are Compares, from their keys to their record. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobRecord } from '../../../reports/document/index.js';
import { runText } from './run-text.js';

/** A fill, and a job behind it. */
async function comparedAfterFill(faults: string, content: string, job: string): Promise<JobRecord> {
  const { result, failure } = await runText(
    `device: "sim:?size=1MiB&latency=none${faults}"`,
    'allow_writes: true',
    'jobs:',
    `  - { name: fill, rw: write, bs: 64k, size: 100%, iodepth: 4, number_ios: 16, ${content} }`,
    `  - { name: compared, iodepth: 8, ${job} }`,
  );
  assert.equal(failure, undefined);
  return result.jobs[1];
}

const CONTENT = "buffer_pattern: '0xdeadbeef%o'";
const MIX =
  "rw: randrw, bs: 4k, number_ios: 2000, norandommap: true, rwmixread: 40, write_mode: 'write/50:compare/50'";

test('compares beside reads and writes find what a fill left, in their share', async () => {
  const { errors, directions, proof } = await comparedAfterFill('', CONTENT, `${MIX}, ${CONTENT}`);
  assert.equal(errors.total, 0);
  const ios = [directions.read, directions.write, directions.compare].map((each) => each?.ios ?? 0);
  assert.equal(ios[0] + ios[1] + ios[2], 2000);
  assert.ok(Math.abs(ios[2] / 2000 - 0.3) < 0.05, `${ios}`);
  assert.deepEqual(
    proof?.checks.filter(({ holds }) => !holds),
    [],
  );
});

test('a block that holds other data is a Compare Failure, counted by its name', async () => {
  const all = `rw: write, bs: 4k, number_ios: 256, write_mode: compare, max_errors: 100, ${CONTENT}`;
  // A bit of the third write is another on the media.
  const { errors, directions } = await comparedAfterFill('&faults=flip(3,99)', CONTENT, all);
  assert.equal(directions.compare?.ios, 255);
  assert.deepEqual(
    errors.byStatus.map(({ status, statusCodeType, statusCode, count }) => [
      status,
      statusCodeType,
      statusCode,
      count,
    ]),
    [['Compare Failure (SCT 2h, SC 85h)', 2, 0x85, 1]],
  );
});
