/** What changed around the runs of a track: not what was measured, but what may have moved it. */
import { differencesOf, NOT_KNOWN } from '../compare/comparability.js';
import type { BenchResult } from '../document/result.js';
import type { TrackRun } from './tracks.js';

export interface EnvironmentChange {
  /** Place of the first run that has it. */
  readonly run: number;
  /** For example `device.firmwareRevision`, `host.kernel`, `device.wear`. */
  readonly fact: string;
  /** For example `device 1`; empty for host and document. */
  readonly where: string;
  readonly before: string;
  readonly after: string;
}

type Found = Omit<EnvironmentChange, 'run'>;

/** What makes a track, or is no environment. */
const NOT_ENVIRONMENT =
  /^(complete|config|devices|job\.(?!cpus$).*|device\.(software|modelNumber|serialNumber|namespaceId|lbaBytes|metadataBytes|protectionType)|host\.(hostname|cpuModel|cpuCount))$/;

/** Percent of its life that a drive says it has used: each of them is told. */
function wearChanges(base: BenchResult, next: BenchResult): Found[] {
  return next.devices.flatMap((device, i) => {
    const [before, after] = [base.devices[i]?.smartBefore, device.smartBefore].map(
      (smart) => smart?.percentageUsed,
    );
    if (before === after) return [];
    const text = (percent: number | undefined): string =>
      percent === undefined ? NOT_KNOWN : `${percent} % used`;
    return [{ fact: 'device.wear', where: `device ${i + 1}`, before: text(before), after: text(after) }];
  });
}

function changesBetween(base: TrackRun, next: TrackRun): Found[] {
  const found = differencesOf(base, next)
    .filter(({ fact }) => !NOT_ENVIRONMENT.test(fact))
    .map(({ fact, where, base: before, next: after }) => ({ fact, where, before, after }));
  return [...found, ...wearChanges(base.result, next.result)];
}

const keyOf = ({ fact, where }: Found): string => `${fact} ${where}`;

/**
 * Every change, in order. Each fact is held against the run that it last changed in, so that what creeps, as the fill state
 * does, is told when it has come far enough. A fact that a run does not know has not changed.
 */
export function environmentChanges(runs: readonly TrackRun[]): EnvironmentChange[] {
  const changes: EnvironmentChange[] = [];
  /** The run that a fact is held against, where that is not the first. */
  const references = new Map<string, TrackRun>();
  for (const [run, next] of runs.entries()) {
    if (run === 0) continue;
    for (const reference of new Set([runs[0], ...references.values()])) {
      for (const found of changesBetween(reference, next)) {
        if ((references.get(keyOf(found)) ?? runs[0]) !== reference || found.after === NOT_KNOWN) continue;
        references.set(keyOf(found), next);
        if (found.before !== NOT_KNOWN) changes.push({ run, ...found });
      }
    }
  }
  return changes;
}
