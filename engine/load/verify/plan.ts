/** What jobs cannot be verified, and why. Touches no device. */
import { totalmem } from 'node:os';
import { EngineError } from '../../errors.js';
import { cgroupMemoryBytes } from '../../sys/memory-limit.js';
import type { JobSpec } from '../job.js';
import type { Region } from '../workload/addresses.js';
import { courseOf } from '../workload/in-order.js';
import { tableBytesOf } from './units.js';

/** Of the tables of all workers of a job. */
const MOST_TABLE_BYTES = 4 * 2 ** 30;

const mib = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MiB`;

/** Throws EngineError of kind `input`. */
export function requireVerifiable(target: string, job: JobSpec, region: Region, zoneLbas?: number): void {
  const { verification, numjobs, readPercent, sizeBytes, offsetIncrementBytes = 0 } = job;
  if (verification === undefined) return;
  const refuse = (code: string, reason: string, hint: string): EngineError =>
    new EngineError({ code, op: 'verify what is read', target, reason, hint, kind: 'input' });
  if (job.mix !== undefined) {
    const reason = 'it is known of reads and writes alone what they leave';
    throw refuse('VERIFY_OTHERS', reason, 'leave other operations out');
  }
  if (verification.inOrder) {
    requireOnce(job, region, refuse);
    return;
  }
  if (readPercent === 100) return;
  if (numjobs > 1 && offsetIncrementBytes < sizeBytes && verification.anyWrite !== true) {
    const reason = `${numjobs} workers write to the same blocks, and none knows what the others leave`;
    throw refuse(
      'VERIFY_WORKERS_OVERLAP',
      reason,
      'use partition: true, offset_increment, numjobs: 1, or verify_write_sequence: false',
    );
  }
  const mostBytes = Math.min(MOST_TABLE_BYTES, Math.min(totalmem(), cgroupMemoryBytes()) / 2);
  const tableBytes = tableBytesOf(job, region, zoneLbas);
  if (tableBytes > mostBytes) {
    const reason = `what was written where takes ${mib(tableBytes)} of memory, of at most ${mib(mostBytes)}`;
    throw refuse('VERIFY_TABLE_TOO_LARGE', reason, 'use a smaller size or a larger bs');
  }
}

/** What was written is told from the order in which a former run wrote: that must be one, and once for each block. */
function requireOnce(
  {
    bsBytes,
    numberIos,
    random,
    norandommap,
    distribution,
    percentageRandom = 100,
    runIos = 1,
    lengths,
    stepBytes = 0,
  }: JobSpec,
  region: Region,
  refuse: (code: string, reason: string, hint: string) => EngineError,
): void {
  const drawn =
    norandommap || percentageRandom < 100 || runIos > 1 || (distribution?.law ?? 'random') !== 'random';
  const stepLbas = (stepBytes * region.blockLbas) / bsBytes;
  const onePass = random ? region.blocks : courseOf(region, stepLbas).steps;
  const hint = 'give it size, or number_ios of one pass, as the run that wrote';
  if (lengths !== undefined || (random && drawn)) {
    const reason = 'its writes come to some blocks more than once, and any of them may have been the last';
    throw refuse('VERIFY_ONLY_TWICE', reason, 'verify in the run that writes');
  }
  if (numberIos <= onePass) return;
  const reason =
    numberIos === Number.POSITIVE_INFINITY
      ? 'how much a former run wrote in its time is not known'
      : `its ${numberIos} writes go over ${onePass} blocks more than once`;
  throw refuse('VERIFY_ONLY_TWICE', reason, hint);
}
