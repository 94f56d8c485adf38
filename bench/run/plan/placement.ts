/** Where the workers run of all jobs that go on at the same time: each on a CPU of its own while there are enough. */
import { allowedCpus, type Drive, EngineError } from '../../../engine/index.js';
import type { JobSpec } from '../../../engine/load/index.js';
import type { JobConfig } from '../../config/run-config.js';
import { cpusOfNode } from '../../host/cpu.js';
import { chooseCpus } from '../../host/cpu-choice.js';

/** A job on one device. */
export interface PlacedJob {
  readonly job: Pick<JobConfig, 'numjobs' | 'queuePairs' | 'cpusAllowed' | 'numaCpuNodes'>;
  readonly device: { readonly drive: Pick<Drive, 'numaNode' | 'hostThreads' | 'submitters'> };
}

export interface Placement extends Pick<JobSpec, 'cpus' | 'yieldWhenIdle'> {
  /** CPUs of the workers of the others. */
  readonly cpusBeside: readonly number[];
}

/** The CPUs that a job names, by themselves or by their nodes. Throws EngineError CPU_NOT_ALLOWED. */
function wantedCpus({ cpusAllowed, numaCpuNodes }: PlacedJob['job'], allowed: readonly number[]) {
  if (cpusAllowed !== undefined || numaCpuNodes === undefined) return cpusAllowed;
  const cpus = numaCpuNodes
    .flatMap((node) => cpusOfNode(node, '/sys'))
    .filter((cpu) => allowed.includes(cpu));
  if (cpus.length > 0) return cpus;
  throw new EngineError({
    code: 'CPU_NOT_ALLOWED',
    op: 'pin workers',
    target: `numa_cpu_nodes ${numaCpuNodes.join(',')}`,
    reason: `none of their CPUs is there and allowed to this process (allowed: ${allowed.join(',')})`,
    hint: 'name other nodes, or widen the CPUs with taskset or the cpuset of the cgroup',
    kind: 'input',
  });
}

/** Those that may run on few CPUs choose before those that may run on many: what is left must do for them. */
function choosingOrder(wanted: readonly (readonly number[] | undefined)[]): number[] {
  const choice = (index: number): number => wanted[index]?.length ?? Number.POSITIVE_INFINITY;
  const order = wanted.map((_, index) => index);
  return order.sort((a, b) => (choice(a) === choice(b) ? a - b : choice(a) - choice(b)));
}

/** Threads of the kernel, one for each queue. */
const submittersOf = ({ job, device }: PlacedJob): number =>
  device.drive.submitters === undefined ? 0 : job.numjobs * job.queuePairs;

/** The CPUs of the jobs, in their order. Throws EngineError CPU_NOT_ALLOWED. */
export function placeWorkers(jobs: readonly PlacedJob[]): Placement[] {
  const allowed = allowedCpus();
  const drives = new Set(jobs.map(({ device }) => device.drive));
  // Workers stay away from CPUs to which the kernel's threads are bound.
  const bound = new Set([...drives].flatMap(({ submitters }) => submitters?.cpu ?? []));
  const taken: number[] = [...bound];
  const cpus: number[][][] = jobs.map(() => []);
  const wanted = jobs.map(({ job }) => wantedCpus(job, allowed));
  for (const index of choosingOrder(wanted)) {
    const { job, device } = jobs[index];
    const choice = { workers: job.numjobs, allowed, wanted: wanted[index] };
    cpus[index] = chooseCpus({ ...choice, numaNode: device.drive.numaNode, taken });
    taken.push(...cpus[index].flat());
  }
  const workersOn = (cpu: number): number => taken.filter((each) => each === cpu).length;
  const played = [...drives].reduce((sum, { hostThreads }) => sum + hostThreads, 0);
  const submitting = jobs.reduce((sum, each) => sum + submittersOf(each), 0);
  const workers = taken.length - bound.size;
  return jobs.map(({ device }, index) => {
    // The threads that play devices, and this process's main thread, want CPU time as well.
    const busyThreads = workers + played + submitting + (device.drive.hostThreads > 0 ? 1 : 0);
    const shared = cpus[index].flat().some((cpu) => workersOn(cpu) > 1);
    return {
      cpus: cpus[index],
      yieldWhenIdle: shared || busyThreads > allowed.length,
      cpusBeside: cpus.filter((_, other) => other !== index).flat(2),
    };
  });
}
