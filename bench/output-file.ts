import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { EngineError } from '../engine/index.js';

/** Refuses an output path that could not be written after the run. Throws EngineError OUTPUT_UNWRITABLE. */
export function checkWritable(path: string): void {
  try {
    accessSync(dirname(path), constants.W_OK);
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new Error('it is a directory');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new EngineError({
      code: 'OUTPUT_UNWRITABLE',
      op: 'prepare --output',
      target: path,
      reason: code ?? message,
      hint: 'name a file in a directory that exists and can be written',
      kind: 'input',
      cause,
    });
  }
}
