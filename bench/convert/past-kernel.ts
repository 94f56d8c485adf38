/** What of a job does not go through the kernel here, though it does with fio. */
import { type Draft, note } from './draft.js';
import type { Target } from './target.js';

const NOT_OF_THE_KERNEL = ['pi_act', 'pi_chk', 'atomic'] as const;
const WHY = 'not by way of the kernel: put the PCI address of the drive there as `device`';

/** Says so of a job on devices of the kernel. */
export function notePastKernel(draft: Draft, targets: readonly Target[]): void {
  if (!targets.some(({ text }) => text.startsWith('uring:/dev/'))) return;
  for (const option of NOT_OF_THE_KERNEL) {
    const setting = draft.job.settings.get(option);
    if (setting !== undefined && draft.keys.has(option)) note(draft, 'differs', setting, WHY);
  }
}
