/** Whether a drive promises that the writes of a job are all there or not at all. Touches no device. */
import { EngineError } from '../errors.js';
import type { NamespaceExtent } from '../path/path.js';
import type { JobSpec } from './job.js';
import type { Region } from './workload/addresses.js';

/** Why it does not, and what to do; undefined where it does. */
function problemOf(
  { atomicWrites, lbaBytes }: NamespaceExtent,
  { bsBytes, lengths, stepBytes = 0, zoneSkipBytes = 0 }: JobSpec,
  { startLba, blockLbas }: Region,
  incrementLbas: number,
): readonly [reason: string, hint: string] | undefined {
  if (atomicWrites === undefined)
    return ['this path does not tell of it', 'use the PCI address of the drive'];
  const { lbas, boundaryLbas, offsetLbas } = atomicWrites;
  const most = lbas * lbaBytes;
  if (bsBytes > most)
    return [`it promises that of at most ${most} bytes (AWUPF, NAWUPF)`, `use bs of at most ${most} bytes`];
  if (lengths !== undefined || stepBytes % bsBytes !== 0 || zoneSkipBytes % bsBytes !== 0)
    return ['its writes are not all of one bs, at multiples of that', 'use one bs'];
  if (boundaryLbas === 0) return undefined;
  const aligned = [startLba - offsetLbas, incrementLbas].every((each) => each % blockLbas === 0);
  if (aligned && boundaryLbas % blockLbas === 0) return undefined;
  const from = offsetLbas === 0 ? '' : `, from block ${offsetLbas} on`;
  return [
    `writes would cross multiples of ${boundaryLbas} blocks${from} (NABSPF)`,
    'use another bs or offset',
  ];
}

/** Throws EngineError NOT_ATOMIC of kind `input`. */
export function requireAtomic(
  target: string,
  namespace: NamespaceExtent,
  job: JobSpec,
  region: Region,
  incrementLbas: number,
  commandsPerIo: number,
): void {
  if (job.atomic !== true) return;
  const problem =
    commandsPerIo > 1
      ? ([`each I/O takes ${commandsPerIo} commands (MDTS)`, 'use a smaller bs'] as const)
      : problemOf(namespace, job, region, incrementLbas);
  if (problem === undefined) return;
  const [reason, hint] = problem;
  const op = `write ${job.bsBytes} bytes at once to namespace ${namespace.nsid} (atomic)`;
  throw new EngineError({ code: 'NOT_ATOMIC', op, target, reason, hint, kind: 'input' });
}
