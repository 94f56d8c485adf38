/** `search`: the highest value of a key at which a bound holds, as a job asks for it. */
import { z } from 'zod';
import { type Gate, GateError, meantBy, parseGate } from '../../reports/gates/parse.js';
import { formatDurationMs } from './units.js';
import { aboveZero, durationMs, expects, expectsMap, integer, type ValueKind, word } from './value-kinds.js';

/** Keys whose highest value can be searched, and the range in which it is where the job does not say. */
export const SEARCHED = {
  rate_iops: { from: 1000, to: 1_000_000_000 },
  iodepth: { from: 1, to: 256 },
} as const;

export type SearchedKey = keyof typeof SEARCHED;

export interface Search {
  readonly max: SearchedKey;
  readonly while: Gate;
  readonly forMs: number;
  readonly from: number;
  readonly to: number;
}

/** What a configuration may say for it. */
export interface WrittenSearch {
  readonly max: SearchedKey;
  readonly while: string;
  readonly for: number | string;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

const FORM = "{max: rate_iops, while: 'read.p99 <= 500us', for: 30s}";

/** A bound without the name of a job: that is the one which searches. */
const bound = z.string(expects("a bound such as 'read.p99 <= 500us'")).transform((text, context): Gate => {
  try {
    // A bare word before the metric is an operation.
    const gate = meantBy(parseGate(text), []);
    if (gate.job === undefined && gate.bound.kind === 'absolute') return gate;
    const problem = gate.job === undefined ? 'a search has no baseline' : 'a search is of its own job';
    context.addIssue({ code: 'custom', message: `${problem}; write for example read.p99 <= 500us` });
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    context.addIssue({ code: 'custom', message: `${error.problem}; ${error.hint}` });
  }
  return z.NEVER;
});

const value = (description: string) => integer(1, 1_000_000_000).schema.optional().meta({ description });

/** What is searched, by which bound, how long each probe takes, and in which range. */
export function search(): ValueKind<Search, WrittenSearch> {
  const schema = z
    .strictObject(
      {
        max: word(Object.keys(SEARCHED) as [SearchedKey, ...SearchedKey[]]).schema.meta({
          description: 'Key whose highest value is searched.',
        }),
        while: bound.meta({ description: 'Bound that is to hold, in the language of gates.' }),
        for: durationMs({ check: aboveZero }).schema.meta({
          description: 'Measured time of a probe near the bound, and of the job at what was found.',
        }),
        from: value('Where the search begins.'),
        to: value('Highest value that is tried.'),
      },
      expectsMap(`a map such as ${FORM}`),
    )
    .transform(({ max, while: gate, for: forMs, from, to = SEARCHED[max].to }, context): Search => {
      const first = from ?? Math.min(SEARCHED[max].from, to);
      if (first <= to) return { max, while: gate, forMs, from: first, to };
      context.addIssue({ code: 'custom', path: ['from'], message: `is above to, which is ${to}` });
      return z.NEVER;
    });
  return {
    schema,
    words: `\`${FORM}\``,
    record: (found) => ({
      max: found.max,
      while: found.while.text,
      for: formatDurationMs(found.forMs),
      ...(found.from === Math.min(SEARCHED[found.max].from, found.to) ? {} : { from: found.from }),
      ...(found.to === SEARCHED[found.max].to ? {} : { to: found.to }),
    }),
    short: (found) => `${found.max} while ${found.while.text}`,
  };
}
