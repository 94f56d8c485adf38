/** Jobs that verify need their blocks for themselves: what others write there meanwhile, they would take for wrong. */
import { EngineError } from '../../../engine/index.js';
import type { JobSpec } from '../../../engine/load/index.js';
import { writes } from '../../config/pattern.js';
import type { JobConfig } from '../../config/run-config.js';

interface Part {
  readonly config: JobConfig;
  readonly device: { readonly target: string };
  readonly spec: JobSpec;
}

/** From the first byte of its first worker to the end of its last. */
function bytesOf({ spec }: Part): { readonly from: number; readonly to: number } {
  const { offsetBytes, sizeBytes, offsetIncrementBytes = 0, numjobs } = spec;
  return { from: offsetBytes, to: offsetBytes + (numjobs - 1) * offsetIncrementBytes + sizeBytes };
}

function overlap(a: Part, b: Part): boolean {
  const [first, second] = [bytesOf(a), bytesOf(b)];
  return a.device === b.device && first.from < second.to && second.from < first.to;
}

/** Of jobs that run side by side. Throws EngineError VERIFY_BESIDE_WRITER of kind `input`. */
export function checkVerifiedAlone(turn: readonly Part[]): void {
  for (const job of turn) {
    if (job.spec.verification === undefined) continue;
    const other = turn.find((each) => each !== job && writes(each.config.rw) && overlap(job, each));
    if (other === undefined) continue;
    throw new EngineError({
      code: 'VERIFY_BESIDE_WRITER',
      op: `job ${job.config.name}: verify what is read`,
      target: job.device.target,
      reason: `job ${other.config.name} writes to the same blocks at the same time`,
      hint: 'give each its own offset and size, or run one after the other',
      kind: 'input',
    });
  }
}
