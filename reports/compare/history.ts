/** Stored results that are of the same thing as those that are judged: how they differ from each other is how runs differ. */
import { grouped } from '../document/grouped.js';
import { type Difference, differencesOf, NOT_KNOWN } from './comparability.js';
import { someNames } from './job-map.js';
import { spoiltJob } from './job-problem.js';
import { distinctRuns, type NamedResult } from './runs.js';
import { collectSeries, type Series } from './series.js';

export interface LeftOut {
  readonly name: string;
  /** A clause, for example `host.hostname is b, not a`. */
  readonly reason: string;
}

export interface History {
  /** Those that are of the same thing as a side. */
  readonly alike: readonly NamedResult[];
  readonly series: ReadonlyMap<string, Series>;
  /** Names of results that have runs in the series. */
  readonly used: readonly string[];
  /** All others. */
  readonly leftOut: readonly LeftOut[];
}

/** Facts that a reason names. */
const MOST_FACTS = 3;

/** Two hosts of one kind may be compared, but do not remember for each other. */
const isOtherHost = ({ fact, base, next }: Difference): boolean =>
  fact === 'host.hostname' && base !== NOT_KNOWN && next !== NOT_KNOWN;

/** What sets a stored result apart; undefined where nothing does. */
function unlikenessOf(first: NamedResult, stored: NamedResult): string | undefined {
  const found = differencesOf(first, stored).filter((each) => each.blocks || isOtherHost(each));
  const told = found.slice(0, MOST_FACTS).map(({ fact, where, base, next }) => {
    return `${where === '' ? fact : `${fact} (${where})`} is ${next}, not ${base}`;
  });
  const more = found.length - told.length;
  return found.length === 0
    ? undefined
    : told.join('; ') + (more > 0 ? `; and ${more} more differences` : '');
}

/** Why a stored result tells nothing of how the runs of the sides differ; undefined where it does. */
function problemOf(stored: NamedResult, firsts: readonly NamedResult[]): string | undefined {
  const unlike = firsts.map((first) => unlikenessOf(first, stored));
  return unlike.includes(undefined) ? spoiltJob(stored.result) : unlike[0];
}

/** What the stored results that are of the same thing as a side tell; runs of the sides themselves are no history. */
export function historyOf(
  stored: readonly NamedResult[],
  sides: readonly (readonly NamedResult[])[],
): History {
  const firsts = sides.map(([first]) => first);
  const problems = stored.map((one) => problemOf(one, firsts));
  const alike = stored.filter((_, i) => problems[i] === undefined);
  const runs = distinctRuns(alike, sides.flat());
  const used = new Set(runs.map(({ name }) => name));
  const leftOut = stored.flatMap(({ name }, i): LeftOut[] => {
    const reason = problems[i] ?? (used.has(name) ? undefined : 'its runs are given already');
    return reason === undefined ? [] : [{ name, reason }];
  });
  return { alike, series: collectSeries(runs), used: [...used], leftOut };
}

/** A sentence for each reason. */
export function leftOutNotes(leftOut: readonly LeftOut[]): string[] {
  return grouped(leftOut, ({ reason }) => reason).map((own) => {
    const names = someNames(own.map(({ name }) => name));
    return `of the history ${names} ${own.length === 1 ? 'is' : 'are'} left out: ${own[0].reason}`;
  });
}
