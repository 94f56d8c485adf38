/** What makes the figures of one job doubtful. */
import { type EngineWarning, readPcieControls } from '../../../engine/index.js';
import { isBrief, type WorkerResult } from '../../../engine/load/index.js';
import { countsOf, OPERATIONS } from '../../../engine/stats/operations.js';
import { totalCountOf } from '../../../engine/stats/percentiles.js';
import type { JobRecord } from '../../../reports/document/index.js';
import { formatCpuList, formatDuration, plural } from '../../../reports/render/format.js';
import { nodeOfCpu, siblingsOf } from '../../host/cpu.js';
import type { JobOutcome } from '../job/job-run.js';
import { elapsedNsOf } from '../job/worker-totals.js';
import { keptRate } from '../kept-rate.js';
import { doubt } from './doubt.js';
import { healthDoubts } from './health.js';
import { inStepDoubts } from './in-step.js';
import { namespaceDoubts } from './namespace.js';
import { replayDoubts } from './replay.js';
import { steadyDoubts } from './steady.js';
import { sureDoubts } from './sure.js';
import { toolDoubts } from './tool.js';

/** Times a second that one worker may lose its CPU: a few are the kernel's own threads. */
const MAX_PREEMPTIONS_PER_SECOND = 10;
/** Least share of the depth asked that must have been in flight. */
const LEAST_DEPTH = 0.95;
/** With fewer I/Os for each place in flight, those cut off at the ends weigh as much as what is looked for. */
const LEAST_IOS_EACH = 100;
/** Looks that found nothing, of all: below this the loop had hardly a moment to spare. */
const BUSY_SHARE = 0.5;
/** Share of the measured time that may be lost before it is told. */
const MOST_PAUSED = 0.01;
/** One may be a completion that came in the moment in which a sleep ended. */
const LEAST_LOST_INTERRUPTS = 2;
const SHORT_NS = 1e9;
/** Below this, the percentile 99.99 is the slowest I/O. */
const FEW_IOS = 10_000;

function collections(workers: readonly WorkerResult[]): EngineWarning[] {
  const count = workers.reduce((sum, worker) => sum + worker.garbageCollections, 0);
  if (count === 0) return [];
  const message = `${plural(count, 'garbage collection')} within the measured time`;
  const advice = 'lengthen ramp_time; otherwise the tail latencies include pauses of the tool';
  return [doubt('garbage-collected-while-measuring', message, advice)];
}

/** Where workers yield, each yield counts as a preemption: the first doubt says it all. */
function shortOfCpu({ planned, workers }: Pick<JobOutcome, 'planned' | 'workers'>): EngineWarning[] {
  if (planned.spec.yieldWhenIdle) {
    const message = 'busy threads outnumber the CPUs: workers give their CPU away between polls';
    const advice = 'use fewer numjobs or more CPUs; latencies include the wait for a CPU';
    return [doubt('fewer-cpus-than-threads', message, advice)];
  }
  const lost = workers.filter(
    ({ involuntaryContextSwitches = 0, elapsedNs }) =>
      involuntaryContextSwitches > Math.max(1, MAX_PREEMPTIONS_PER_SECOND * (elapsedNs / 1e9)),
  );
  if (lost.length === 0) return [];
  const message = `${plural(lost.length, 'worker')} lost the CPU more than ${MAX_PREEMPTIONS_PER_SECOND} times a second`;
  return [
    doubt('preempted-while-measuring', message, 'give the job CPUs of its own: isolcpus, cpus_allowed'),
  ];
}

/** Time in which nothing was submitted and nothing seen, though I/O was outstanding. */
function pauses({ workers }: JobOutcome): EngineWarning[] {
  const [worst] = [...workers].sort((a, b) => b.pausedNs / b.elapsedNs - a.pausedNs / a.elapsedNs);
  if (worst === undefined || worst.pausedNs <= MOST_PAUSED * worst.elapsedNs) return [];
  const message = `worker ${worst.index} stood still for ${formatDuration(worst.pausedNs)} of ${formatDuration(worst.elapsedNs)}`;
  const advice =
    'its thread was stopped or had no CPU: rates and latencies are of the host, not of the device';
  return [doubt('paused-while-measuring', message, advice)];
}

