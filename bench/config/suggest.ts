import { closest, distance } from 'fastest-levenshtein';

/** What other tools, and fio's own long spellings, call our keys. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  readwrite: 'rw',
  blocksize: 'bs',
  block_size: 'bs',
  qd: 'iodepth',
  queue_depth: 'iodepth',
  threads: 'numjobs',
  rwmixwrite: 'rwmixread',
  duration: 'runtime',
  time: 'runtime',
  warmup: 'ramp_time',
  io_size: 'size',
  cpus: 'cpus_allowed',
  seed: 'randseed',
  timeout: 'io_timeout',
  filename: 'device',
  nsid: 'namespace',
  serial: 'serial_number',
  job: 'jobs',
  iterations: 'repeat',
  repetitions: 'repeat',
  sweep: 'matrix',
};

/** The one of `known` that `word` was most likely meant to be, or undefined when none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const other = Object.hasOwn(OTHER_NAMES, word.toLowerCase()) ? OTHER_NAMES[word.toLowerCase()] : undefined;
  if (other !== undefined && known.includes(other)) return other;
  if (word.length > 40 || known.length === 0) return undefined;
  const folded = word.toLowerCase().replaceAll('-', '_');
  const best = closest(folded, known);
  return distance(folded, best) <= Math.max(1, Math.floor(best.length / 3)) ? best : undefined;
}
