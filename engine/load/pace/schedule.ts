/** When I/Os of an open loop are due, one shape of it for a rate and one for a trace. Times are ns of the thread's clock. */
export interface Schedule {
  /** Intended times of what `arrive` let go last. */
  readonly dueNs: Float64Array;
  /** The schedule begins. */
  begin(nowNs: number): void;
  /** Up to `most` (BATCH at most) of what was due by then, in order: how many. Their times are in `dueNs`. */
  arrive(most: number, nowNs: number): number;
  /** What was due by then and was not let go, as far as that is known. Ends the schedule. */
  overdue(atNs: number): number;
}
