/** Experiments whose legs have given latencies, so that verdicts can be foretold. */
import { AB_KIND, AB_SCHEMA_VERSION, type AbDocument, type AbRole } from '../../../reports/ab/index.js';
import type { BenchResult } from '../../../reports/index.js';
import { type Run, resultOf } from '../compare/documents.js';

/** What the leg of a role in a block measured. */
export type LegOf = (role: AbRole, block: number) => Run | BenchResult;

/** The same of a later leg: no two begin at once. */
export function startedLater(result: BenchResult, minutes: number): BenchResult {
  const later = (at: string): string => new Date(Date.parse(at) + minutes * 60_000).toISOString();
  const jobs = result.jobs.map((job) => ({ ...job, startedAt: later(job.startedAt) }));
  return { ...result, startedAt: later(result.startedAt), jobs };
}

const isRun = (leg: Run | BenchResult): leg is Run => 'meanNs' in leg;

/** Six blocks of A and B and six of A and A, in turns, with warm-up legs that are far off. */
export function experimentOf(legOf: LegOf, counts = { experiment: 6, control: 6 }): AbDocument {
  const at = new Date(0).toISOString();
  const blocks: AbDocument['blocks'] = (['experiment', 'control'] as const).flatMap((kind) =>
    Array.from({ length: counts[kind] }, () => ({ kind, order: ['A', kind === 'control' ? "A'" : 'B'] })),
  );
  const resultFor = (role: AbRole, block: number, seed: number): BenchResult => {
    const leg = legOf(role, block);
    return isRun(leg) ? resultOf([leg], seed) : leg;
  };
  const legs: AbDocument['legs'] = [
    { role: 'A', block: null, result: resultOf([{ meanNs: 900_000 }], 98) },
    { role: 'B', block: null, result: resultOf([{ meanNs: 10_000 }], 99) },
    ...blocks.flatMap(({ order }, block) =>
      order.map((role, i) => ({ role, block, result: resultFor(role, block, 2 * block + i + 1) })),
    ),
  ];
  return {
    kind: AB_KIND,
    schemaVersion: AB_SCHEMA_VERSION,
    tool: { name: 'nvbench', version: 'test' },
    complete: true,
    startedAt: at,
    endedAt: at,
    config: 'run.yaml',
    sides: { A: { set: [] }, B: { set: ['jobs[0].iodepth=64'] } },
    seed: 7,
    confidence: 0.95,
    margin: 0.03,
    warmUp: true,
    blocks,
    legs: legs.map((leg, i) => ({ ...leg, result: startedLater(leg.result, i) })),
  };
}

/** A host that slows down by a tenth from block to block, as no comparison of groups could bear. */
export const drifting = (block: number): number => 100_000 * (1 + 0.1 * block);
