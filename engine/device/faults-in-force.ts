/** The faults that a controller has: those it was made with, and what came and went since. No reset ends them. */
import { AdminFaults } from './admin-faults.js';
import { type FaultSpec, isAdminFault } from './config.js';
import { type FaultEffects, type FaultState, Faults } from './faults.js';
import type { InjectionLog } from './injection-log.js';
import type { MediaFaults } from './media-faults.js';

export class FaultsInForce {
  readonly io: Faults;
  readonly admin: AdminFaults;
  private lastId = 0;

  constructor(
    specs: readonly FaultSpec[],
    effects: FaultEffects,
    media: MediaFaults,
    log: InjectionLog,
    seed: number,
  ) {
    this.io = new Faults(effects, media, log, seed);
    this.admin = new AdminFaults(log);
    for (const spec of specs) this.add(spec);
  }

  /** Its number. */
  add(spec: FaultSpec): number {
    const id = ++this.lastId;
    if (isAdminFault(spec)) this.admin.add(id, spec);
    else this.io.add(id, spec);
    return id;
  }

  /** False where there is none of this number. */
  remove(id: number): boolean {
    return this.io.remove(id) || this.admin.remove(id);
  }

  /** In the order in which they came. */
  states(): FaultState[] {
    return [...this.io.states(), ...this.admin.states()].sort((a, b) => a.id - b.id);
  }
}
