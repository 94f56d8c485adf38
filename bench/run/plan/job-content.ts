/** What the writes of a job carry, as the engine takes it. */
import type { Content } from '../../../engine/load/index.js';
import type { JobConfig } from '../../config/run-config.js';
import { jobOperations } from './job-operations.js';

/** Undefined for data that do not compress, no two blocks alike. Of the region of a worker, and its shortest write. */
export function jobContent(
  job: JobConfig,
  { sizeBytes, leastBytes }: { readonly sizeBytes: number; readonly leastBytes: number },
): Content | undefined {
  const { bufferPattern, zeroBuffers, refillBuffers = false, scrambleBuffers, compressPercent } = job;
  const { dedupePercent: percent, dedupeMode, dedupeSetPercent, dedupeGlobal } = job;
  if (!jobOperations(job).some(({ name }) => name === 'write' || name === 'compare')) return undefined;
  const compressed = compressPercent > 0;
  const only = zeroBuffers || (bufferPattern !== undefined && !compressed);
  if (!only && !compressed && percent === 0 && !refillBuffers && scrambleBuffers) return undefined;
  const setIos = Math.max(1, Math.floor(((sizeBytes / leastBytes) * dedupeSetPercent) / 100));
  const set = dedupeMode === 'working_set' ? { setIos } : {};
  return {
    ...(bufferPattern === undefined ? {} : { pattern: bufferPattern }),
    patternPercent: only ? 100 : compressPercent,
    chunkBytes: job.compressChunkBytes,
    refill: refillBuffers,
    ...(percent === 0 ? {} : { dedupe: { percent, ...set, ofAllWorkers: dedupeGlobal } }),
  };
}
