import { sanitize } from '../reports/index.js';

/** Says on stderr what went wrong; the stack only where NVBENCH_DEBUG asks for it. */
export function printError(error: unknown): void {
  const text = error instanceof Error ? error.message : String(error);
  // Messages name files and devices: nothing in them may move the cursor.
  process.stderr.write(`nvbench: ${text.split('\n').map(sanitize).join('\n')}\n`);
  if (process.env.NVBENCH_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
}
