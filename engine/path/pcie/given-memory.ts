/** Memory of the host that a controller is given for its own use: doorbells of I/O queues, and Host Memory Buffer. */
import type { DmaArena } from '../../memory/arena.js';
import type { Capabilities, ControllerIdentity } from '../../spec/index.js';
import type { Admin } from './admin.js';
import type { ControllerOptions } from './controller-options.js';
import { HostMemory } from './host-memory.js';
import { ShadowDoorbells } from './shadow-doorbells.js';

export interface GivenMemoryParts {
  readonly admin: Admin;
  readonly arena: DmaArena;
  readonly pageBytes: number;
  readonly target: string;
  readonly capabilities: Capabilities;
  readonly identity: ControllerIdentity;
}

export class GivenMemory {
  readonly doorbells: ShadowDoorbells;
  readonly hostMemory: HostMemory;

  constructor(parts: GivenMemoryParts) {
    const { capabilities, identity } = parts;
    const { optionalAdminCommands, hostMemory: wish } = identity;
    const strideBytes = capabilities.doorbellStrideBytes;
    this.doorbells = new ShadowDoorbells({ ...parts, strideBytes, optionalAdminCommands });
    this.hostMemory = new HostMemory({ ...parts, wish });
  }

  /** After each reset, before there are queues. Throws EngineError. */
  async give({ doorbells = 'auto', hostMemory = 'auto' }: ControllerOptions): Promise<void> {
    await this.doorbells.give(doorbells);
    await this.hostMemory.give(hostMemory);
  }
}