/** A sleep that nothing ends takes 20 ms: that long an I/O seemed to take. */
function lostInterrupts({ workers }: JobOutcome): EngineWarning[] {
  const lost = workers.reduce((sum, worker) => sum + worker.lostInterrupts, 0);
  if (lost < LEAST_LOST_INTERRUPTS) return [];
  const message = `${plural(lost, 'completion')} came without an interrupt, and was found up to 20 ms later by looking`;
  const advice = 'measure with completion: poll; the latencies above are those of the missing interrupts';
  return [doubt('lost-interrupts', message, advice)];
}

/** The kernel tries each I/O without waiting first, and hands what would wait to a thread of its own. */
function blocking({ workers }: JobOutcome): EngineWarning[] {
  const threads = workers.reduce((sum, { blockedIo }) => sum + (blockedIo?.threads ?? 0), 0);
  if (threads === 0) return [];
  const message = `I/O would have blocked, and ${plural(threads, 'thread')} of the kernel (io-wq) did it`;
  const advice =
    'write all of a file first, and use a smaller iodepth (nr_requests) or bs: the figures have switches of threads in them';
  return [doubt('io-blocks', message, advice)];
}

function throttling({ workers, cpuLimit }: JobOutcome): EngineWarning[] {
  const elapsedNs = elapsedNsOf(workers);
  if (cpuLimit.throttledNs <= MOST_PAUSED * elapsedNs) return [];
  const quota = Number.isFinite(cpuLimit.quotaCpus)
    ? ` of ${Number(cpuLimit.quotaCpus.toFixed(2))} CPUs`
    : '';
  const message = `the control group's quota${quota} held threads back for ${formatDuration(cpuLimit.throttledNs)}`;
  return [doubt('cpu-throttled', message, 'raise the quota (cpu.max), or run outside of that group')];
}

function placement({ planned, workers }: JobOutcome, sysfsRoot: string): EngineWarning[] {
  const cpus = [...new Set(workers.flatMap((worker) => worker.cpus))];
  const doubts: EngineWarning[] = [];
  const busy = [...cpus, ...planned.cpusBeside];
  const shared = cpus.filter((cpu) => siblingsOf(cpu, sysfsRoot).some((other) => busy.includes(other)));
  if (shared.length > 0) {
    const whom = planned.cpusBeside.length > 0 ? 'with others that are busy' : 'with each other';
    const message = `workers on CPU ${formatCpuList(shared)} share cores ${whom} (SMT siblings)`;
    doubts.push(doubt('smt-siblings-shared', message, 'name one CPU of each core in cpus_allowed'));
  }
  const { numaNode } = planned.device.drive;
  const far = cpus.filter((cpu) => (nodeOfCpu(cpu, sysfsRoot) ?? numaNode) !== numaNode);
  if (numaNode >= 0 && far.length > 0) {
    const message = `workers on CPU ${formatCpuList(far)} are not on NUMA node ${numaNode}, the device's`;
    doubts.push(doubt('numa-remote', message, `name CPUs of node ${numaNode} in cpus_allowed`));
  }
  return doubts;
}

/** With more than one I/O in flight the link hardly rests. */
function restingLink({ planned: { spec, device } }: JobOutcome, sysfsRoot: string): EngineWarning[] {
  const { pciFunction } = device.drive;
  const alone = spec.iodepth * spec.queuePairs * spec.numjobs === 1;
  if (!alone || pciFunction === undefined) return [];
  if (readPcieControls(pciFunction, sysfsRoot)?.aspmL1 !== true) return [];
  const message = 'one I/O at a time, and the PCIe link may rest in L1 between two (ASPM)';
  return [doubt('aspm-l1', message, 'boot with pcie_aspm=off, or set its policy to performance')];
}

function sampleSize({ counts, workers, planned }: JobOutcome): EngineWarning[] {
  const doubts: EngineWarning[] = [];
  if (elapsedNsOf(workers) < SHORT_NS) {
    const message = 'measured for less than a second: rates of so short a time do not repeat';
    doubts.push(doubt('short-runtime', message, 'lengthen runtime, number_ios or size'));
  }
  const ios = OPERATIONS.map((name) => totalCountOf(countsOf(counts, name)));
  if (ios.some((count) => count > 0 && count < FEW_IOS)) {
    const message = 'fewer than 10,000 I/Os of an operation: p99.99 is the slowest of them';
    doubts.push(doubt('few-samples', message, 'lengthen runtime, or leave the high percentiles alone'));
  }
  if (isBrief(planned.spec)) {
    const message =
      'so few I/Os are not rehearsed for as others are: latencies hold half a microsecond of the tool and more';
    doubts.push(doubt('rehearsed-briefly', message, 'have each worker do more than 16 I/Os, or ramp first'));
  }
  return doubts;
}

