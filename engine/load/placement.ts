/** To which reclaim unit handles the writes of a job go. */
import { EngineError } from '../errors.js';
import type { JobDrive, NamespaceExtent, PlacementUse, QueueShape } from '../path/path.js';
import type { JobSpec } from './job.js';

/** By placement identifiers. */
export const placementOf = ({ plidSelect, seed }: JobSpec, pids: readonly number[]): PlacementUse => ({
  pids,
  random: plidSelect === 'random',
  seed,
});

/** With the identifiers that the drive has for them. Throws EngineError NO_SUCH_HANDLE of kind `input`; NvmeStatusError. */
export async function placed(
  { placement, target }: JobDrive,
  namespace: NamespaceExtent,
  job: JobSpec,
  shape: QueueShape,
): Promise<QueueShape> {
  if (job.fdp !== true || placement === undefined) return shape;
  const handles = await placement.handles(namespace);
  const { plids = handles.map((_, at) => at) } = job;
  const missing = plids.find((at) => at >= handles.length);
  if (handles.length === 0 || missing !== undefined) {
    const count = handles.length === 1 ? '1 reclaim unit handle' : `${handles.length} reclaim unit handles`;
    throw new EngineError({
      code: 'NO_SUCH_HANDLE',
      op: missing === undefined ? 'place data (fdp)' : `use plids ${plids.join(',')}`,
      target,
      reason: `namespace ${namespace.nsid} has ${count}, counted from 0`,
      hint: handles.length === 0 ? 'leave fdp out' : `use those up to ${handles.length - 1}`,
      kind: 'input',
    });
  }
  return {
    ...shape,
    placement: placementOf(
      job,
      plids.map((at) => handles[at].pid),
    ),
  };
}
