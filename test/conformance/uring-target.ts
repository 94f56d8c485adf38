/**
 * Runs what workers must do on the `uring` target that NVBENCH_TARGET names. Its data is destroyed.
 * NVBENCH_VERIFIED_ELSEWHERE=1 leaves out the tests of verified data.
 */
import { describe } from 'node:test';
import { openedDrive } from './drive-subject.js';
import { driveWorkerTests } from './drive-workers.js';

const target = process.env.NVBENCH_TARGET;
const verifiedElsewhere = process.env.NVBENCH_VERIFIED_ELSEWHERE === '1';
if (target === undefined) throw new Error('NVBENCH_TARGET is not set');

describe(`workers on ${target}`, { concurrency: false }, () => {
  driveWorkerTests(openedDrive(() => target, { verifiedElsewhere }));
});