/** An I/O that does not come back keeps its slot, and what is behind it has fewer. */
const isLate = ({ stopReason, lostIos }: WorkerResult): boolean => stopReason === 'timeout' || lostIos > 0;

/** The reason, as far as the loop's own counts tell it. */
function depthLost({ planned, workers }: JobOutcome): string {
  const sum = (of: (worker: WorkerResult) => number): number =>
    workers.reduce((total, worker) => total + of(worker), 0);
  if (planned.spec.zoneMode === 'zbd' && planned.spec.readPercent < 100)
    return 'each open zone has one write in flight, and what comes behind it waits';
  if (workers.some(isLate)) return 'the job waited for I/O that did not come back';
  const [empty, found] = [sum(({ emptyPolls }) => emptyPolls), sum(({ reapBatches }) => reapBatches)];
  if (planned.spec.yieldWhenIdle || shortOfCpu({ planned, workers }).length > 0)
    return 'workers had to wait for their CPU';
  if (empty < BUSY_SHARE * (empty + found))
    return 'the tool was the limit: nearly every look found completions, so the device was faster than the loop';
  return 'slots stood empty though the loop had time: look for pauses in the intervals';
}

function rate({ workers }: JobOutcome, figures: JobRecord['figures']): EngineWarning[] {
  const { dueIos, unsentIos, kept } = keptRate({ figures, elapsedNs: elapsedNsOf(workers) });
  if (kept) return [];
  const message = `${plural(unsentIos, 'I/O')} of about ${Math.round(dueIos)} that were due never began: all slots were taken`;
  const advice =
    'the device is slower than the rate, or iodepth is too small for its latency: response times grow with runtime, and those of what never began are in none';
  return [doubt('rate-not-reached', message, advice)];
}

function depth(outcome: JobOutcome, figures: JobRecord['figures']): EngineWarning[] {
  const { depthAsked = 0, keptDepth = 0 } = figures ?? {};
  const ios = outcome.workers.reduce(
    (sum, { completed }) => sum + OPERATIONS.reduce((all, name) => all + completed[name], 0),
    0,
  );
  if (ios < LEAST_IOS_EACH * depthAsked || keptDepth >= LEAST_DEPTH * depthAsked) return [];
  const message = `${keptDepth.toFixed(1)} I/Os were in flight on average where ${depthAsked} were asked for: ${depthLost(outcome)}`;
  const advice = outcome.workers.some(isLate)
    ? 'look at the device; the figures are of the depth kept'
    : 'use more numjobs or CPUs; the figures are of the depth kept';
  return [doubt('depth-not-kept', message, advice)];
}

/** Pauses that were asked for leave slots empty. */
function paceDoubts(outcome: JobOutcome, figures: JobRecord['figures']): EngineWarning[] {
  const {
    rateIops,
    replay,
    thinkTimeMs = 0,
    flowGroup,
    iodepthLow,
    iodepthBatchCompleteMin = 1,
  } = outcome.planned.spec;
  if (replay?.noStall === false) return replayDoubts(outcome, figures);
  if (rateIops !== undefined) return rate(outcome, figures);
  const waits = iodepthLow !== undefined || iodepthBatchCompleteMin > 1;
  return thinkTimeMs > 0 || flowGroup !== undefined || waits ? [] : depth(outcome, figures);
}

/**
 * `figures` are those of the job's record; `sysfsRoot` says which CPUs share a core or a node; `beside` is what the jobs of its turn
 * came to.
 */
export function jobDoubts(
  outcome: JobOutcome,
  figures: JobRecord['figures'],
  sysfsRoot = '/sys',
  beside: readonly JobOutcome[] = [],
): EngineWarning[] {
  return [
    ...collections(outcome.workers),
    ...shortOfCpu(outcome),
    ...pauses(outcome),
    ...lostInterrupts(outcome),
    ...blocking(outcome),
    ...throttling(outcome),
    ...placement(outcome, sysfsRoot),
    ...restingLink(outcome, sysfsRoot),
    ...inStepDoubts(outcome, beside),
    ...namespaceDoubts(outcome.planned),
    ...sampleSize(outcome),
    ...paceDoubts(outcome, figures),
    ...toolDoubts(outcome),
    ...steadyDoubts(outcome),
    ...healthDoubts(outcome),
    ...sureDoubts(outcome),
  ];
}
