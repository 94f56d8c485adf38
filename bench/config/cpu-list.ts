import type { Parsed } from './units.js';
import { describeValue, quote } from './wording.js';

/** What a CPU list looks like as text; shared with the JSON schema. */
export const CPU_LIST_PATTERN = '^\\s*[0-9]+(\\s*-\\s*[0-9]+)?(\\s*,\\s*[0-9]+(\\s*-\\s*[0-9]+)?)*\\s*$';
/** The largest CPU number taken: Linux's own limit on x86-64 is 8192 CPUs. */
export const MAX_CPU = 8191;

const EXPECTED = 'CPU numbers such as "0-3,8" or [0, 1, 2]';

/**
 * Reads a CPU list: text in the form of cpuset(7) and fio's `cpus_allowed`, one number, or a list of numbers.
 * Answers with the CPU numbers, sorted, each once.
 */
export function parseCpuList(value: unknown): Parsed<number[]> {
  if (typeof value === 'number') return collect([[value, value]]);
  if (Array.isArray(value)) {
    const odd = value.find((cpu) => typeof cpu !== 'number');
    if (odd !== undefined) {
      return { ok: false, problem: `expects ${EXPECTED}, got a list with ${describeValue(odd)}` };
    }
    return collect(value.map((cpu: number) => [cpu, cpu]));
  }
  if (typeof value !== 'string' || !new RegExp(CPU_LIST_PATTERN).test(value)) {
    return { ok: false, problem: `expects ${EXPECTED}, got ${describeValue(value)}` };
  }
  return collect(
    value.split(',').map((range) => {
      const [first, last = first] = range.split('-').map(Number);
      return [first, last];
    }),
  );
}

/** The CPUs of a list that the kernel wrote, ascending; none where the text is empty or no list. */
export function cpusOf(text: string): number[] {
  const parsed = parseCpuList(text);
  return parsed.ok ? parsed.value : [];
}

function collect(ranges: readonly (readonly number[])[]): Parsed<number[]> {
  const cpus = new Set<number>();
  for (const [first, last] of ranges) {
    for (const cpu of [first, last]) {
      if (!Number.isInteger(cpu) || cpu < 0 || cpu > MAX_CPU) {
        return { ok: false, problem: `a CPU number is a whole number from 0 to ${MAX_CPU}, got ${cpu}` };
      }
    }
    if (first > last) {
      return { ok: false, problem: `the range ${quote(`${first}-${last}`)} runs backwards` };
    }
    for (let cpu = first; cpu <= last; cpu++) cpus.add(cpu);
  }
  if (cpus.size === 0) return { ok: false, problem: `expects ${EXPECTED}, got an empty list` };
  return { ok: true, value: [...cpus].sort((a, b) => a - b) };
}
