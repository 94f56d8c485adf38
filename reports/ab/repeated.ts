/** Legs that stand in a document more than once: each would count as a block of its own. */
import { allRuns, identityOfRun } from '../compare/runs.js';
import { plural } from '../render/format.js';
import { ReportError } from '../report-error.js';
import type { AbDocument, AbLeg } from './document.js';

/** By what legs are told apart, and how that is said of two that are not. */
const KEYS: readonly (readonly [key: (leg: AbLeg) => string | undefined, said: (leg: AbLeg) => string])[] = [
  [
    ({ role, result }) => {
      const runs = allRuns([{ name: role, result }]).map(identityOfRun);
      return runs.length === 0 ? undefined : JSON.stringify(runs);
    },
    () => 'the same run',
  ],
  [
    ({ role, block }) => (block === null ? undefined : JSON.stringify([role, block])),
    ({ role, block }) => `${role} of blocks[${block}]`,
  ],
];

/** Refuses a document that has a leg twice, or two legs in one place. Throws ReportError LEG_REPEATED. */
export function requireDistinctLegs({ legs }: AbDocument): void {
  const counted = [...legs.entries()].filter(([, { result }]) => result.complete);
  for (const [keyOf, said] of KEYS) {
    const known = new Map<string, number>();
    const repeated = counted.flatMap(([place, leg]) => {
      const key = keyOf(leg);
      const first = key === undefined ? undefined : known.get(key);
      if (key !== undefined && first === undefined) known.set(key, place);
      return first === undefined ? [] : [`legs[${first}] and legs[${place}] are both ${said(leg)}`];
    });
    if (repeated.length === 0) continue;
    const more = repeated.length === 1 ? '' : `, and so are ${plural(repeated.length - 1, 'more pair')}`;
    throw new ReportError(
      'LEG_REPEATED',
      `${repeated[0]}${more}: its blocks would count more than once`,
      'take one of each out, with its block, or analyse each session from the file that nvbench ab wrote',
    );
  }
}
