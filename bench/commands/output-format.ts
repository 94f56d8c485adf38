/** The format of what `--output` names, by the end of that name. */
import { EngineError } from '../../engine/errors.js';
import { printNotice } from '../console/stderr.js';
import { endingOf } from '../files/format-of-name.js';
import { STDIO } from '../files/stdio.js';

/** What `--format` and `--output` say. */
interface Asked<Format extends string> {
  readonly format?: Format | undefined;
  readonly output?: string | undefined;
}

/** What a command writes. */
interface Writes<Format extends string> {
  readonly formats: readonly Format[];
  /** Where neither option says one. */
  readonly otherwise: Format;
}

const refused = (output: string, reason: string, hint: string): EngineError =>
  new EngineError({
    code: 'BAD_ARGUMENTS',
    op: 'choose the format of --output',
    target: output,
    reason,
    hint,
    kind: 'input',
  });

/**
 * What `--format` says, else the end of the name of `--output`. Throws EngineError BAD_ARGUMENTS where that is a format which
 * the command does not write.
 */
export function formatFor<Format extends string>(
  { format, output }: Asked<Format>,
  { formats, otherwise }: Writes<Format>,
): Format {
  if (format !== undefined) return format;
  if (output === undefined || output === STDIO) return otherwise;
  const { ending, format: named } = endingOf(output);
  const found = formats.find((each) => each === named);
  if (found !== undefined) return found;
  // Text by whatever name is what the command has for people.
  if (named === undefined || named === 'text') return otherwise;
  throw refused(
    output,
    `its name ends in ${ending}, and this command writes no ${named}`,
    `end it in another way, or choose one of ${formats.join(', ')} with --format`,
  );
}

/** Says so where the name of `--output` ends in what is no format. */
export function sayUnknownEnding<Format extends string>(
  { format, output }: Asked<Format>,
  { formats, otherwise }: Writes<Format>,
): void {
  if (format !== undefined || output === undefined) return;
  const { ending, format: named } = endingOf(output);
  if (ending === '' || named !== undefined) return;
  printNotice(
    `${output} is written as ${otherwise}, since ${ending} says no format; --format has ${formats.join(', ')}`,
  );
}

const BY_REPORT = (output: string): string => `nvbench report result.json --output ${output}`;

/**
 * Throws EngineError BAD_ARGUMENTS where the name of an output that is JSON ends in another format; `way` makes that of
 * result.json.
 */
export function refuseOtherThanJson(output: string | undefined, way = BY_REPORT): void {
  if (output === undefined || output === STDIO) return;
  const { format = 'json' } = endingOf(output);
  if (format === 'json' || format === 'text') return;
  throw refused(
    output,
    `what goes there is JSON, and its name says ${format}`,
    `write result.json, then: ${way(output)}`,
  );
}
