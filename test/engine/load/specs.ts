/** Worker specifications on played queues, and jobs on the software controller. */
import { attachTransport, Controller, pcieDrive } from '../../../engine/index.js';
import { ControlBlock } from '../../../engine/load/control-block.js';
import type { JobSpec, WorkerSpec } from '../../../engine/load/job.js';
import { OpenLoop } from '../../../engine/load/open-loop.js';
import { scheduleOf } from '../../../engine/load/pace/schedules.js';
import { WorkerPool } from '../../../engine/load/pool.js';
import { type PreparedJob, prepareJob } from '../../../engine/load/prepare.js';
import type { SessionHooks } from '../../../engine/load/session.js';
import type { ActiveNamespace } from '../../../engine/path/pcie/namespace.js';
import { type LaneShape, LBA_BYTES, playedLane } from '../path/pcie/played-lane.js';
import type { PlayedPair } from '../played-pair.js';

export interface Played {
  readonly spec: WorkerSpec;
  readonly pairs: readonly PlayedPair[];
  readonly control: ControlBlock;
}

/** 4 KiB random reads at depth 4 without an end; give one. */
export const JOB: JobSpec = {
  bsBytes: 4096,
  iodepth: 4,
  numjobs: 1,
  queuePairs: 1,
  random: true,
  readPercent: 100,
  offsetBytes: 0,
  sizeBytes: 2 ** 20,
  rampTimeMs: 0,
  runtimeMs: Number.POSITIVE_INFINITY,
  numberIos: Number.POSITIVE_INFINITY,
  ioTimeoutMs: 10_000,
  maxErrors: 1000,
  seed: 1,
  split: false,
  cpus: [],
  yieldWhenIdle: true,
};

/** A worker of `lanes` queues that the test plays the other side of: reads over 1000 blocks unless changed. */
export function playedSpec(change: Partial<WorkerSpec & LaneShape> = {}, lanes = 1): Played {
  const control = new ControlBlock();
  const { parts = 1, partLbas = 8, entries: _, secondPages: __, sizeLbas: ___, ...own } = change;
  const played = Array.from({ length: lanes }, () => playedLane(change));
  const blockLbas = parts * partLbas;
  const spec: WorkerSpec = {
    ...JOB,
    index: 0,
    cpus: [],
    bsBytes: blockLbas * LBA_BYTES,
    lanes: played.map((lane) => lane.spec),
    region: { startLba: 0, blockLbas, blocks: 1000 },
    lbaBytes: LBA_BYTES,
    control: control.memory,
    ...own,
  };
  return { spec, pairs: played.map(({ pair }) => pair), control };
}

/** The loop of a job with a rate or a trace. */
export function openLoop(spec: WorkerSpec, histograms: Uint32Array): OpenLoop {
  const schedule = scheduleOf(spec);
  if (schedule === undefined) throw new Error('nothing of the job is due at a time');
  return new OpenLoop(spec, schedule, histograms);
}

/** For sessions whose beginning and end of measurement are of no interest. */
export const NO_HOOKS: SessionHooks = { onMeasure: () => undefined, onMeasured: () => undefined };

export interface SimJob {
  readonly controller: Controller;
  readonly namespace: ActiveNamespace;
  readonly prepared: PreparedJob;
}

/** Sets a job up on a software controller, without latency unless an option says so; runs `body`, and takes everything down again. */
export async function withSimJob(
  options: string,
  change: Partial<JobSpec>,
  body: (job: SimJob) => Promise<void> | void,
): Promise<void> {
  const latency = options.includes('latency=') ? '' : '&latency=none';
  const device = await attachTransport(`sim:?size=16MiB${latency}${options}`);
  const controller = await Controller.start(device, { hugepages: 'never' });
  try {
    const namespace = await controller.namespace();
    const prepared = await prepareJob(pcieDrive(controller), namespace, { ...JOB, ...change });
    await body({ controller, namespace, prepared });
    await prepared.release();
  } finally {
    await controller.close();
  }
}

/** Runs `body` with the threads of a job at the barrier; ends them whatever it does. */
export async function withPool(
  options: string,
  change: Partial<JobSpec>,
  body: (pool: WorkerPool) => Promise<void>,
): Promise<void> {
  await withSimJob(options, change, async ({ prepared }) => {
    const pool = await WorkerPool.spawn(prepared.workers, prepared.controls);
    try {
      await body(pool);
    } finally {
      await pool.terminate();
    }
  });
}
