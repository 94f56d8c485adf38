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
  return () => [liveResult(LATENCY_US, repeats), liveResult(LATENCY_US * (1 + slower), repeats)];
}

const SESSIONS = 12;

/** Pairs drawn from the repeats of a few runs, base and slower in turns: many pairs in little time. */
export function resampledPairs(slower: number, repeats: number, random: Random): MakePair {
  const sessions = Array.from({ length: SESSIONS }, () => livePairs(slower, repeats)(0));
  const draw = (side: 0 | 1): BenchResult => {
    const results = sessions.map((pair) => pair[side]);
    const jobs = results.flatMap((result) => result.jobs);
    // Fisher and Yates, as far as needed: no repeat is drawn twice.
    for (let i = 0; i < repeats; i++) {
      const other = i + random.index(jobs.length - i);
      [jobs[i], jobs[other]] = [jobs[other], jobs[i]];
    }
    return { ...results[0], jobs: jobs.slice(0, repeats) };
  };
  return () => [draw(0), draw(1)];
}
