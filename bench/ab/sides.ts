/** The two sides of an experiment: one configuration with the changes of each, both checked before the first I/O. */
import { EngineError } from '../../engine/errors.js';
import type { AbSideName } from '../../reports/ab/index.js';
import { type ConfigChanges, type LoadedConfig, loadVariants } from '../config/load.js';
import type { JobConfig } from '../config/run-config.js';
import { targetHoldsData } from '../run/plan/may-write.js';

export type Sides = Readonly<Record<AbSideName, LoadedConfig>>;

/** What both sides have in common, and the `KEY=VALUE` texts of each. */
export interface SidesRequest extends Omit<ConfigChanges, 'side'> {
  readonly path: string;
  readonly a: readonly string[];
  readonly b: readonly string[];
}

/** A job's name with what it measures: a read is never paired with a write. */
function measuredIn({ jobs }: LoadedConfig): Set<string> {
  const directions = ({ rwmixread }: JobConfig): string[] => [
    ...(rwmixread > 0 ? ['read'] : []),
    ...(rwmixread < 100 ? ['write'] : []),
  ];
  return new Set(jobs.flatMap((job) => directions(job).map((direction) => `${job.name} ${direction}`)));
}

function checkPaired({ A, B }: Sides, path: string): void {
  const [a, b] = [measuredIn(A), measuredIn(B)];
  if ([...a].some((key) => b.has(key))) return;
  throw new EngineError({
    code: 'NOTHING_TO_PAIR',
    op: 'ab',
    target: path,
    reason: `the sides have no job in common: A measures ${[...a].join(', ')}, B ${[...b].join(', ')}`,
    hint: 'jobs are paired by name and direction; vary what leaves both as they are',
    kind: 'input',
  });
}

/** Reads the configuration once for each side. Throws EngineError of kind `input`. */
export function loadSides({ path, a, b, ...common }: SidesRequest): Sides {
  const ofA: ConfigChanges = { ...common, side: { option: '--a', set: a } };
  const ofB: ConfigChanges = { ...common, side: { option: '--b', set: b } };
  const [A, B] = loadVariants(path, [ofA, ofB], targetHoldsData);
  const sides: Sides = { A, B };
  checkPaired(sides, path);
  return sides;
}
