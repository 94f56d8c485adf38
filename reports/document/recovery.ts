/** What was done about a device that did not complete an I/O, in words. */
import type { RecoveryStep } from './recovery-step.js';
import type { JobRecord } from './result.js';

function stepText({ what, done, reason }: RecoveryStep): string {
  return done ? what : `${what} failed: ${reason ?? 'no reason is given'}`;
}

/** A text for each step, in order; a step that came several times with the same end stands once. */
export function recoveryTexts({ recovery = [] }: Pick<JobRecord, 'recovery'>): string[] {
  return [...new Set(recovery.map(stepText))];
}
