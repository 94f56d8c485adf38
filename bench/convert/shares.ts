/** A job of fio on several drives has one depth, amount and rate for all of them together; here each device has its own. */
import { shortBytes } from '../config/fio/values.js';
import { parseSizeBytes, SMALLEST_BLOCK_BYTES } from '../config/units.js';
import { type Draft, note } from './draft.js';
import type { FioSetting } from './job-file.js';
import type { Target } from './target.js';

function share(draft: Draft, key: string, drives: number, from: FioSetting): void {
  const whole = draft.keys.get(key)?.value ?? (key === 'iodepth' ? 1 : undefined);
  const parsed = parseSizeBytes(whole);
  // Percent of each device are what they are.
  if (!parsed.ok) return;
  const part = parsed.value / drives;
  const divides = Number.isInteger(part) && (key !== 'size' || part % SMALLEST_BLOCK_BYTES === 0);
  const comment = `fio shares out ${whole} over ${drives} drives`;
  if (divides) draft.keys.set(key, { value: key === 'size' ? shortBytes(part) : part, comment });
  if (divides) note(draft, 'differs', from, `${comment} as they come; each has its own ${key} here`);
  else note(draft, 'missing', from, `${comment}: it does not divide, and each has a ${key} of ${whole} here`);
}

/** Gives each device its share of what fio gives all of them together. */
export function shareOut(draft: Draft, targets: readonly Target[]): void {
  const drives = targets.filter(({ kind }) => kind === 'drive' || kind === 'named').length;
  const from = draft.job.settings.get('filename');
  if (drives < 2 || from === undefined) return;
  for (const key of ['iodepth', 'size', 'number_ios', 'rate_iops', 'rate']) share(draft, key, drives, from);
}
