/** Where a run prints for people. */
import { reportStream } from '../console/stdout.js';
import { STDIO } from '../files/stdio.js';
import type { RunArguments } from '../usage/run.js';

/** For people: JSON on stdout is the result alone. Throws EngineError BAD_ARGUMENTS. */
export function streamOf({ output, junit, save, metrics, format }: RunArguments): NodeJS.WriteStream {
  const json = format === 'json' && output !== STDIO ? STDIO : undefined;
  return reportStream({
    '--output': output,
    '--junit': junit,
    '--save': save,
    '--metrics': metrics,
    '--format json': json,
  });
}
