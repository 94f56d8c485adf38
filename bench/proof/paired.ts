/** Experiments of `nvbench ab`, made up with the noise of a host that drifts, put to their analysis. */
import { type AbDocument, type AbLeg, type AbRole, analyseAb } from '../../reports/ab/index.js';
import type { Random } from '../../reports/compare/index.js';
import { drawBlocks } from '../ab/schedule.js';
import { DRIFT, madeUpExperiment } from './made-up.js';
import { type Noise, simulatedResult } from './simulated.js';
import { type Tally, tally } from './tally.js';

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
  return madeUpExperiment({ seed, confidence: 0.95, margin: 0.03, blocks, legs });
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
