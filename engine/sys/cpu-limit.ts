/** How much CPU time the control groups of this process leave it, and how long they have kept it from running. */
import { type ControlGroup, controlGroups, readOptional } from './control-groups.js';

export interface CpuLimit {
  /** CPUs' worth of time for this process and those beside it; Infinity where groups set no quota. */
  readonly quotaCpus: number;
  /** How long threads were held back by a quota since their group began. */
  readonly throttledNs: number;
}

const NS_PER_US = 1000;

function quotaOf({ version, folder }: ControlGroup): number {
  const [quota, period] =
    version === 2
      ? readOptional(folder, 'cpu.max').trim().split(' ')
      : ['cpu.cfs_quota_us', 'cpu.cfs_period_us'].map((file) => readOptional(folder, file).trim());
  const cpus = Number(quota) / Number(period);
  // `max` in version 2, -1 in version 1: no quota.
  return quota !== '' && cpus > 0 ? cpus : Number.POSITIVE_INFINITY;
}

/** `throttled_usec` of version 2, `throttled_time` (ns) of version 1 (cpu.stat). */
function throttledOf({ version, folder }: ControlGroup): number {
  const name = version === 2 ? 'throttled_usec' : 'throttled_time';
  const [, digits = '0'] = new RegExp(`^${name} (\\d+)$`, 'm').exec(readOptional(folder, 'cpu.stat')) ?? [];
  return Number(digits) * (version === 2 ? NS_PER_US : 1);
}

/** Of all groups the tightest quota, and the longest time. */
export function cgroupCpuLimit(procRoot = '/proc'): CpuLimit {
  const groups = controlGroups('cpu', procRoot);
  return {
    quotaCpus: Math.min(Number.POSITIVE_INFINITY, ...groups.map(quotaOf)),
    throttledNs: Math.max(0, ...groups.map(throttledOf)),
  };
}
