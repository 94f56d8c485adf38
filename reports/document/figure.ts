/** What a row of the table of figures says. */
import type { QuantityName } from '../render/quantity.js';
import type { JobRecord, LatencyNs, OperationRecord } from './result.js';

export interface Figure<Source> {
  /** As users write it in gates, and comparisons show it. */
  readonly name: string;
  /** A clause, for the documentation of metrics. */
  readonly what: string;
  readonly quantity: QuantityName;
  /** Which way is better; absent where neither is. */
  readonly better?: 'higher' | 'lower';
  /** Column of CSV, its unit in the name; metrics are named after it. */
  readonly column: string;
  /** Type of its metric of OpenMetrics; absent where it has none of its own. */
  readonly exposed?: 'gauge' | 'counter';
  /** Head of its column in tables for people, and its name in sentences; absent where it is not shown to them. */
  readonly head?: string;
  /** In a sentence, where that is not the head and the text. */
  readonly said?: (text: string) => string;
  /** More to say in a sentence. */
  readonly detail?: (source: Source) => string;
  /** Nothing is said of it in a sentence where it is 0. */
  readonly silentAtZero?: true;
  /** Where people are told of it; wherever it was measured, where left out. */
  readonly toldWhere?: (source: Source) => boolean;
  /** `gated`: gates may speak of it. `compared`: comparisons show it as well. */
  readonly use?: 'gated' | 'compared';
  /** One of the few that sum an operation up: over repeats, in rankings. */
  readonly chief?: true;
  /** Percent of the I/Os, of a latency percentile. */
  readonly percentile?: number;
  /** The figure of latencies that it is of response times, for example `p99.9`; absent of what is of none. */
  readonly responseOf?: string;
  /** What its mean over several repeats is taken over; the measured time where left out. */
  readonly meanOver?: 'ios';
  /** Why it was not measured, where the source says. */
  readonly problem?: (source: Source) => string | undefined;
  /** Undefined where it was not measured. */
  readonly value: (source: Source) => number | undefined;
  /** Of an operation's figure: why nothing is known of it in a job, a clause; undefined where something is. */
  readonly unmeasured?: (job: JobRecord) => string | undefined;
  /** Of a whole job, where that is more than what its operations have together. */
  readonly whole?: (job: JobRecord) => number;
}

/** What figures of an operation are read from: its record, or an observation made of several. */
export interface OperationFacts
  extends Pick<OperationRecord, 'ios' | 'errors' | 'iops' | 'bandwidthBytesPerSecond'> {
  readonly bytes?: number;
  readonly latencyNs?: Partial<LatencyNs>;
}

/** The figure of an operation of a job: undefined also where the job knows nothing of it, and 0 only stands for that. */
export function knownValue<Source>(
  { value, unmeasured }: Pick<Figure<Source>, 'value' | 'unmeasured'>,
  source: Source,
  job: JobRecord,
): number | undefined {
  const figure = value(source);
  return figure === 0 && unmeasured?.(job) !== undefined ? undefined : figure;
}
