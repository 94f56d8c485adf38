/** Memory in BARs of a vfio-user device, where the server lets it be mapped. */
import { EngineError } from '../../../../errors.js';
import { guard } from '../../../../sys/lost-pages.js';
import { type Mapping, mapFd, retire } from '../../../../sys/mapping.js';
import { closeFds } from '../../../../sys/unix-socket.js';
import type { Bars, BarWindow } from '../transport.js';
import { reachIn } from '../vfio/bar.js';
import type { VfioUserChannel } from './channel.js';
import { regionInfo } from './client.js';

const PAGE_BYTES = 4096;

export class VfioUserBars implements Bars {
  readonly #channel: VfioUserChannel;
  readonly #mappings: Mapping[] = [];

  constructor(channel: VfioUserChannel) {
    this.#channel = channel;
  }

  map(bar: number, offset: number, lengthBytes: number): BarWindow {
    const { target } = this.#channel;
    const { fd, areas, fileOffset } = regionInfo(this.#channel, bar);
    try {
      const bytes = Math.min(lengthBytes, Math.floor(reachIn(areas, offset) / PAGE_BYTES) * PAGE_BYTES);
      if (bytes === 0 || fd === undefined) throw notMappable(bar, offset, target);
      const mapping = mapFd(fd, bytes, fileOffset + offset, `memory in BAR${bar} of ${target}`);
      guard(mapping);
      this.#mappings.push(mapping);
      return { address: mapping.address, lengthBytes: bytes };
    } finally {
      if (fd !== undefined) closeFds([fd]);
    }
  }

  /** There is no bus. */
  busAddress(): undefined {}

  /** Views stay harmless. */
  retire(): void {
    for (const mapping of this.#mappings.splice(0)) retire(mapping);
  }
}

function notMappable(bar: number, offset: number, target: string): EngineError {
  return new EngineError({
    code: 'BAR_NOT_MAPPABLE',
    op: `map BAR${bar} from byte ${offset} on`,
    target,
    reason: 'the server does not let it be mapped',
    hint: 'use a server that does',
  });
}
