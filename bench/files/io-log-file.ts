/** Files that logs of single I/Os go to: in place of nothing, or of an older log. Anything else is not theirs to write over. */
import { beginAnew, checkAnew, type FileKind, unwritable } from '../../engine/files/begun-anew.js';
import { HEADER_START_BYTES, isLog } from '../../reports/io-log/header.js';

const KIND: FileKind = {
  code: 'LOG_UNWRITABLE',
  op: 'write the log of single I/Os',
  name: 'log of single I/Os',
  shortName: 'log',
  isOne: isLog,
  startBytes: HEADER_START_BYTES,
};

function refuseStdout(path: string): void {
  if (path === '-') throw unwritable(KIND, path, 'a log needs a file of its own', 'name a file');
}

/** Refuses a path that no log may or can be written to. Throws EngineError LOG_UNWRITABLE (input). */
export function checkLogPath(path: string): void {
  refuseStdout(path);
  checkAnew(KIND, path);
}

/** An empty file there, for the caller to close. Throws as `checkLogPath`. */
export function openLogFile(path: string): number {
  refuseStdout(path);
  return beginAnew(KIND, path);
}
