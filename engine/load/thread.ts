/** Entry of a worker thread: prepares, waits at the barrier, runs its session, and reports. */
import { readFileSync } from 'node:fs';
import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort } from 'node:worker_threads';
import { highestLatencyOfIndex } from '../stats/histogram.js';
import { countsOf, OPERATIONS } from '../stats/operations.js';
import { pinThread } from '../sys/affinity.js';
import { nowNs, sleepMs } from '../sys/clock.js';
import { threadCpuTimeNs } from '../sys/cpu-time.js';
import { countEvent, type EventCounter, INSTRUCTIONS } from '../sys/instruction-counter.js';
import { threadData } from '../sys/thread-data.js';
import { blockedIoReport, lookAtBlockedIo } from './blocked-io.js';
import { isBrief } from './brief.js';
import { ControlBlock, STATE, WORD } from './control-block.js';
import type { StatusCount, WorkerReport, WorkerSpec } from './job.js';
import type { Loop } from './loop.js';
import { OpenLoop } from './open-loop.js';
import { rehearse } from './rehearsal.js';
import { RecordedSchedule } from './replay/recorded-schedule.js';
import { Session } from './session.js';
import { type Submitters, submittersCpuNs, submittersOf, submittersReport } from './submitters.js';
import { type Failure, TALLY } from './tally.js';
import { ZonedSource } from './zoned/zoned-source.js';

const NS_PER_MS = 1e6;

interface Collection {
  readonly startNs: number;
  readonly durationMs: number;
}

/** The list that grows by each collection of this thread's heap, on this thread's clock. */
function observeCollections(): Collection[] {
  const collections: Collection[] = [];
  const offsetNs = nowNs() - performance.now() * NS_PER_MS;
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      collections.push({ startNs: entry.startTime * NS_PER_MS + offsetNs, durationMs: entry.duration });
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  return collections;
}

/** A full collection now rather than one of its own accord later. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  gc();
}

function usedHeapBytes(): number {
  return getHeapStatistics().used_heap_size;
}

/** Times this thread lost its CPU so far; undefined where /proc does not say. */
function involuntarySwitches(): number | undefined {
  try {
    const found = /^nonvoluntary_ctxt_switches:\s*(\d+)/m.exec(
      readFileSync('/proc/thread-self/status', 'utf8'),
    );
    return found ? Number(found[1]) : undefined;
  } catch {
    return undefined;
  }
}

/** What the kernel and the heap say of this thread, and what its loop tallied. */
interface Stock {
  readonly switches: number | undefined;
  readonly cpuNs: number;
  /** Of the kernel's threads that submit for its queues; undefined where one of them cannot be told. */
  readonly submittersNs: number | undefined;
  readonly heapBytes: number;
  readonly tally: Float64Array;
}

function takeStock({ tally }: Loop, submitters: Submitters): Stock {
  return {
    switches: involuntarySwitches(),
    cpuNs: threadCpuTimeNs(),
    submittersNs: submittersCpuNs(submitters),
    heapBytes: usedHeapBytes(),
    tally: tally.slice(),
  };
}

/** Of the instructions of this thread, or of why they are not counted. */
function instructionCounter(): EventCounter {
  const counter = countEvent(INSTRUCTIONS);
  return typeof counter === 'string' ? { read: () => counter, close: () => {} } : counter;
}

function instructionsBetween(
  before: number | string,
  after: number | string,
): Pick<WorkerReport, 'instructions' | 'instructionsProblem'> {
  if (typeof after === 'string') return { instructionsProblem: after };
  if (typeof before === 'string') return { instructionsProblem: before };
  return { instructions: after - before };
}

/** Longest latency of what completed late; 0 where nothing did. */
function longestLateNs({ late }: Loop): number {
  const longest = Math.max(
    ...OPERATIONS.map((name) => countsOf(late, name).findLastIndex((count) => count > 0)),
  );
  return longest < 0 ? 0 : highestLatencyOfIndex(longest);
}

/** Of a job that plays a trace. */
function behindOf(loop: Loop): Pick<WorkerReport, 'behind'> {
  const schedule = loop instanceof OpenLoop ? loop.schedule : undefined;
  return schedule instanceof RecordedSchedule ? { behind: schedule.behind() } : {};
}

