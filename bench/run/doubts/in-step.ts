/**
 * Workers, of a job or of jobs side by side, that go through the same blocks in the same order: what one brings into a cache the
 * others find there.
 */
import type { EngineWarning } from '../../../engine/index.js';
import { type WorkerResult, workerRegion } from '../../../engine/load/index.js';
import type { JobOutcome } from '../job/job-run.js';
import { doubt } from './doubt.js';

type Parts = Pick<JobOutcome, 'planned' | 'workers'>;

/** So many first I/Os that are the same are no chance. */
const LEAST_ALIKE = 16;

const isInOrder = ({ planned: { spec } }: Parts): boolean => !spec.random || spec.percentageRandom === 0;

/** As far as both were noted. */
function beganAlike(
  { issued: { slbas: one } }: WorkerResult,
  { issued: { slbas: other } }: WorkerResult,
): boolean {
  const count = Math.min(one.length, other.length);
  for (let io = 0; io < count; io++) if (one[io] !== other[io]) return false;
  return count >= LEAST_ALIKE;
}

const told = (message: string, advice: string): EngineWarning[] => [
  doubt('workers-in-step', message, `${advice}; caches answer for what another has just read`),
];

function within(outcome: Parts): EngineWarning[] {
  const { planned, workers } = outcome;
  const { numjobs, offsetIncrementBytes = 0, sizeBytes } = planned.spec;
  const apart = offsetIncrementBytes >= sizeBytes;
  const alike = workers.some((worker, i) => workers.slice(0, i).some((other) => beganAlike(worker, other)));
  if (numjobs === 1 || !(alike || (isInOrder(outcome) && !apart))) return [];
  const what = alike || offsetIncrementBytes === 0 ? 'the same blocks' : 'blocks of each other';
  const message = `${numjobs} workers go through ${what}, one after the other`;
  return told(message, 'partition: true gives each blocks of its own');
}

/** First logical block of each worker's region, and the one behind its last. */
function regionsOf({ planned: { spec, geometry } }: Parts): [number, number][] {
  return Array.from({ length: spec.numjobs }, (_, index) => {
    const { startLba, blocks, blockLbas } = workerRegion(geometry, index);
    return [startLba, startLba + blocks * blockLbas];
  });
}

function overlap(one: Parts, other: Parts): boolean {
  const others = regionsOf(other);
  return regionsOf(one).some(([from, to]) => others.some(([first, end]) => first < to && from < end));
}

function besideEachOther(one: Parts, other: Parts): EngineWarning[] {
  if (one.planned.device !== other.planned.device || one.planned.config === other.planned.config) return [];
  const { name } = other.planned.config;
  const alike = one.workers.some((worker) => other.workers.some((each) => beganAlike(worker, each)));
  if (alike)
    return told(
      `it goes through the same blocks as job ${name} beside it, in the same order`,
      'give them other seeds (randseed), or regions of their own',
    );
  if (!isInOrder(one) || !isInOrder(other) || !overlap(one, other)) return [];
  return told(
    `it goes in sequence through blocks of job ${name} beside it, which does so too`,
    'give them regions of their own (offset, size)',
  );
}

/** `beside`: what the jobs of its turn came to, the job itself among them or not. */
export function inStepDoubts(outcome: Parts, beside: readonly Parts[] = []): EngineWarning[] {
  return [...within(outcome), ...beside.flatMap((other) => besideEachOther(outcome, other))];
}
