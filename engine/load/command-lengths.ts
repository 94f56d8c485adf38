/** How long the commands of a job may be that move no data. Touches no device. */
import { EngineError } from '../errors.js';
import type { NamespaceExtent } from '../path/path.js';
import type { CommandLimits } from '../spec/index.js';
import type { OperationName } from '../stats/operations.js';
import type { JobSpec } from './job.js';
import { type LengthLaw, longestBytes } from './workload/lengths.js';
import { operationsOf } from './workload/shares.js';

/** Logical blocks that one command of an operation can name. */
const MOST_LBAS: Readonly<Partial<Record<OperationName, number>>> = {
  deallocate: 2 ** 32 - 1,
  'write-zeroes': 65_536,
  verify: 65_536,
  'write-uncorrectable': 65_536,
  compare: 65_536,
};

/** Bytes of the longest I/O of an operation. */
export const longestOf = (law: LengthLaw | undefined, bsBytes: number): number =>
  law === undefined ? bsBytes : longestBytes(law);

interface Most {
  readonly bytes: number;
  readonly reason: string;
}

/** What one I/O may name by what the controller says of itself. */
function limitOf(name: OperationName, limits: CommandLimits, lbaBytes: number, ranges: number): Most[] {
  const sized = (bytes: number | undefined, field: string): Most[] =>
    bytes === undefined
      ? []
      : [{ bytes, reason: `the controller takes at most ${bytes} bytes in one command (${field})` }];
  if (name === 'write-zeroes') return sized(limits.writeZeroesBytes, 'WZSL');
  if (name === 'verify') return sized(limits.verifyBytes, 'VSL');
  if (name === 'write-uncorrectable') return sized(limits.writeUncorrectableBytes, 'WUSL');
  if (name !== 'deallocate') return [];
  const { deallocateRangeLbas, deallocateLbas } = limits;
  const ofRange = `the controller takes at most ${deallocateRangeLbas} blocks of ${lbaBytes} bytes in one range (DMRSL)`;
  const ofAll = `the controller takes at most ${deallocateLbas} blocks of ${lbaBytes} bytes in one command (DMSL)`;
  return [
    ...(deallocateRangeLbas === undefined
      ? []
      : [{ bytes: deallocateRangeLbas * lbaBytes, reason: ofRange }]),
    ...(deallocateLbas === undefined ? [] : [{ bytes: (deallocateLbas * lbaBytes) / ranges, reason: ofAll }]),
  ];
}

/** Throws EngineError RANGE_TOO_LARGE, TOO_MANY_RANGES of kind `input`. */
export function requireLengths(target: string, namespace: NamespaceExtent, job: JobSpec): void {
  const { lbaBytes, limits = {} } = namespace;
  const { numRange = 1 } = job;
  const refuse = (code: string, op: string, reason: string, hint: string): EngineError =>
    new EngineError({ code, op, target, reason, hint, kind: 'input' });
  for (const name of operationsOf(job)) {
    const lbas = MOST_LBAS[name];
    if (lbas === undefined) continue;
    const bytes = longestOf(job.lengths?.[name]?.law, job.bsBytes);
    const named = {
      bytes: lbas * lbaBytes,
      reason: `one command names at most ${lbas} blocks of ${lbaBytes} bytes`,
    };
    const all = [named, ...limitOf(name, limits, lbaBytes, numRange)];
    const least = all.reduce((a, b) => (b.bytes < a.bytes ? b : a));
    if (bytes > least.bytes) {
      const fewer = numRange > 1 ? 'use a smaller bs or num_range' : 'use a smaller bs';
      throw refuse('RANGE_TOO_LARGE', `${name} of ${bytes} bytes`, least.reason, fewer);
    }
    const { deallocateRanges = numRange } = limits;
    if (name !== 'deallocate' || numRange <= deallocateRanges) continue;
    const reason = `the controller takes at most ${deallocateRanges} ranges in one command (DMRL)`;
    throw refuse('TOO_MANY_RANGES', `use num_range ${numRange}`, reason, 'use a smaller num_range');
  }
}
