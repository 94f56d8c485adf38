import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchResult } from '../../../reports/index.js';
import { nvbench } from './program.js';

/** Runs a configuration of one job through `nvbench run` and returns its result document. Throws where it fails. */
export function runJob(
  outDir: string,
  name: string,
  device: string,
  job: Record<string, unknown>,
  extra = {},
): BenchResult {
  return runJobs(outDir, name, [{ name, ...job }], { device, ...extra });
}

/** The same of several jobs. `exitCode`: how it is to end, 1 where I/O is to fail. */
export function runJobs(
  outDir: string,
  name: string,
  jobs: readonly Record<string, unknown>[],
  file: Record<string, unknown>,
  exitCode = 0,
): BenchResult {
  const path = join(outDir, `${name}.yaml`);
  // JSON is YAML.
  writeFileSync(path, JSON.stringify({ ...file, jobs }));
  const run = nvbench('run', path, '--format', 'json');
  if (run.exitCode !== exitCode)
    throw new Error(`nvbench run ${name}: exit ${run.exitCode}\n${run.stderr}\n${run.stdout}`);
  return JSON.parse(run.stdout) as BenchResult;
}
