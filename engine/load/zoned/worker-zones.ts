/** The zones of a worker's region, in their order, as they stood before its first I/O. */
export interface WorkerZones {
  readonly zoneLbas: number;
  /** What of each can be written, in logical blocks. */
  readonly capacityLbas: number;
  /** What of each was written; -1 of one that nothing can be done with. */
  readonly writtenLbas: Float64Array;
  /** Zones that it may have open at a time. */
  readonly mostOpen: number;
}
