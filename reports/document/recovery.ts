/** What was done about a device that did not complete an I/O, in words. */
import type { RecoveryStep } from './recovery-step.js';
import type { JobRecord } from './result.js';

const endOf = ({ done, reason }: RecoveryStep): string =>
  done ? '' : ` failed: ${reason ?? 'no reason is given'}`;

/** A text for each kind of step and its end, in order: of those that came several times the first, and how many more. */
export function recoveryTexts({ recovery = [] }: Pick<JobRecord, 'recovery'>): string[] {
  const alike = new Map<string, RecoveryStep[]>();
  for (const step of recovery) {
    const key = `${step.action} ${endOf(step)}`;
    alike.set(key, [...(alike.get(key) ?? []), step]);
  }
  return [...alike.values()].map(([first, ...more]) => {
    const others = more.length === 0 ? '' : `, and ${more.length} more like it`;
    return `${first.what}${others}${endOf(first)}`;
  });
}
