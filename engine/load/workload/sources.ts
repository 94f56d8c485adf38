/** Which source a job has. */
import type { WorkerSpec } from '../job.js';
import { TraceSource } from '../replay/trace-source.js';
import { RegionSource, type Source, type SourceOptions } from './source.js';

export type { Source };

/** What decides it. */
export interface Sourced extends Omit<SourceOptions, keyof WorkerSpec['region']> {
  readonly region: WorkerSpec['region'];
  /** Of a job that plays a trace: where its I/Os come from. */
  readonly traceRing?: SharedArrayBuffer;
}

export function sourceOf(spec: Sourced): Source {
  const { traceRing } = spec;
  return traceRing === undefined ? new RegionSource({ ...spec, ...spec.region }) : new TraceSource(traceRing);
}
