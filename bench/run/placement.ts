/** Where the workers run of all jobs that go on at the same time: each on a CPU of its own while there are enough. */
import { allowedCpus, type Drive } from '../../engine/index.js';
import type { JobSpec } from '../../engine/load/index.js';
import type { JobConfig } from '../config/run-config.js';
import { chooseCpus } from '../host/cpu-choice.js';

/** A job on one device. */
export interface PlacedJob {
  readonly job: Pick<JobConfig, 'numjobs' | 'queuePairs' | 'cpusAllowed'>;
  readonly device: { readonly drive: Pick<Drive, 'numaNode' | 'hostThreads' | 'submitters'> };
}

export interface Placement extends Pick<JobSpec, 'cpus' | 'yieldWhenIdle'> {
  /** CPUs of the workers of the others. */
  readonly cpusBeside: readonly number[];
}

/** Those that may run on few CPUs choose before those that may run on many: what is left must do for them. */
function choosingOrder(jobs: readonly PlacedJob[]): number[] {
  const choice = ({ job }: PlacedJob): number => job.cpusAllowed?.length ?? Number.POSITIVE_INFINITY;
  const order = jobs.map((_, index) => index);
  return order.sort((a, b) =>
    choice(jobs[a]) === choice(jobs[b]) ? a - b : choice(jobs[a]) - choice(jobs[b]),
  );
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
  for (const index of choosingOrder(jobs)) {
    const { job, device } = jobs[index];
    const { numjobs: workers, cpusAllowed: wanted } = job;
    cpus[index] = chooseCpus({ workers, allowed, wanted, numaNode: device.drive.numaNode, taken });
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
