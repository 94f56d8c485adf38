/** Serving the admin queue: one command after the other, each copied before it is looked at. */
import { SQE } from '../spec/command.js';
import type { AdminCommands } from './admin-commands.js';
import { HELD, SUCCESS } from './answers.js';
import type { AsyncEvents } from './async-events.js';
import type { Health } from './health.js';
import type { HostMemory } from './host-memory.js';
import type { QueueSet } from './queue-set.js';
import type { CompletionQueue } from './queues.js';
import type { Recorder } from './record/recorder.js';

export interface AdminServiceParts {
  readonly admin: AdminCommands;
  readonly queues: QueueSet;
  readonly health: Health;
  readonly hostMemory: HostMemory;
  readonly events: AsyncEvents;
  readonly recorder: Recorder | undefined;
  /** A command may end this. */
  serving(): boolean;
  fatal(reason: string): void;
}

export class AdminService {
  private readonly parts: AdminServiceParts;
  private readonly queues: QueueSet;
  private readonly events: AsyncEvents;
  /** The command being carried out. */
  private readonly command = new Uint32Array(SQE.WORDS);

  constructor(parts: AdminServiceParts) {
    this.parts = parts;
    this.queues = parts.queues;
    this.events = parts.events;
  }

  /** What is there, and the events that came of it; the controller serves. How many commands there were. */
  serve(): number {
    const { queues, events } = this;
    const queue = queues.submission[0]!;
    const { completion } = queue;
    let done = 0;
    let serving = true;
    while (serving && queues.fetchable(queue) > 0) {
      queue.take(this.command);
      this.execute(completion, queue.head);
      done++;
      serving = this.parts.serving();
    }
    if (serving) events.deliver(completion, queue.head);
    if (completion.tail !== completion.announcedTail) queues.announceAdmin();
    return done;
  }

  private execute(completion: CompletionQueue, head: number): void {
    const { admin, health, hostMemory, recorder, fatal } = this.parts;
    const { command } = this;
    recorder?.adminArrives();
    const status = admin.execute(command);
    recorder?.admin(command, status);
    if (!hostMemory.use()) fatal('the host took its memory away without a word');
    if (status === HELD) return;
    const cid = command[SQE.CDW0] >>> 16;
    if (status !== SUCCESS) health.countError(0, cid, status, command, 0);
    completion.post(admin.result, head, 0, cid, status);
  }
}
