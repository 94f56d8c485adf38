/**
 * A queue pair for commands one at a time, from the main thread: the admin queue, and the I/O that tests and
 * set-up do. Not for measuring.
 */
import { EngineError } from '../../errors.js';
import { SQE } from '../../spec/index.js';
import { statusError } from '../status-error.js';
import { QueuePair, type QueuePairMemory } from './queue-pair.js';
import { waitUntil } from './wait.js';

/** The words of a command other than CDW0's identifier; all default to 0. */
export interface Command {
  /** For messages, for example `Identify Controller`. */
  readonly name: string;
  readonly opcode: number;
  readonly nsid?: number;
  readonly cdw3?: number;
  readonly prp1?: bigint;
  readonly prp2?: bigint;
  readonly cdw10?: number;
  readonly cdw11?: number;
  readonly cdw12?: number;
  readonly cdw13?: number;
  readonly cdw14?: number;
  readonly cdw15?: number;
}

export interface Completion {
  /** DW0, unsigned. */
  readonly result: number;
  /** The 15-bit status field; 0 is success. */
  readonly status: number;
}

/** Command identifiers are not used again after a time-out: the controller may still complete them. */
const BUSY = 1;
const ASTRAY =
  'it answers commands that were not sent: another process rings the doorbells of this queue, or it is at fault';

export class CommandQueue {
  private readonly pair: QueuePair;
  private readonly words = new Int32Array(SQE.WORDS);
  private readonly completions = new Map<number, Completion>();
  private readonly watched = new Map<number, (completion: Completion) => void>();
  private readonly state: Uint8Array;
  private readonly target: string;
  private readonly dead: () => string | undefined;
  private readonly onSilence: ((reason: string) => void) | undefined;
  /** Why nothing more is sent or taken: its memory may be another queue's. */
  private ended: string | undefined;

  /** `dead` says why the controller cannot answer any more, or undefined; `onSilence` hears why no answer is to be had. */
  constructor(
    memory: QueuePairMemory,
    target: string,
    dead: () => string | undefined,
    onSilence?: (reason: string) => void,
  ) {
    this.target = target;
    this.dead = dead;
    this.onSilence = onSilence;
    this.pair = new QueuePair(memory);
    this.state = new Uint8Array(memory.entries - 1);
  }

  /** Posts a command and rings; resolves to its command identifier. Throws EngineError QUEUE_FULL, DEVICE_LOST. */
  post(command: Command): number {
    if (this.ended !== undefined) throw this.lost(command, this.ended);
    const cid = this.state.indexOf(0);
    if (cid < 0 || this.pair.room() === 0) {
      throw this.failure(
        'QUEUE_FULL',
        command,
        'every slot waits for its completion',
        'wait for some of them',
      );
    }
    this.state[cid] = BUSY;
    this.fill(command, cid);
    this.pair.post(this.words);
    this.pair.ring();
    return cid;
  }

  /** Posts a command that may wait for ever; `told` hears of its completion when somebody looks. Throws as `post` does. */
  watch(command: Command, told: (completion: Completion) => void): void {
    this.watched.set(this.post(command), told);
  }

  /** Waits for a posted command, whatever its status. Throws EngineError COMMAND_TIMEOUT or DEVICE_LOST. */
  async wait(cid: number, command: Command, timeoutMs: number): Promise<Completion> {
    let reason: string | undefined;
    await waitUntil(() => {
      this.look();
      if (this.completions.has(cid)) return true;
      reason = this.ended ?? this.dead();
      return reason !== undefined;
    }, timeoutMs);
    const completion = this.completions.get(cid);
    if (completion) {
      this.completions.delete(cid);
      this.state[cid] = 0;
      return completion;
    }
    if (reason !== undefined) throw this.lost(command, reason);
    const why = `no completion within ${timeoutMs} ms`;
    this.onSilence?.(`${command.name}: ${why}`);
    throw this.failure(
      'COMMAND_TIMEOUT',
      command,
      why,
      'the controller is reset when it is closed; check the device',
    );
  }

  /**
   * Posts, waits, and requires success. Throws NvmeStatusError with the status by name; EngineError DEVICE_LOST, without
   * posting, where the controller cannot answer.
   */
  async execute(command: Command, timeoutMs: number): Promise<Completion> {
    const reason = this.ended ?? this.dead();
    if (reason !== undefined) throw this.lost(command, reason);
    const completion = await this.wait(this.post(command), command, timeoutMs);
    if (completion.status === 0) return completion;
    throw statusError(command.name, this.target, completion.status);
  }

  private fill(command: Command, cid: number): void {
    const words = this.words.fill(0);
    words[SQE.CDW0] = command.opcode | (cid << 16);
    words[SQE.NSID] = command.nsid ?? 0;
    words[SQE.CDW3] = command.cdw3 ?? 0;
    const prps = new BigUint64Array([command.prp1 ?? 0n, command.prp2 ?? 0n]);
    words.set(new Int32Array(prps.buffer), SQE.PRP1_LOW);
    words[SQE.CDW10] = command.cdw10 ?? 0;
    words[SQE.CDW11] = command.cdw11 ?? 0;
    words[SQE.CDW12] = command.cdw12 ?? 0;
    words[SQE.CDW13] = command.cdw13 ?? 0;
    words[SQE.CDW14] = command.cdw14 ?? 0;
    words[SQE.CDW15] = command.cdw15 ?? 0;
  }

  /** Takes what has come, though nobody waits for it. A queue that has gone astray answers nothing more, nor does one that has ended. */
  look(): void {
    if (this.ended === undefined && !this.pair.astray) this.reapAll();
  }

  /** The controller knows nothing of this queue any more: who waits fails with that reason, and its memory is not looked at again. */
  end(reason: string): void {
    this.ended ??= reason;
  }

  private reapAll(): void {
    let taken = 0;
    for (let cid = this.pair.reap(); cid >= 0; cid = this.pair.reap()) {
      taken++;
      if (this.pair.astray) break; // whose answer it is cannot be told
      const completion = { result: this.pair.result >>> 0, status: this.pair.status };
      const told = this.watched.get(cid);
      if (told !== undefined) {
        this.watched.delete(cid);
        this.state[cid] = 0;
        told(completion);
      } else if (this.state[cid] === BUSY) this.completions.set(cid, completion);
    }
    if (!this.pair.astray && !this.pair.inStep()) this.pair.astray = true;
    if (taken > 0) this.pair.release();
    if (this.pair.astray) this.onSilence?.(ASTRAY);
  }

  private lost(command: Command, reason: string): EngineError {
    return this.failure('DEVICE_LOST', command, reason, 'check the device and try again');
  }

  private failure(code: string, command: Command, reason: string, hint: string): EngineError {
    return new EngineError({ code, op: command.name, target: this.target, reason, hint });
  }
}
