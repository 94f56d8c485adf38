/** The memory of the software controller behind a BAR of its own: a file, whose pages can be others for whoever comes next. */
import { CONTROLLER_MEMORY_BAR, CONTROLLER_MEMORY_BUS_ADDRESS } from '../../../device/controller-memory.js';
import { EngineError } from '../../../errors.js';
import { guard } from '../../../sys/lost-pages.js';
import { mapAnonymous, retire } from '../../../sys/mapping.js';
import { renewMapping } from './sim-renewal.js';
import type { Bars, BarWindow } from './transport.js';

const WHAT = 'simulated controller memory';

export class SimControllerMemory implements Bars {
  readonly bar = CONTROLLER_MEMORY_BAR;
  readonly #memory: ReturnType<typeof mapAnonymous>;
  readonly #target: string;
  #guarded = false;

  constructor(lengthBytes: number, target: string) {
    this.#memory = mapAnonymous(lengthBytes, WHAT);
    this.#target = target;
  }

  get address(): bigint {
    return this.#memory.address;
  }

  get lengthBytes(): number {
    return this.#memory.lengthBytes;
  }

  map(bar: number, offset: number, lengthBytes: number): BarWindow {
    const reach = bar === this.bar ? this.lengthBytes - offset : 0;
    if (reach > 0)
      return { address: this.address + BigInt(offset), lengthBytes: Math.min(lengthBytes, reach) };
    throw new EngineError({
      code: 'BAR_NOT_MAPPABLE',
      op: `map BAR${bar} from byte ${offset} on`,
      target: this.#target,
      reason: 'the software controller has nothing there',
      hint: 'check CMBLOC',
    });
  }

  busAddress(bar: number): bigint | undefined {
    return bar === this.bar ? BigInt(CONTROLLER_MEMORY_BUS_ADDRESS) : undefined;
  }

  /** Puts fresh memory in place of what another process may have mapped: see `renewMapping`. */
  renew(): number {
    const fd = renewMapping(this.#memory, 0, WHAT);
    if (!this.#guarded) this.#guarded = guard(this.#memory);
    return fd;
  }

  /** Views stay harmless. */
  close(): void {
    retire(this.#memory);
  }
}
