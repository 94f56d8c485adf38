/** `steadystate`: the job ends once a metric is steady, by the rule of the SNIA Performance Test Specification. */
import { z } from 'zod';
import { OPERATIONS, type OperationName } from '../../reports/document/operations.js';
import type { KeyTable } from './key-table.js';
import { formatDurationMs } from './units.js';
import { aboveZero, durationMs, expects, expectsMap, flag, integer, type ValueKind } from './value-kinds.js';

/** When a job counts as steady, and what becomes of it then. */
export interface SteadyState {
  /** `iops`, `bandwidth`, `mean` or a percentile such as `p99`. */
  readonly metric: string;
  /** Of all operations together unless given. */
  readonly operation?: OperationName;
  /** Rounds in a row that are looked at. */
  readonly rounds: number;
  readonly roundMs: number;
  /** From the lowest to the highest round, and along the line through them: in percent of their average. */
  readonly rangePercent: number;
  readonly slopePercent: number;
  /** Rounds that begin before are not looked at, of the measured time; 0 unless given. */
  readonly afterMs?: number;
  /** Whether the job ends then. */
  readonly end: boolean;
}

/** What a configuration may say for it. */
export interface WrittenSteadyState {
  readonly of: string;
  readonly rounds?: number | undefined;
  readonly round?: number | string | undefined;
  readonly range?: number | undefined;
  readonly slope?: number | undefined;
  readonly after?: number | string | undefined;
  readonly end?: boolean | undefined;
}

/** SNIA PTS 2.0.2: five rounds of one minute, within 20 %, on a slope of 10 %. */
const PTS = { rounds: 5, roundMs: 60_000, rangePercent: 20, slopePercent: 10, end: true } as const;
const LEAST_ROUND_MS = 1000;
const MOST_PERCENT = 1000;
const PERCENT = `a percentage above 0, at most ${MOST_PERCENT}`;

const FORM = '{of: iops, rounds: 5, round: 60s, range: 20, slope: 10, end: true}';
const METRIC = new RegExp(
  `^(?:(${OPERATIONS.join('|')})\\.)?(iops|bandwidth|mean|p\\d{1,2}(?:[._]\\d{1,3})?)$`,
);

/** The metric of a job that is to be steady. */
export const metricSchema = z.string(expects('a metric such as iops, bandwidth or read.p99')).regex(METRIC, {
  error: 'expects iops, bandwidth, mean or a percentile such as p99, or one of an operation such as read.p99',
});

const roundLength = durationMs({
  check: (ms) => aboveZero(ms) ?? (ms < LEAST_ROUND_MS ? 'a round is at least 1s long' : undefined),
});

const share = z.number(expects(PERCENT)).gt(0, expects(PERCENT)).max(MOST_PERCENT, expects(PERCENT));

const OF = 'Metric that is to be steady; of all operations unless it names one.';

/** What a metric that the schema takes is, and of which operation. */
export function partsOfMetric(of: string): Pick<SteadyState, 'metric' | 'operation'> {
  const [, operation, name] = METRIC.exec(of) ?? [];
  return {
    metric: name.replace('_', '.'),
    ...(operation === undefined ? {} : { operation: operation as OperationName }),
  };
}

function complete({
  of,
  ...rest
}: { of: string } & Partial<Omit<SteadyState, 'metric' | 'operation'>>): SteadyState {
  const given = Object.entries(rest).filter(([, value]) => value !== undefined);
  return {
    ...partsOfMetric(of),
    ...PTS,
    ...Object.fromEntries(given),
  };
}

/** The metric as it is written. */
export const steadyMetric = ({
  metric: name,
  operation,
}: Pick<SteadyState, 'metric' | 'operation'>): string =>
  operation === undefined ? name : `${operation}.${name}`;

/** A metric, and all else as SNIA PTS has it unless it is given. */
export function steadyState(): ValueKind<SteadyState, WrittenSteadyState> {
  const schema = z
    .strictObject(
      {
        of: metricSchema.meta({ description: OF }),
        rounds: integer(2, 1000)
          .schema.optional()
          .meta({ description: 'Rounds in a row that are looked at.' }),
        round: roundLength.schema.optional().meta({ description: 'How long a round is.' }),
        range: share.optional().meta({
          description: 'From the lowest to the highest round at most, in percent of their average.',
        }),
        slope: share.optional().meta({
          description: 'Along the line through the rounds at most, in percent of their average.',
        }),
        after: durationMs()
          .schema.optional()
          .meta({ description: 'Rounds that begin before are not looked at.' }),
        end: flag().schema.optional().meta({ description: 'Whether the job ends once it is steady.' }),
      },
      expectsMap(`a map such as {of: iops}, or ${FORM}`),
    )
    .transform(({ of, rounds, round, range, slope, after, end }) =>
      complete({
        of,
        rounds,
        roundMs: round,
        rangePercent: range,
        slopePercent: slope,
        ...(after === undefined || after === 0 ? {} : { afterMs: after }),
        end,
      }),
    );
  return {
    schema,
    words: `\`{of: iops}\`, \`${FORM}\``,
    record: (steady) => ({
      of: steadyMetric(steady),
      rounds: steady.rounds,
      round: formatDurationMs(steady.roundMs),
      range: steady.rangePercent,
      slope: steady.slopePercent,
      ...(steady.afterMs === undefined ? {} : { after: formatDurationMs(steady.afterMs) }),
      end: steady.end,
    }),
    short: steadyMetric,
  };
}

export const STEADY_KEYS = {
  steadystate: {
    kind: steadyState(),
    field: 'steadyState',
    identity: 'run',
    help: 'The job ends once the metric is steady by the rule of SNIA PTS: 5 rounds of 60s in a row whose values lie within 20 percent of their average, and along a line of 10 percent at most. `runtime` is the longest it may take. With `end: false` it goes on, and the result says whether it left its steady state.',
    seeAlso: 'See [measuring.md](measuring.md#steady-state).',
  },
} as const satisfies KeyTable;
