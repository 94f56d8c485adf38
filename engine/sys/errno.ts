import { SystemError } from '../errors.js';
import { shortageOf } from '../shortage.js';
import { errnoSymbols, lastErrno } from './libc.js';

const names = new Map<number, string>();
for (const [name, number] of Object.entries(errnoSymbols)) if (!names.has(number)) names.set(number, name);

/** The symbol of an errno value, for example 16 -> `EBUSY`; `errno 16` where it has none. */
export function errnoName(errno: number): string {
  return names.get(errno) ?? `errno ${errno}`;
}

export interface SystemCall {
  code?: string;
  op: string;
  target: string;
  /** Next step by errno symbol; `default` where none fits. */
  hints?: Readonly<Record<string, string>>;
}

/** For whichever call: what means the same everywhere. EAGAIN does not. */
function commonHint(name: string): string {
  return name === 'EAGAIN' ? '' : (shortageOf(name)?.hint ?? '');
}

/** A SystemError for the call that just failed on this thread. Call it at once: errno does not keep. */
export function systemError(call: SystemCall, errno: number = lastErrno()): SystemError {
  const name = errnoName(errno);
  const hint = call.hints?.[name] ?? call.hints?.default ?? commonHint(name);
  return new SystemError({
    code: call.code ?? name,
    op: call.op,
    target: call.target,
    reason: name,
    hint,
    errno,
    errnoName: name,
  });
}

/** Returns the result of a call, or throws its SystemError where the result is negative. */
export function checked(result: number, call: SystemCall): number {
  if (result < 0) throw systemError(call);
  return result;
}
