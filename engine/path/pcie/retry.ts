/** Admin commands whose status says that a retry may succeed (NVMe base 2.0, 4.2.3: DNR and CRD). */
import { type EngineWarning, NvmeStatusError } from '../../errors.js';
import { SCT_GENERIC } from '../../spec/index.js';
import { nowMs } from '../../sys/clock.js';
import type { AdminQueue } from './admin.js';
import { rest } from './wait.js';

const MOST_RETRIES = 5;
/** Of all retries of a command together. */
const MOST_MS = 10_000;
/** Before the first retry where the controller names no time; twice as long before each further one. */
const FIRST_DELAY_MS = 10;

/**
 * Generic statuses of a state that passes: Internal Error, Command Interrupted, Transient Transport Error, Admin Command Media
 * Not Ready, Namespace Not Ready. Others without DNR are what controllers of old answer to what they will never do.
 */
const PASSING: readonly number[] = [0x06, 0x21, 0x22, 0x24, 0x82];

const passes = ({ statusCodeType, statusCode, doNotRetry, retryDelay }: NvmeStatusError): boolean =>
  !doNotRetry && (retryDelay > 0 || (statusCodeType === SCT_GENERIC && PASSING.includes(statusCode)));

export interface Retries {
  /** The device, for messages. */
  readonly target: string;
  /** CRDT1 to CRDT3 in ms, as far as they are known. */
  delaysMs(): readonly number[];
  /** Gets one for each command that was tried again, by its message. */
  readonly warnings: Map<string, EngineWarning>;
}

/** The same queue, whose commands are tried again within limits where their status allows it. */
export function retrying(queue: AdminQueue, { target, delaysMs, warnings }: Retries): AdminQueue {
  return {
    async execute(command, timeoutMs) {
      const untilMs = nowMs() + MOST_MS;
      for (let retries = 0; ; retries++) {
        try {
          return await queue.execute(command, timeoutMs);
        } catch (error) {
          if (!(error instanceof NvmeStatusError) || !passes(error) || retries === MOST_RETRIES) throw error;
          const named = error.retryDelay === 0 ? 0 : (delaysMs()[error.retryDelay - 1] ?? 0);
          const delayMs = named === 0 ? FIRST_DELAY_MS * 2 ** retries : named;
          if (nowMs() + delayMs > untilMs) throw error;
          const message = `${target} had to be asked again: ${command.name} ended with ${error.reason}`;
          warnings.set(message, { code: 'admin-retried', message, advice: 'look at its SMART log' });
          await rest(delayMs);
        }
      }
    },
  };
}
