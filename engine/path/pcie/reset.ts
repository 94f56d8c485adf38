/** A controller level reset in the middle of a run (NVMe base 2.0, 3.7.2). */
import { EngineError } from '../../errors.js';
import type { ControllerIdentity } from '../../spec/index.js';
import { type Ending, GIVEN_UP_TIMEOUT_MS } from './end.js';
import { disable, isDisabled } from './registers.js';

function notReset(target: string, reason: string, hint: string): EngineError {
  return new EngineError({ code: 'NO_RESET', op: 'reset the controller', target, reason, hint });
}

/**
 * Disables a controller, whatever state it is in: it reads and writes no memory then. Throws EngineError: with the `refusal`
 * where there is one, and where the controller does not show that it is disabled.
 */
export async function standStill(
  { device, capabilities, manner }: Pick<Ending, 'device' | 'capabilities' | 'manner'>,
  refusal: string | undefined,
): Promise<void> {
  if (refusal !== undefined) throw notReset(device.target, refusal, 'attach the device again');
  const restMs = manner.restMs.readyCheck;
  await disable(device, capabilities, { mostMs: GIVEN_UP_TIMEOUT_MS, restMs });
  if (isDisabled(device)) return;
  throw notReset(device.target, device.lost() ?? 'it does not answer', 'check the device, then run again');
}

/** After a reset it must be the drive that it was: by its serial number it was decided what may be written. */
export function requireSame(
  before: ControllerIdentity | undefined,
  { serialNumber }: ControllerIdentity,
  target: string,
): void {
  if (before === undefined || before.serialNumber === serialNumber) return;
  const reason = `the serial number was ${before.serialNumber} before the reset, and is ${serialNumber} now`;
  throw notReset(target, reason, 'find out which drive it is before it is written');
}
