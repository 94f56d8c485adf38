/**
 * Memory that lies with the other side: of the host, given to a controller for its own use (doorbells of I/O queues, Host Memory
 * Buffer), and the controller's own, which the host puts queues into.
 */
import type { DmaArena } from '../../memory/arena.js';
import type { Capabilities, ControllerIdentity } from '../../spec/index.js';
import type { Admin } from './admin.js';
import { ControllerMemory } from './controller-memory.js';
import type { ControllerOptions } from './controller-options.js';
import { HostMemory } from './host-memory.js';
import { ShadowDoorbells } from './shadow-doorbells.js';
import type { TransportDevice } from './transport/transport.js';

export interface GivenMemoryParts {
  readonly admin: Admin;
  readonly arena: DmaArena;
  readonly pageBytes: number;
  readonly device: TransportDevice;
  readonly capabilities: Capabilities;
  readonly identity: ControllerIdentity;
}

/** What may be asked of it by who gives and takes none. */
export interface GivenFacts {
  readonly doorbells: Pick<ShadowDoorbells, 'inForce'>;
  readonly hostMemory: Pick<HostMemory, 'givenBytes' | 'wish' | 'warnings'>;
  readonly controllerMemory: Pick<ControllerMemory, 'look' | 'require' | 'inUse'>;
}

export class GivenMemory implements GivenFacts {
  readonly doorbells: ShadowDoorbells;
  readonly hostMemory: HostMemory;
  readonly controllerMemory: ControllerMemory;

  constructor(parts: GivenMemoryParts) {
    const { capabilities, identity } = parts;
    const { target } = parts.device;
    const { optionalAdminCommands, hostMemory: wish } = identity;
    const strideBytes = capabilities.doorbellStrideBytes;
    this.doorbells = new ShadowDoorbells({ ...parts, strideBytes, optionalAdminCommands });
    this.hostMemory = new HostMemory({ ...parts, target, wish });
    this.controllerMemory = new ControllerMemory(parts);
  }

  /** After each reset, before there are queues. Throws EngineError. */
  async give({ doorbells = 'auto', hostMemory = 'auto' }: ControllerOptions): Promise<void> {
    this.controllerMemory.wasReset();
    await this.doorbells.give(doorbells);
    await this.hostMemory.give(hostMemory);
  }
}
