/** Job files of fio as they are converted, and as the configuration would run. */
import assert from 'node:assert/strict';
import { parseConfig } from '../../../bench/config/load.js';
import type { JobConfig, RunConfig } from '../../../bench/config/run-config.js';
import { type Conversion, convertFio } from '../../../bench/convert/convert.js';
import { findingText, isLost } from '../../../bench/convert/finding.js';

const none = () => {
  throw new Error('nothing is included');
};

/** Converts the text of `x.fio`. */
export function converted(lines: string, env: Record<string, string> = {}): Conversion {
  return convertFio(lines.trimStart(), 'x.fio', { env, include: none });
}

/** The configuration as it would run on a software controller. */
export function configOf(lines: string, env: Record<string, string> = {}): RunConfig {
  const { yaml } = converted(lines, env);
  assert.ok(yaml !== undefined, 'no job was carried');
  return parseConfig(yaml, 'x.yaml', { device: ['sim:?size=1TiB'] });
}

/** The one job that has these lines. */
export const jobOf = (lines: string): JobConfig => configOf(`[job]\n${lines}`).jobs[0];

/** What is told of that could not be carried. */
export const lostOf = (lines: string): string[] => converted(lines).findings.filter(isLost).map(findingText);
