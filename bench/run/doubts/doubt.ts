/** Facts that make figures doubtful, each with a code that never changes. docs/results.md tells of every one. */
import type { EngineWarning } from '../../../engine/index.js';

export const DOUBT_CODES = [
  'cpu-governor',
  'virtual-machine',
  'software-controller',
  'base-pages',
  'pcie-link-below-maximum',
  'io-scheduler',
  'partition',
  'filter-between',
  'device-in-use',
  'smart-critical-warning',
  'temperature-high',
  'temperature-changed',
  'media-errors-grew',
  'not-as-asked',
  'garbage-collected-while-measuring',
  'fewer-cpus-than-threads',
  'preempted-while-measuring',
  'paused-while-measuring',
  'cpu-throttled',
  'lost-interrupts',
  'smt-siblings-shared',
  'numa-remote',
  'short-runtime',
  'few-samples',
  'depth-not-kept',
  'rate-not-reached',
  'workers-in-step',
  'reads-of-unwritten',
  'small-region',
  'across-boundaries',
  'writes-not-preferred',
  'format-not-fastest',
] as const;

export type DoubtCode = (typeof DOUBT_CODES)[number];

/** A warning about figures; `message` is one clause. */
export function doubt(code: DoubtCode, message: string, advice: string): EngineWarning {
  return { code, message, advice };
}
