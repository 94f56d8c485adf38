/** The figures of a job that are taken from its workers. */
import { formatCpuList, formatIops, formatLatency } from '../render/format.js';
import type { Figure } from './figure.js';
import type { JobRecord, WorkerRecord } from './result.js';

type Workers = readonly WorkerRecord[];

const sumOf = (workers: Workers, of: (worker: WorkerRecord) => number | undefined): number =>
  workers.reduce((sum, worker) => sum + (of(worker) ?? 0), 0);

/** Added up over the workers; undefined where none knows. */
const overWorkers =
  (of: (worker: WorkerRecord) => number | undefined) =>
  ({ workers }: JobRecord): number | undefined =>
    workers.every((worker) => of(worker) === undefined) ? undefined : sumOf(workers, of);

/** What all workers have of one, by what they have of another; undefined where one does not know, or by nothing. */
const ratioOverWorkers =
  (of: (worker: WorkerRecord) => number | undefined, by: (worker: WorkerRecord) => number) =>
  ({ workers }: JobRecord): number | undefined => {
    const parts = sumOf(workers, by);
    return parts === 0 || workers.some((worker) => of(worker) === undefined)
      ? undefined
      : sumOf(workers, of) / parts;
  };

const submitterUnknown = ({ submitters }: WorkerRecord): boolean =>
  submitters !== undefined && submitters.cpuTimeNs === undefined;

const SUBMITTER_UNKNOWN =
  "the CPU time of the kernel's thread that submits is not known (Linux 5.12 tells it)";

const blockedUnknown = ({ blockedIo }: WorkerRecord): boolean =>
  blockedIo !== undefined && blockedIo.cpuTimeNs === undefined;

const BLOCKED_UNKNOWN =
  'the CPU time of threads of the kernel that did I/O (io-wq) is not known: one of them ended, or names hide whose they are';

/** Of a worker and of the kernel's threads that work for it; undefined where one of them is not known. */
function cpuTimeOfNs(worker: WorkerRecord): number | undefined {
  const { cpuTimeNs, submitters, blockedIo } = worker;
  if (cpuTimeNs === undefined || submitterUnknown(worker) || blockedUnknown(worker)) return undefined;
  return cpuTimeNs + (submitters?.cpuTimeNs ?? 0) + (blockedIo?.cpuTimeNs ?? 0);
}

function cpuProblem({ workers }: JobRecord): string | undefined {
  if (workers.some(submitterUnknown)) return SUBMITTER_UNKNOWN;
  return workers.some(blockedUnknown) ? BLOCKED_UNKNOWN : undefined;
}

/** In which workers, and how long it took. */
function collectionsText({ workers }: JobRecord): string {
  const hit = workers.filter(({ garbageCollections }) => garbageCollections > 0);
  if (hit.length === 0) return '';
  const where = formatCpuList(hit.map(({ index }) => index));
  return `(${sumOf(hit, (worker) => worker.garbageCollectionMs).toFixed(1)} ms in worker ${where})`;
}

/** What the loops of the workers can do at all, I/Os per second; undefined where one was not calibrated. */
function loopIops({ workers }: JobRecord): number | undefined {
  if (workers.length === 0 || workers.some(({ calibration }) => calibration === undefined)) return undefined;
  return sumOf(workers, ({ calibration }) => calibration && 1e9 / calibration.nsPerIo);
}

/** Of what they can do, in percent. */
function toolShare(job: JobRecord): number | undefined {
  const most = loopIops(job);
  if (most === undefined) return undefined;
  const iops = sumOf(job.workers, ({ ios, elapsedNs }) => (elapsedNs > 0 ? (ios * 1e9) / elapsedNs : 0));
  return Number(((100 * iops) / most).toPrecision(3));
}

/** What stands behind the share. */
function loopText(job: JobRecord): string {
  const latencies = job.workers.map(({ calibration }) => calibration?.latencyNs);
  const known = latencies.every((latencyNs) => latencyNs !== undefined);
  const each = known ? `, ${formatLatency(Math.max(...(latencies as number[])))} each` : '';
  return `(by itself ${formatIops(loopIops(job) ?? 0)} IOPS${each})`;
}

