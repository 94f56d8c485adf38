import { EngineError } from '../../errors.js';

/** What the configuration asks for and the device has not. */
export function refuse(code: string, op: string, target: string, reason: string, hint: string): EngineError {
  return new EngineError({ code, op, target, reason, hint, kind: 'input' });
}
