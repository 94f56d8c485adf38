/** How much memory the control groups of this process leave it. */
import { type ControlGroup, controlGroups, readOptional } from './control-groups.js';

const FILES = { 1: 'memory.limit_in_bytes', 2: 'memory.max' } as const;

function limitOf({ version, folder }: ControlGroup): number {
  const text = readOptional(folder, FILES[version]).trim();
  return /^\d+$/.test(text) ? Number(text) : Number.POSITIVE_INFINITY;
}

/** Bytes that the control groups allow this process and those beside it; Infinity where they set no limit. */
export function cgroupMemoryBytes(procRoot = '/proc'): number {
  return Math.min(Number.POSITIVE_INFINITY, ...controlGroups('memory', procRoot).map(limitOf));
}
