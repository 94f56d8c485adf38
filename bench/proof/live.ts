/** Results of real runs on the software controller, each in a process of its own. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Random } from '../../reports/compare/index.js';
import type { BenchResult } from '../../reports/index.js';
import { readResultFile } from '../files/result-file.js';
import type { MakePair } from './tally.js';

const CLI = fileURLToPath(new URL('../cli.js', import.meta.url));
export const LATENCY_US = 80;

// The ramp outlasts most of the compilation of the software controller's code, which else slows the first repeat.
function configText(latencyUs: number, repeats: number): string {
  return `device: "sim:?latency=${latencyUs}us"
defaults: { runtime: 200ms, ramp_time: 200ms, repeat: ${repeats} }
jobs:
  - { name: randread, rw: randread, bs: 4k, iodepth: 1 }
`;
}

function runInto(folder: string, output: string, latencyUs: number, repeats: number): BenchResult {
  const config = join(folder, 'run.yaml');
  writeFileSync(config, configText(latencyUs, repeats));
  const { status, stderr } = spawnSync(process.execPath, [CLI, 'run', config, '--output', output], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`nvbench run ended with ${status}: ${stderr}`);
  return readResultFile(output);
}

/** Runs the software controller at that latency. Throws Error where the run fails. */
export function liveResult(latencyUs: number, repeats: number): BenchResult {
  const folder = mkdtempSync(join(tmpdir(), 'nvbench-proof-'));
  try {
    return runInto(folder, join(folder, 'result.json'), latencyUs, repeats);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Pairs of runs made one after the other, as a user makes them. */
export function livePairs(slower: number, repeats: number): MakePair {
  return () => [[liveResult(LATENCY_US, repeats)], [liveResult(LATENCY_US * (1 + slower), repeats)]];
}

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

/** Real runs of both sides, made in turns, so that what the host does meanwhile falls on both alike. */
export interface RunPools {
  readonly equal: readonly BenchResult[];
  readonly slower: readonly BenchResult[];
}

/** The run of that place in the pool: the one the folder holds, unless it was cut short, or a new one. */
function pooledRun(folder: string, latencyUs: number, repeats: number, place: number): BenchResult {
  const output = join(folder, `${latencyUs}us-${repeats}-repeats-${place}.json`);
  const kept = existsSync(output) ? readResultFile(output) : undefined;
  return kept?.complete ? kept : runInto(folder, output, latencyUs, repeats);
}

/** Makes `count` runs of each side in the folder, but for those that it holds from an earlier call. */
export function measurePools(folder: string, count: number, slower: number, repeats: number): RunPools {
  mkdirSync(folder, { recursive: true });
  const pools = { equal: [] as BenchResult[], slower: [] as BenchResult[] };
  for (let place = 1; place <= count; place++) {
    pools.equal.push(pooledRun(folder, LATENCY_US, repeats, place));
    pools.slower.push(pooledRun(folder, LATENCY_US * (1 + slower), repeats, place));
  }
  return pools;
}

/**
 * Pairs of groups of runs, drawn from pools: as `--base a1 --base a2 ... --new b1 ...`, or as `base.json new.json`
 * where a side has one run. Equal pairs take both sides from one pool, of at least twice `runs`.
 */
export function groupPairs(pools: RunPools, equal: boolean, runs: number, random: Random): MakePair {
  if (!equal) return () => [draw(pools.equal, runs, random), draw(pools.slower, runs, random)];
  return () => {
    const drawn = draw(pools.equal, 2 * runs, random);
    return [drawn.slice(0, runs), drawn.slice(runs)];
  };
}
