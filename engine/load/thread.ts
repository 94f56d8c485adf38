/** Entry of a worker thread: prepares, waits at the barrier, runs its session, and reports. */
import { readFileSync } from 'node:fs';
import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import { pinThread } from '../sys/affinity.js';
import { nowMs, sleepMs } from '../sys/clock.js';
import { threadCpuTimeNs } from '../sys/cpu-time.js';
import { ControlBlock, STATE, WORD } from './control-block.js';
import type { WorkerResult, WorkerSpec } from './job.js';
import { TALLY } from './loop.js';
import { rehearse } from './rehearsal.js';
import { Session } from './session.js';

interface Collection {
  readonly startMs: number;
  readonly durationMs: number;
}

/** The list that grows by each collection of this thread's heap, on this thread's clock. */
function observeCollections(): Collection[] {
  const collections: Collection[] = [];
  const offsetMs = nowMs() - performance.now();
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      collections.push({ startMs: entry.startTime + offsetMs, durationMs: entry.duration });
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

async function main(spec: WorkerSpec): Promise<WorkerResult> {
  if (spec.cpus.length > 0) pinThread(spec.cpus);
  const collections = observeCollections();
  const control = new ControlBlock(spec.control);
  const session = new Session(spec, control);
  rehearse(spec);
  collectGarbage();
  let heapBefore = usedHeapBytes();
  let switchesBefore: number | undefined;
  let cpuBeforeNs = 0;
  const takeStock = (): void => {
    switchesBefore = involuntarySwitches();
    cpuBeforeNs = threadCpuTimeNs();
    heapBefore = usedHeapBytes();
  };
  // Once beforehand, and the pages of the histograms with it: neither may be slow when the measurement begins.
  takeStock();
  session.loop.histograms.fill(0);
  control.setState(STATE.READY);
  parentPort?.postMessage({ ready: true });
  Atomics.wait(control.words, WORD.START, 0);
  const outcome = session.run(takeStock);
  const heapGrowthBytes = usedHeapBytes() - heapBefore;
  const cpuTimeNs = threadCpuTimeNs() - cpuBeforeNs;
  const switchesAfter = involuntarySwitches();
  // Collections are told of on the event loop, which has not turned since the start.
  await sleepMs(1);
  const within = collections.filter(
    (c) => c.startMs >= outcome.measuredFromMs && c.startMs <= outcome.endedMs,
  );
  const { tally } = session.loop;
  control.setState(STATE.DONE);
  return {
    index: spec.index,
    cpus: spec.cpus,
    stopReason: outcome.stopReason,
    elapsedNs: (outcome.endedMs - outcome.measuredFromMs) * 1e6,
    reads: tally[TALLY.READS],
    writes: tally[TALLY.WRITES],
    statuses: session.loop.failures,
    lostIos: outcome.lostIos,
    cpuTimeNs,
    sleeps: tally[TALLY.SLEEPS],
    emptyPolls: tally[TALLY.EMPTY_POLLS],
    reapBatches: tally[TALLY.BATCHES],
    garbageCollections: within.length,
    garbageCollectionMs: within.reduce((sum, c) => sum + c.durationMs, 0),
    heapGrowthBytes,
    ...(switchesBefore !== undefined && switchesAfter !== undefined
      ? { involuntaryContextSwitches: switchesAfter - switchesBefore }
      : {}),
    unexpectedCompletions: tally[TALLY.UNEXPECTED],
  };
}

parentPort?.postMessage({ result: await main(workerData as WorkerSpec) });
