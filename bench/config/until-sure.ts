/** `until_sure`: the job ends once a metric is known well enough. */
import { z } from 'zod';
import type { OperationName } from '../../reports/document/operations.js';
import type { KeyTable } from './key-table.js';
import { metricSchema, partsOfMetric, steadyMetric } from './steady-state.js';
import { expects, expectsMap, type ValueKind } from './value-kinds.js';

/** How well which metric is to be known. */
export interface UntilSure {
  /** `iops`, `bandwidth`, `mean` or a percentile such as `p99`. */
  readonly metric: string;
  /** Of all operations together unless given. */
  readonly operation?: OperationName;
  /** How far its interval may reach from it, in percent of it. */
  readonly precisionPercent: number;
  /** Of the interval, over all times that it is looked at. */
  readonly confidencePercent: number;
}

/** What a configuration may say for it. */
export interface WrittenUntilSure {
  readonly of: string;
  readonly precision: number;
  readonly confidence?: number | undefined;
}

const CONFIDENCE = 95;
/** Shorter measurements have too few observations that know nothing of each other. */
export const SHORTEST_SURE_MS = 6000;
const FORM = '{of: iops, precision: 1}';
const PRECISION = 'a percentage above 0, at most 50';
const CERTAINTY = 'a percentage from 50 to 99.99';

function untilSure(): ValueKind<UntilSure, WrittenUntilSure> {
  const schema = z
    .strictObject(
      {
        of: metricSchema.meta({
          description: 'Metric that is to be known; of all operations unless it names one.',
        }),
        precision: z
          .number(expects(PRECISION))
          .gt(0, expects(PRECISION))
          .max(50, expects(PRECISION))
          .meta({ description: 'How far its interval may reach from it, in percent of it.' }),
        confidence: z
          .number(expects(CERTAINTY))
          .min(50, expects(CERTAINTY))
          .max(99.99, expects(CERTAINTY))
          .optional()
          .meta({ description: 'Of that interval, in percent.' }),
      },
      expectsMap(`a map such as ${FORM}`),
    )
    .transform(({ of, precision, confidence = CONFIDENCE }) => ({
      ...partsOfMetric(of),
      precisionPercent: precision,
      confidencePercent: confidence,
    }));
  return {
    schema,
    words: `\`${FORM}\`, \`{of: read.p99, precision: 5, confidence: 99}\``,
    record: (sure) => ({
      of: steadyMetric(sure),
      precision: sure.precisionPercent,
      confidence: sure.confidencePercent,
    }),
    short: (sure) => `${steadyMetric(sure)} ${sure.precisionPercent}%`,
  };
}

export const SURE_KEYS = {
  until_sure: {
    kind: untilSure(),
    field: 'untilSure',
    identity: 'run',
    help: 'The job ends once the metric is known that well: its interval, of 95 percent unless `confidence` says otherwise, reaches no further than `precision` percent from it. `runtime` is the longest it may take; the result says what was reached.',
    seeAlso: 'See [measuring.md](measuring.md#until-a-figure-is-sure).',
  },
} as const satisfies KeyTable;
