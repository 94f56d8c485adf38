/** Worker specifications on played queue pairs, and jobs on the software controller. */
import { attachTransport, Controller } from '../../../engine/index.js';
import { ControlBlock } from '../../../engine/load/control-block.js';
import type { JobSpec } from '../../../engine/load/geometry.js';
import type { WorkerSpec } from '../../../engine/load/job.js';
import { type PreparedJob, prepareJob } from '../../../engine/load/prepare.js';
import type { ActiveNamespace } from '../../../engine/path/pcie/namespace.js';
import { PlayedPair } from '../played-pair.js';

export interface Played {
  readonly spec: WorkerSpec;
  readonly pairs: readonly PlayedPair[];
  readonly control: ControlBlock;
}

/** A worker of `lanes` queue pairs that the test plays the other side of. */
export function playedSpec(change: Partial<WorkerSpec> = {}, lanes = 1): Played {
  const control = new ControlBlock();
  const { iodepth = 4, parts = 1, partLbas = 8 } = change;
  const pairs = Array.from({ length: lanes }, () => new PlayedPair(iodepth * parts + 1));
  // The words of a slot: PRP1 low tells the command, CDW12 its blocks.
  const commands = iodepth * parts;
  const words = new Int32Array(2 * commands * 5);
  // Those of a mixed job's reads, then those of its writes.
  for (let at = 0; at < 2 * commands; at++) words.set([0x1000 + at, 0, 0, 0, partLbas - 1], at * 5);
  const spec: WorkerSpec = {
    index: 0,
    cpus: [],
    nsid: 1,
    iodepth,
    parts,
    partLbas,
    lanes: pairs.map(({ memory }) => ({ queue: memory, words })),
    workload: {
      random: true,
      readPercent: 100,
      blockLbas: parts * partLbas,
      startLba: 0,
      blocks: 1000,
      seed: 1,
    },
    rampTimeMs: 0,
    runtimeMs: Number.POSITIVE_INFINITY,
    numberIos: Number.POSITIVE_INFINITY,
    ioTimeoutMs: 10_000,
    maxErrors: 1000,
    yieldWhenIdle: true,
    control: control.memory,
    ...change,
  };
  return { spec, pairs, control };
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

export interface SimJob {
  readonly controller: Controller;
  readonly namespace: ActiveNamespace;
  readonly prepared: PreparedJob;
}

/** Sets a job up on a software controller without latency, runs `body`, and takes everything down again. */
export async function withSimJob(
  options: string,
  change: Partial<JobSpec>,
  body: (job: SimJob) => Promise<void> | void,
): Promise<void> {
  const device = await attachTransport(`sim:?size=16MiB&latency=none&write_latency=none${options}`);
  const controller = await Controller.start(device, { hugepages: 'never' });
  try {
    const namespace = await controller.namespace();
    const prepared = await prepareJob(controller, namespace, { ...JOB, ...change });
    await body({ controller, namespace, prepared });
    await prepared.release();
  } finally {
    await controller.close();
  }
}
