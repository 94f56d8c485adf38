/** Experiments of `nvbench ab`, made up with the noise of a host that drifts, put to their analysis. */
import {
  AB_KIND,
  AB_SCHEMA_VERSION,
  type AbDocument,
  type AbLeg,
  type AbRole,
  analyseAb,
} from '../../reports/ab/index.js';
import type { Random } from '../../reports/compare/index.js';
import { drawBlocks } from '../ab/schedule.js';
import { type Noise, simulatedResult } from './simulated.js';
import { type Tally, tally } from './tally.js';

/** Standard deviation of the step that the level of all latencies takes from block to block. */
const DRIFT = 0.05;

/** One experiment; `slower` 0.05 is 5 % more latency on side B. */
function simulatedExperiment(random: Random, noise: Noise, slower: number, count: number): AbDocument {
  const seed = random.index(2 ** 32);
  const blocks = drawBlocks({ blocks: count, controls: count, seed });
  let level = 1;
  const legs = blocks.flatMap(({ order }, block) => {
    level *= Math.exp(DRIFT * random.normal());
    return order.map((role: AbRole): AbLeg => {
      const slowness = level * (role === 'B' ? 1 + slower : 1) - 1;
      return { role, block, result: simulatedResult(random, noise, slowness, 1) };
    });
  });
  const at = new Date(0).toISOString();
  return {
    kind: AB_KIND,
    schemaVersion: AB_SCHEMA_VERSION,
    tool: { name: 'nvbench', version: 'simulated' },
    complete: true,
    startedAt: at,
    endedAt: at,
    config: 'simulated',
    sides: { A: { set: [] }, B: { set: [] } },
    seed,
    confidence: 0.95,
    margin: 0.03,
    warmUp: false,
    blocks,
    legs,
  };
}

/** How often experiments of that many blocks, and as many controls, call anything worse or better. */
export function tallyExperiments(
  experiments: number,
  random: Random,
  noise: Noise,
  slower: number,
  blocks: number,
): Tally {
  return tally(experiments, () => analyseAb(simulatedExperiment(random, noise, slower, blocks)));
}
