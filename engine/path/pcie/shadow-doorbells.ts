/**
 * Doorbells in memory (Doorbell Buffer Config, NVMe base 2.0, 5.8 and B.5), as controllers that are software have them: a store
 * to a register would end in the hypervisor, a store to memory does not. Those of I/O queues alone: Linux rings the admin
 * queue by its registers, and controllers are known that take nothing else.
 */
import { NvmeStatusError } from '../../errors.js';
import type { DmaArena, DmaBuffer } from '../../memory/arena.js';
import { ADMIN, cqHeadDoorbell, OACS, sqTailDoorbell } from '../../spec/index.js';
import type { DoorbellChoice } from '../drive.js';
import type { Admin } from './admin.js';
import type { ShadowPair } from './shadow-ring.js';

export interface ShadowParts {
  readonly admin: Admin;
  readonly arena: DmaArena;
  readonly pageBytes: number;
  readonly strideBytes: number;
  /** OACS. */
  readonly optionalAdminCommands: number;
}

export class ShadowDoorbells {
  private readonly parts: ShadowParts;
  private doorbells: DmaBuffer | undefined;
  private events: DmaBuffer | undefined;
  /** The controller looks there. */
  inForce = false;

  constructor(parts: ShadowParts) {
    this.parts = parts;
  }

  /** Tells the controller of them where it has the command; it is refused in silence, registers serve as well. Throws EngineError. */
  async give(choice: DoorbellChoice): Promise<void> {
    const { admin, arena, pageBytes, optionalAdminCommands } = this.parts;
    this.inForce = false; // a reset has taken them back
    if (choice === 'mmio' || (optionalAdminCommands & OACS.DOORBELL_BUFFER_CONFIG) === 0) return;
    this.doorbells ??= arena.allocate(pageBytes, pageBytes);
    this.events ??= arena.allocate(pageBytes, pageBytes);
    for (const { view } of [this.doorbells, this.events]) new Uint32Array(view).fill(0);
    try {
      await admin.execute({
        name: 'Doorbell Buffer Config',
        opcode: ADMIN.DOORBELL_BUFFER_CONFIG,
        prp1: this.doorbells.iova,
        prp2: this.events.iova,
      });
      this.inForce = true;
    } catch (error) {
      if (!(error instanceof NvmeStatusError)) throw error;
    }
  }

  /** Where those of a pair lie, at 0 for a new pair; undefined where the controller looks at its registers alone. */
  of(qid: number): ShadowPair | undefined {
    const { doorbells, events } = this;
    const { strideBytes, pageBytes } = this.parts;
    const [tail, head] = [sqTailDoorbell(qid, strideBytes), cqHeadDoorbell(qid, strideBytes)];
    if (!this.inForce || doorbells === undefined || events === undefined) return undefined;
    if (qid === 0 || head + 4 > pageBytes) return undefined;
    for (const { view } of [doorbells, events]) {
      const words = new Uint32Array(view);
      words[tail / 4] = 0;
      words[head / 4] = 0;
    }
    return {
      sqTail: doorbells.address + BigInt(tail),
      cqHead: doorbells.address + BigInt(head),
      sqEvent: events.address + BigInt(tail),
      cqEvent: events.address + BigInt(head),
    };
  }
}
