/** Whether what jobs read held data before the run: some blocks are looked at before the first job that reads them. */
import { NvmeStatusError, type SampledBlocks } from '../../engine/index.js';
import { isSilence } from './job/recovery.js';
import type { PlannedJob } from './plan/plan.js';

/** The blocks that its workers reach. */
function reachOf({ geometry, spec, device }: PlannedJob): { startLba: number; lbas: number } {
  const { startLba, blocks, blockLbas } = geometry.region;
  const { sizeBytes, lbaBytes } = device.namespace;
  const lbas = blocks * blockLbas + (spec.numjobs - 1) * geometry.incrementLbas;
  return { startLba, lbas: Math.min(lbas, sizeBytes / lbaBytes - startLba) };
}

/** A drive that refuses does not tell, nor does one that does not answer. */
function unlessUntold(error: unknown): undefined {
  if (error instanceof NvmeStatusError || isSilence(error)) return undefined;
  throw error;
}

export class BlockSamples {
  readonly #known = new Map<string, SampledBlocks | undefined>();

  /** Jobs of a turn, those that read what the run has left alone with what was found. Throws EngineError. */
  async of(jobs: readonly PlannedJob[]): Promise<PlannedJob[]> {
    const found: PlannedJob[] = [];
    for (const job of jobs) {
      const sampled = await this.#sample(job);
      found.push(sampled === undefined ? job : { ...job, sampled });
    }
    return found;
  }

  async #sample(job: PlannedJob): Promise<SampledBlocks | undefined> {
    const { device, spec, leftBefore } = job;
    const { drive, namespace, target } = device;
    if (spec.readPercent === 0 || leftBefore !== undefined || drive.software) return undefined;
    const { startLba, lbas } = reachOf(job);
    const key = [target, startLba, lbas].join();
    if (!this.#known.has(key))
      this.#known.set(key, await drive.sampleBlocks?.(namespace, startLba, lbas).catch(unlessUntold));
    return this.#known.get(key);
  }
}
