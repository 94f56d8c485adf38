/** Results of real runs on the software controller, each in a process of its own. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Random } from '../../reports/compare/index.js';
import type { BenchResult } from '../../reports/index.js';
import { readResultFile } from '../result-file.js';
import type { MakePair } from './tally.js';

const CLI = fileURLToPath(new URL('../cli.js', import.meta.url));
export const LATENCY_US = 80;

function configText(latencyUs: number, repeats: number): string {
  return `device: "sim:?latency=${latencyUs}us"
defaults: { runtime: 200ms, ramp_time: 50ms, repeat: ${repeats} }
jobs:
  - { name: randread, rw: randread, bs: 4k, iodepth: 1 }
`;
}

/** Runs the software controller at that latency. Throws Error where the run fails. */
export function liveResult(latencyUs: number, repeats: number): BenchResult {
  const folder = mkdtempSync(join(tmpdir(), 'nvbench-proof-'));
  try {
    const [config, output] = [join(folder, 'run.yaml'), join(folder, 'result.json')];
    writeFileSync(config, configText(latencyUs, repeats));
    const { status, stderr } = spawnSync(process.execPath, [CLI, 'run', config, '--output', output], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`nvbench run ended with ${status}: ${stderr}`);
    return readResultFile(output);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Pairs of runs made one after the other, as a user makes them. */
export function livePairs(slower: number, repeats: number): MakePair {
  return () => [[liveResult(LATENCY_US, repeats)], [liveResult(LATENCY_US * (1 + slower), repeats)]];
}

/** Runs kept for drawing, as a multiple of those of a side: equal pairs take both sides from one pool. */
const POOL_OF_SIDES = 3;

/** `count` different results of the pool, in random order. */
function draw(pool: readonly BenchResult[], count: number, random: Random): BenchResult[] {
  const shuffled = [...pool];
  // Fisher and Yates, as far as needed.
  for (let i = 0; i < count; i++) {
    const other = i + random.index(shuffled.length - i);
    [shuffled[i], shuffled[other]] = [shuffled[other], shuffled[i]];
  }
  return shuffled.slice(0, count);
}

/**
 * Pairs of groups of runs, drawn from a pool that was measured in turns, so that what the host does meanwhile falls on
 * both sides alike: as `--base a1 --base a2 ... --new b1 ...` of runs made in turns.
 */
export function groupPairs(slower: number, runs: number, repeats: number, random: Random): MakePair {
  const base: BenchResult[] = [];
  const next: BenchResult[] = [];
  for (let i = 0; i < POOL_OF_SIDES * runs; i++) {
    base.push(liveResult(LATENCY_US, repeats));
    if (slower > 0) next.push(liveResult(LATENCY_US * (1 + slower), repeats));
  }
  if (slower > 0) return () => [draw(base, runs, random), draw(next, runs, random)];
  return () => {
    const drawn = draw(base, 2 * runs, random);
    return [drawn.slice(0, runs), drawn.slice(runs)];
  };
}
