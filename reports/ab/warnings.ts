/** What made figures doubtful, over all legs that count. */
import type { ResultWarning } from '../document/result.js';
import type { AbDocument } from './document.js';

/** A warning with the number of legs that had it; where messages differ, the first stands for them. */
export interface LegWarning extends ResultWarning {
  readonly legs: number;
}

/** Each code once, in the order of its first leg. */
export function legWarnings({ legs }: AbDocument): LegWarning[] {
  const byCode = new Map<string, LegWarning>();
  for (const { result } of legs.filter(({ block }) => block !== null)) {
    const own = [...result.warnings, ...result.jobs.flatMap(({ warnings }) => warnings)];
    for (const [code, warning] of new Map(own.reverse().map((each) => [each.code, each]))) {
      const known = byCode.get(code);
      byCode.set(code, { ...(known ?? warning), legs: (known?.legs ?? 0) + 1 });
    }
  }
  return [...byCode.values()];
}
