/** The thread of a software controller: by which name it is started, and one ahead of its need. */
import { startThreadAhead } from '../../../sys/thread.js';

export const SIM_THREAD = {
  file: new URL('../../../device/thread.js', import.meta.url),
  name: 'nvme-sim',
} as const;

const TARGET = /^sim($|[:?])/i;

/** Where one of the targets is a software controller, for one that is attached briefly (AttachOptions). */
export function startSimAhead(targets: readonly string[]): void {
  if (targets.some((target) => TARGET.test(target.trim())))
    startThreadAhead(SIM_THREAD.file, SIM_THREAD.name);
}
