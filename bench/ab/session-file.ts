import type { AbDocument } from '../../reports/ab/document.js';
import { parseAbText } from '../../reports/ab/json.js';
import { ResultFormatError } from '../../reports/document/index.js';
import { type InputKind, inputError, readInputText } from '../files/input-file.js';

const KIND: InputKind = {
  code: 'SESSION_UNREADABLE',
  op: 'read the experiment',
  hint: 'name a file that nvbench ab --output wrote; nvbench show takes those of nvbench run',
};

/** Reads and checks a file that `nvbench ab --output` wrote. Throws EngineError SESSION_UNREADABLE (input). */
export function readSessionFile(path: string): AbDocument {
  const text = readInputText(path, KIND);
  try {
    return parseAbText(text);
  } catch (cause) {
    if (cause instanceof ResultFormatError || cause instanceof RangeError)
      throw inputError(KIND, path, cause.message, cause);
    throw cause;
  }
}
