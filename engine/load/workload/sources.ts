/** Which source a job has. */
import type { WorkerSpec } from '../job.js';
import { TraceSource } from '../replay/trace-source.js';
import { BacklogSource } from '../verify/backlog-source.js';
import type { Verification } from '../verify/report.js';
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
  /** Of a job that reads what it wrote between its writes. */
  readonly verification?: Pick<Verification, 'backlog'>;
}

export function sourceOf(spec: Sourced): Source {
  const { traceRing, zones } = spec;
  if (traceRing !== undefined) return new TraceSource(traceRing);
  const options = { ...spec, ...spec.region };
  if (zones !== undefined) return new ZonedSource(options, zones);
  const source = new RegionSource(options);
  const { backlog } = spec.verification ?? {};
  return backlog === undefined ? source : new BacklogSource(source, backlog, spec.region.blockLbas);
}
