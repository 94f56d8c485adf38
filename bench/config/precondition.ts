/** `precondition`: all of the drive is written in sequence before the first job, by a job of its own. */
import { z } from 'zod';
import { type ByDirection, blockSizes } from './block-sizes.js';
import { expectsMap, integer, shortSize, type ValueKind } from './value-kinds.js';

/** How the drive is written before the first job. */
export interface Precondition {
  /** Times that all of it is written. */
  readonly fill: number;
  readonly bs: ByDirection<number>;
  readonly iodepth: number;
}

/** What a configuration may say for it. */
export interface WrittenPrecondition {
  readonly fill?: number | undefined;
  readonly bs?: number | string | undefined;
  readonly iodepth?: number | undefined;
}

/** SNIA PTS 2.0.2, workload independent preconditioning: twice the user capacity in I/Os of 128 KiB. */
const PTS = { fill: 2, bs: { read: 2 ** 17, write: 2 ** 17 }, iodepth: 32 } as const;

/** Name of the job that it becomes. */
export const PRECONDITION_NAME = 'precondition';

const FORM = '{fill: 2, bs: 128k, iodepth: 32}';

export function preconditionKind(): ValueKind<Precondition, WrittenPrecondition> {
  const schema = z
    .strictObject(
      {
        fill: integer(1, 100)
          .schema.optional()
          .meta({ description: 'Times that all of the namespace is written.' }),
        bs: blockSizes().schema.optional().meta({ description: 'Bytes of one write.' }),
        iodepth: integer(1, 65_535).schema.optional().meta({ description: 'Writes in flight.' }),
      },
      expectsMap(`a map such as ${FORM}`),
    )
    .transform(
      ({ fill = PTS.fill, bs = PTS.bs, iodepth = PTS.iodepth }): Precondition => ({
        fill,
        bs,
        iodepth,
      }),
    );
  return {
    schema: schema as z.ZodType<Precondition, WrittenPrecondition>,
    words: `\`${FORM}\``,
    record: ({ fill, bs, iodepth }) => ({ fill, bs: bs.write, iodepth }),
    short: ({ fill, bs }) => `${fill} x ${shortSize(bs.write)}`,
  };
}
