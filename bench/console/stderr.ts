/** What goes to stderr. */
import { EngineError } from '../../engine/errors.js';
import { loadShortage, openFilesLimit } from '../../engine/shortage.js';
import { sanitize } from '../../reports/render/terminal.js';

/** Says one thing on stderr. */
export function printNotice(text: string): void {
  // Messages name files and devices: nothing in them may move the cursor.
  process.stderr.write(`nvbench: ${text.split('\n').map(sanitize).join('\n')}\n`);
}

/** Says on stderr what went wrong; the stack only where NVBENCH_DEBUG asks for it. */
export function printError(error: unknown): void {
  const said = error instanceof Error ? error.message : String(error);
  // What the engine throws has its reason and next step already. Commands, and what they need, are loaded late.
  const shortage = error instanceof EngineError ? undefined : loadShortage(error, openFilesLimit());
  const text = shortage === undefined ? said : `${said}: ${shortage.reason}; ${shortage.hint}`;
  printNotice(text);
  if (process.env.NVBENCH_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
}
