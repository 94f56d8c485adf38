/** Facts that make figures doubtful, each with a code that never changes. docs/results.md tells of every one. */
import type { EngineWarning } from '../../../engine/index.js';

/**
 * What each makes of a job: `invalid`, its figures are of something else; `suspect`, something beside the drive may have changed
 * them; `note`, they are what they say, and the code says of what.
 */
export const DOUBTS = {
  'cpu-governor': 'suspect',
  'virtual-machine': 'note',
  'software-controller': 'note',
  'base-pages': 'note',
  'pcie-link-below-maximum': 'suspect',
  'io-scheduler': 'suspect',
  partition: 'note',
  'file-has-holes': 'suspect',
  'file-in-memory': 'suspect',
  'filter-between': 'suspect',
  'device-in-use': 'suspect',
  'smart-critical-warning': 'suspect',
  'temperature-high': 'suspect',
  'temperature-changed': 'suspect',
  'media-errors-grew': 'suspect',
  'throttled-while-measuring': 'suspect',
  'drive-event': 'suspect',
  'not-as-asked': 'invalid',
  'data-corrupt': 'invalid',
  'data-stale': 'invalid',
  'data-torn': 'invalid',
  'data-misdirected': 'invalid',
  'data-unwritten': 'invalid',
  'data-not-read-back': 'suspect',
  'garbage-collected-while-measuring': 'suspect',
  'fewer-cpus-than-threads': 'suspect',
  'preempted-while-measuring': 'suspect',
  'paused-while-measuring': 'suspect',
  'cpu-throttled': 'suspect',
  'lost-interrupts': 'suspect',
  'io-blocks': 'suspect',
  'smt-siblings-shared': 'suspect',
  'numa-remote': 'suspect',
  'aspm-l1': 'suspect',
  'short-runtime': 'suspect',
  'few-samples': 'note',
  'rehearsed-briefly': 'note',
  'log-incomplete': 'note',
  'depth-not-kept': 'suspect',
  'tool-bound': 'suspect',
  'rate-not-reached': 'suspect',
  'replay-behind': 'suspect',
  'not-steady': 'suspect',
  'left-steady-state': 'suspect',
  'not-sure': 'note',
  'workers-in-step': 'suspect',
  'reads-of-unwritten': 'suspect',
  'small-region': 'suspect',
  'across-boundaries': 'note',
  'writes-not-preferred': 'note',
  'format-not-fastest': 'note',
  'thin-provisioned': 'note',
  resumed: 'note',
  'written-between': 'suspect',
  'state-lost': 'suspect',
  'rested-before': 'suspect',
  'setting-left': 'note',
  'health-unknown': 'note',
} as const;

export type DoubtCode = keyof typeof DOUBTS;

export const DOUBT_CODES = Object.keys(DOUBTS) as readonly DoubtCode[];

/** A warning about figures; `message` is one clause. */
export function doubt(code: DoubtCode, message: string, advice: string): EngineWarning {
  return { code, message, advice };
}
