/** Sanitize (NVMe base 2.0, 5.24): all data is gone at once, and for a while the controller says that it is at it. */
import { SQE } from '../spec/command.js';
import {
  SANICAP,
  SANITIZE_ACTION,
  SANITIZE_LOG,
  SANITIZE_LOG_BYTES,
  SANITIZE_STATE,
} from '../spec/sanitize.js';
import { INVALID_FIELD, SANITIZE_IN_PROGRESS, SUCCESS } from './answers.js';

const ACTION_MASK = 7;
const { BLOCK_ERASE, CRYPTO_ERASE, EXIT_FAILURE_MODE } = SANITIZE_ACTION;
const { NEVER, DONE, IN_PROGRESS } = SANITIZE_STATE;

/** SANICAP. */
export const SANITIZE_CAPABILITIES = SANICAP.BLOCK_ERASE | SANICAP.CRYPTO_ERASE;

/** It outlives resets of the controller, as it has to. */
export class Sanitize {
  private readonly takesMs: number;
  private startedMs = Number.NEGATIVE_INFINITY;
  private cdw10 = 0;

  /** `takesMs`: of each; 0 where the controller has no such command. */
  constructor(takesMs: number) {
    this.takesMs = takesMs;
  }

  get isSupported(): boolean {
    return this.takesMs > 0;
  }

  isBusy(nowMs: number): boolean {
    return nowMs - this.startedMs < this.takesMs;
  }

  /** Carries the command out by `erase`, which answers with a status. */
  start(command: Uint32Array, nowMs: number, erase: () => number): number {
    const action = command[SQE.CDW10] & ACTION_MASK;
    if (action === EXIT_FAILURE_MODE) return SUCCESS;
    if (action !== BLOCK_ERASE && action !== CRYPTO_ERASE) return INVALID_FIELD;
    if (this.isBusy(nowMs)) return SANITIZE_IN_PROGRESS;
    this.startedMs = nowMs;
    this.cdw10 = command[SQE.CDW10];
    return erase();
  }

  /** Log page 81h. */
  logPage(nowMs: number): Uint8Array {
    const page = new Uint8Array(SANITIZE_LOG_BYTES);
    const view = new DataView(page.buffer);
    const busy = this.isBusy(nowMs);
    const share = busy ? (nowMs - this.startedMs) / this.takesMs : 1;
    view.setUint16(SANITIZE_LOG.SPROG, busy ? Math.floor(share * 65_536) : 65_535, true);
    const ended = this.startedMs === Number.NEGATIVE_INFINITY ? NEVER : DONE;
    view.setUint16(SANITIZE_LOG.SSTAT, busy ? IN_PROGRESS : ended, true);
    view.setUint32(SANITIZE_LOG.SCDW10, this.cdw10, true);
    const seconds = Math.ceil(this.takesMs / 1000);
    view.setUint32(SANITIZE_LOG.BLOCK_ERASE_S, seconds, true);
    view.setUint32(SANITIZE_LOG.CRYPTO_ERASE_S, seconds, true);
    return page;
  }
}
