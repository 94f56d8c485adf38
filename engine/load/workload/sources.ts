/** Which source a job has. */
import type { WorkerSpec } from '../job.js';
import { TraceSource } from '../replay/trace-source.js';
import type { WorkerZones } from '../zoned/worker-zones.js';
import { ZonedSource } from '../zoned/zoned-source.js';
import { RegionSource, type Source, type SourceOptions } from './source.js';

export type { Source };

/** What decides it. */
export interface Sourced extends Omit<SourceOptions, keyof WorkerSpec['region']> {
  readonly region: WorkerSpec['region'];
  /** Of a job that plays a trace: where its I/Os come from. */
  readonly traceRing?: SharedArrayBuffer;
  /** Of a job that goes by zones. */
  readonly zones?: WorkerZones;
}

export function sourceOf(spec: Sourced): Source {
  const { traceRing, zones } = spec;
  if (traceRing !== undefined) return new TraceSource(traceRing);
  const options = { ...spec, ...spec.region };
  return zones === undefined ? new RegionSource(options) : new ZonedSource(options, zones);
}