function statusCount({ firstAtNs, ...failure }: Failure, fromNs: number): StatusCount {
  return firstAtNs < fromNs ? failure : { ...failure, firstNs: firstAtNs - fromNs };
}

async function main(spec: WorkerSpec): Promise<WorkerReport> {
  if (spec.cpus.length > 0) pinThread(spec.cpus);
  const collections = observeCollections();
  const control = new ControlBlock(spec.control);
  const session = new Session(spec, control);
  const { loop } = session;
  const calibration = rehearse(spec);
  // What few I/Os leave behind is collected by nobody.
  if (!isBrief(spec)) collectGarbage();
  // Once beforehand, and the pages of the histograms with it: neither may be slow when the measurement begins.
  const submitters = submittersOf(spec.lanes);
  const queues = loop.lanes.map(({ queue }) => queue);
  let blockedBefore = lookAtBlockedIo(queues);
  let blockedAfter = blockedBefore;
  let before = takeStock(loop, submitters);
  let after = before;
  const counter = instructionCounter();
  let firstInstructions = counter.read();
  let lastInstructions = firstInstructions;
  loop.histograms.fill(0);
  control.setState(STATE.READY);
  parentPort?.postMessage({ ready: true });
  Atomics.wait(control.words, WORD.START, 0);
  const outcome = session.run({
    onMeasure: () => {
      // Looking takes longer than all else, and CPU time of this thread: it comes first here and last below.
      blockedBefore = lookAtBlockedIo(queues);
      before = takeStock(loop, submitters);
      firstInstructions = counter.read();
    },
    onMeasured: () => {
      lastInstructions = counter.read();
      after = takeStock(loop, submitters);
      blockedAfter = lookAtBlockedIo(queues);
    },
  });
  counter.close();
  // Collections are told of on the event loop, which has not turned since the start.
  await sleepMs(1);
  const { measuredFromNs, measuredToNs } = outcome;
  const within = collections.filter(({ startNs }) => startNs >= measuredFromNs && startNs <= measuredToNs);
  control.setState(STATE.DONE);
  const slowest = loop.watch?.slowestIos();
  const appends = loop.source instanceof ZonedSource ? loop.source.appends : undefined;
  return {
    index: spec.index,
    cpus: spec.cpus,
    stopReason: outcome.stopReason,
    elapsedNs: measuredToNs - measuredFromNs,
    statuses: loop.failures.list.map((failure) => statusCount(failure, measuredFromNs)),
    drain: {
      ios: loop.tally[TALLY.LATE],
      durationNs: outcome.drainedNs - measuredToNs,
      maxNs: longestLateNs(loop),
    },
    unsentIos: loop.unsent(measuredToNs),
    ...behindOf(loop),
    lostIos: outcome.lostIos,
    rampIos: outcome.rampIos,
    scheduleNs: loop.scheduledNs(measuredToNs),
    issued: loop.issued.ios(),
    ...(appends === undefined ? {} : { appends: appends.report() }),
    cpuTimeNs: after.cpuNs - before.cpuNs,
    ...submittersReport(submitters, before.submittersNs, after.submittersNs),
    ...blockedIoReport(blockedBefore, blockedAfter),
    ...instructionsBetween(firstInstructions, lastInstructions),
    sleeps: after.tally[TALLY.SLEEPS],
    lostInterrupts: after.tally[TALLY.LOST_INTERRUPTS],
    emptyPolls: after.tally[TALLY.EMPTY_POLLS],
    reapBatches: after.tally[TALLY.BATCHES],
    garbageCollections: within.length,
    garbageCollectionMs: within.reduce((sum, c) => sum + c.durationMs, 0),
    heapGrowthBytes: after.heapBytes - before.heapBytes,
    gaps: loop.gaps.report(),
    pausedNs: after.tally[TALLY.PAUSED_NS],
    ...(before.switches !== undefined && after.switches !== undefined
      ? { involuntaryContextSwitches: after.switches - before.switches }
      : {}),
    unexpectedCompletions: loop.unexpected(),
    ...(loop.checks === undefined ? {} : { verified: loop.checks.report(outcome.readBack) }),
    ...(slowest === undefined ? {} : { slowest }),
    ...(calibration === undefined ? {} : { calibration }),
  };
}

void main(threadData<WorkerSpec>()).then((report) => parentPort?.postMessage({ report }));
