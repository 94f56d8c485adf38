/** `rounds`: jobs in order that are done again and again until a metric of one of them is steady from round to round. */
import { z } from 'zod';
import { metricSchema, partsOfMetric, type SteadyState, steadyMetric } from './steady-state.js';
import { expects, expectsMap, integer, type ValueKind } from './value-kinds.js';

export interface Rounds extends Pick<SteadyState, 'metric' | 'operation' | 'rangePercent' | 'slopePercent'> {
  /** Name of the job whose metric it is. */
  readonly job: string;
  /** Rounds after which it ends, steady or not. */
  readonly most: number;
  /** Rounds in a row that are looked at. */
  readonly window: number;
}

/** What a configuration may say for it. */
export interface WrittenRounds {
  readonly job: string;
  readonly of: string;
  readonly most?: number | undefined;
  readonly window?: number | undefined;
  readonly range?: number | undefined;
  readonly slope?: number | undefined;
}

/** SNIA PTS 2.0.2: five rounds of at most 25, within 20 %, on a slope of 10 %. */
const PTS = { most: 25, window: 5, range: 20, slope: 10 } as const;
const MOST_ROUNDS = 1000;

const FORM = "{job: 'iops[rwmixread=0,bs=4k]', of: iops, most: 25, window: 5, range: 20, slope: 10}";

const MOST_PERCENT = 1000;

const whole = (least: number, most: number, description: string) =>
  integer(least, most).schema.optional().meta({ description });

const schema = z
  .strictObject(
    {
      job: z
        .string(expects('the name of one of the jobs'))
        .meta({ description: 'Name of the job that is to be steady, of a sweep with its values.' }),
      of: metricSchema.meta({ description: 'Metric of it that is to be steady.' }),
      most: whole(2, MOST_ROUNDS, 'Rounds after which it ends, steady or not.'),
      window: whole(2, MOST_ROUNDS, 'Rounds in a row that are looked at.'),
      range: whole(
        1,
        MOST_PERCENT,
        'From the lowest to the highest round at most, in percent of their average.',
      ),
      slope: whole(
        1,
        MOST_PERCENT,
        'Along the line through the rounds at most, in percent of their average.',
      ),
    },
    expectsMap(`a map such as ${FORM}`),
  )
  .transform(
    (
      { job, of, most = PTS.most, window = PTS.window, range = PTS.range, slope = PTS.slope },
      context,
    ): Rounds => {
      const rounds = { job, ...partsOfMetric(of), most, window, rangePercent: range, slopePercent: slope };
      if (window <= most) return rounds;
      context.addIssue({ code: 'custom', path: ['window'], message: `is more than most, which is ${most}` });
      return z.NEVER;
    },
  );

/** The key of a place of `jobs`. */
export const ROUNDS: ValueKind<Rounds, WrittenRounds> = {
  schema,
  words: `\`${FORM}\``,
  record: (rounds) => ({
    job: rounds.job,
    of: steadyMetric(rounds),
    most: rounds.most,
    window: rounds.window,
    range: rounds.rangePercent,
    slope: rounds.slopePercent,
  }),
  short: (rounds) => `${rounds.job} ${steadyMetric(rounds)}`,
};
