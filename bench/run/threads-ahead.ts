/** The threads that a run of a moment needs, started while the rest of the program is still loaded: they take as long. */
import { startWorkerAhead } from '../../engine/load/ahead.js';
import { isBrief } from '../../engine/load/brief.js';
import { startSimAhead } from '../../engine/path/pcie/transport/sim-ahead.js';
import type { RunConfig } from '../config/run-config.js';

export { endThreadsAhead } from '../../engine/load/ahead.js';

/** Whether there are jobs, and none of them does more than a few I/Os. */
export function areBrief(turns: RunConfig['turns'] = []): boolean {
  const jobs = turns.flat();
  const iosOf = ({ numberIos = Number.POSITIVE_INFINITY, loops }: (typeof jobs)[0]): number =>
    numberIos * loops;
  return jobs.length > 0 && jobs.every((job) => isBrief({ ...job, numberIos: iosOf(job) }));
}

/** `planOnly`: no I/O is to come; `shared`: another process has the devices. */
export function startThreadsAhead(
  { turns, devices }: Pick<RunConfig, 'turns' | 'devices'>,
  { planOnly, shared }: { readonly planOnly: boolean; readonly shared: boolean },
): void {
  if (!(planOnly || areBrief(turns))) return;
  if (!shared) startSimAhead(devices);
  if (!planOnly) startWorkerAhead();
}
