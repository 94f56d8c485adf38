/** What fio makes of `iodepth_batch_complete_max` where no range is left: the most is the least. */
import type { Draft } from './draft.js';

/** Once all options of a job were worked. */
export function workBatches({ keys }: Draft): void {
  const [least, most] = ['iodepth_batch_complete_min', 'iodepth_batch_complete_max'].map((key) =>
    keys.get(key),
  );
  if (most === undefined || Number(most.value) >= Number(least?.value ?? 1)) return;
  const comment = `fio raises ${most.value} to iodepth_batch_complete_min`;
  keys.set('iodepth_batch_complete_max', { value: least?.value, comment });
}