/** Of a job as a whole, in the order in which people read them. */
export const WORKER_FIGURES = [
  {
    name: 'garbage_collections',
    what: 'collections of the heaps of the workers within the measured time',
    quantity: 'count',
    better: 'lower',
    column: 'garbage_collections',
    exposed: 'counter',
    head: 'garbage collections',
    detail: collectionsText,
    use: 'gated',
    value: overWorkers((worker) => worker.garbageCollections),
  },
  {
    name: 'empty_polls',
    what: 'looks of the workers that found no completion',
    quantity: 'count',
    column: 'empty_polls',
    exposed: 'counter',
    head: 'empty polls',
    value: overWorkers((worker) => worker.emptyPolls),
  },
  {
    name: 'ios_per_reap',
    what: 'I/Os that a look found, of looks that found any',
    quantity: 'number',
    column: 'ios_per_reap',
    exposed: 'gauge',
    head: 'I/Os per reap',
    value: ratioOverWorkers(
      (worker) => worker.ios,
      (worker) => worker.completionBatches,
    ),
  },
  {
    name: 'cpu_per_io',
    what: "CPU time of the workers, and of the kernel's threads that submit or do I/O for them, for each I/O",
    quantity: 'time',
    better: 'lower',
    column: 'cpu_per_io_ns',
    exposed: 'gauge',
    head: 'CPU per I/O',
    use: 'compared',
    meanOver: 'ios',
    problem: cpuProblem,
    value: ratioOverWorkers(cpuTimeOfNs, (worker) => worker.ios),
  },
  {
    name: 'instructions_per_io',
    what: 'instructions of the workers in user mode for each I/O, their looks for completions among them',
    quantity: 'number',
    better: 'lower',
    column: 'instructions_per_io',
    exposed: 'gauge',
    head: 'instructions per I/O',
    use: 'compared',
    meanOver: 'ios',
    problem: ({ workers }) => workers.find((worker) => worker.instructionsProblem)?.instructionsProblem,
    value: ratioOverWorkers(
      (worker) => worker.instructions,
      (worker) => worker.ios,
    ),
  },
  {
    name: 'sleeps',
    what: 'times that workers slept for an interrupt',
    quantity: 'count',
    column: 'sleeps',
    exposed: 'counter',
    head: 'sleeps',
    said: (text) => `slept ${text} times`,
    silentAtZero: true,
    value: overWorkers((worker) => worker.sleeps),
  },
  {
    name: 'lost_interrupts',
    what: 'sleeps that no interrupt ended though an I/O had completed',
    quantity: 'count',
    better: 'lower',
    column: 'lost_interrupts',
    exposed: 'counter',
    head: 'lost interrupts',
    silentAtZero: true,
    value: overWorkers((worker) => worker.lostInterrupts),
  },
  {
    name: 'preemptions',
    what: 'times that the kernel took the CPU of a worker away',
    quantity: 'count',
    better: 'lower',
    column: 'preemptions',
    exposed: 'counter',
    head: 'preempted',
    value: overWorkers((worker) => worker.involuntaryContextSwitches),
  },
  {
    name: 'paused',
    what: 'time that workers stood still, in pauses of more than 10 ms, added up',
    quantity: 'time',
    better: 'lower',
    column: 'paused_ns',
    exposed: 'gauge',
    head: 'paused',
    silentAtZero: true,
    value: overWorkers((worker) => worker.pausedNs),
  },
  {
    name: 'tool_share',
    what: 'I/Os per second in percent of what the loops of the workers can do by themselves',
    quantity: 'percent',
    better: 'lower',
    column: 'tool_share_percent',
    exposed: 'gauge',
    head: 'tool share',
    detail: loopText,
    use: 'gated',
    value: toolShare,
  },
] as const satisfies readonly Figure<JobRecord>[];
