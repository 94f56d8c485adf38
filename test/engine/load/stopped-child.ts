/**
 * A process of its own for shortest.test.ts: reads at the depth of its argument from a software controller of the latency of
 * its second, in ns. Prints a line when it begins to measure, and then what it measured, as JSON.
 */
import { STATE } from '../../../engine/load/control-block.js';
import { countsOfAll } from '../../../engine/stats/operations.js';
import { summarizeCounts } from '../../../engine/stats/percentiles.js';
import { sleepMs } from '../../../engine/sys/clock.js';
import { withPool } from './specs.js';

const [depth, latencyNs] = process.argv.slice(2);

await withPool(
  `&media=null&latency=${latencyNs}ns`,
  { iodepth: Number(depth), rampTimeMs: 50, runtimeMs: 2500, yieldWhenIdle: false },
  async (pool) => {
    pool.start();
    while (pool.state < STATE.MEASURING) await sleepMs(1);
    console.log('measuring');
    const { results, counts } = await pool.join();
    const { totalCount, minNs, maxNs } = summarizeCounts(countsOfAll(counts));
    const [{ elapsedNs, stopReason, lostIos, drain }] = results;
    console.log(JSON.stringify({ totalCount, minNs, maxNs, elapsedNs, stopReason, lostIos, drain }));
  },
);
