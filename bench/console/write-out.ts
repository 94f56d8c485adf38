import type { OutputFile } from '../files/output-file.js';

/** Text to the output, or to stdout where there is none. */
export async function writeOut(output: OutputFile | undefined, text: string): Promise<void> {
  if (output === undefined) process.stdout.write(text);
  else await output.finish(text);
}
