/** Which CPU each worker runs on: near the device, one physical core each while there are enough. */
import { EngineError } from '../../engine/errors.js';
import { cpusOfNode, siblingsOf } from './cpu.js';

export interface CpuQuestion {
  readonly workers: number;
  /** CPUs this process may use. */
  readonly allowed: readonly number[];
  /** The job's `cpus_allowed`, where it has one. */
  readonly wanted?: readonly number[];
  readonly numaNode: number;
  /** CPUs of workers that run beside these, once for each. */
  readonly taken?: readonly number[];
  readonly sysfsRoot?: string;
}

/**
 * One CPU for each worker. Without `wanted`: CPUs of the device's node first, SMT siblings of a taken core last, CPU 0
 * last of all because most interrupts go there. Workers share CPUs only where there are more of them.
 * Throws EngineError CPU_NOT_ALLOWED.
 */
export function chooseCpus(question: CpuQuestion): number[][] {
  const order = question.wanted ? checkWanted(question) : preferred(question);
  const workersOf = new Map(order.map((cpu) => [cpu, 0]));
  const take = (cpu: number): void => {
    workersOf.set(cpu, (workersOf.get(cpu) ?? 0) + 1);
  };
  question.taken?.forEach(take);
  return Array.from({ length: question.workers }, () => {
    const fewest = Math.min(...order.map((cpu) => workersOf.get(cpu) ?? 0));
    const cpu = order.find((each) => workersOf.get(each) === fewest) ?? order[0];
    take(cpu);
    return [cpu];
  });
}

function checkWanted({ wanted = [], allowed }: CpuQuestion): readonly number[] {
  const missing = wanted.filter((cpu) => !allowed.includes(cpu));
  if (missing.length === 0) return wanted;
  throw new EngineError({
    code: 'CPU_NOT_ALLOWED',
    op: 'pin workers',
    target: `cpus_allowed ${wanted.join(',')}`,
    reason: `CPU ${missing.join(', ')} is offline or not allowed to this process (allowed: ${allowed.join(',')})`,
    hint: 'choose allowed CPUs, or widen them with taskset or the cpuset of the cgroup',
    kind: 'input',
  });
}

function preferred({ allowed, numaNode, sysfsRoot = '/sys' }: CpuQuestion): number[] {
  const near = cpusOfNode(numaNode, sysfsRoot);
  const rankOf = (cpu: number): number => {
    const sharesCore = siblingsOf(cpu, sysfsRoot).some((other) => other < cpu && allowed.includes(other));
    return (near.includes(cpu) ? 0 : 4) + (sharesCore ? 2 : 0) + (cpu === 0 ? 1 : 0);
  };
  const ranked = allowed.map((cpu) => ({ cpu, rank: rankOf(cpu) }));
  return ranked.sort((a, b) => a.rank - b.rank || a.cpu - b.cpu).map(({ cpu }) => cpu);
}
