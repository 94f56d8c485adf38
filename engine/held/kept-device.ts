import type { TransportDevice } from '../path/pcie/transport/transport.js';

/** A device that outlives the controllers which are started on it, one after the other: they do not close it. */
export class KeptDevice implements TransportDevice {
  readonly #device: TransportDevice;

  constructor(device: TransportDevice) {
    this.#device = device;
  }

  get target() {
    return this.#device.target;
  }

  get kind() {
    return this.#device.kind;
  }

  get software() {
    return this.#device.software;
  }

  get notice() {
    return this.#device.notice;
  }

  get pciId() {
    return this.#device.pciId;
  }

  get numaNode() {
    return this.#device.numaNode;
  }

  get registers() {
    return this.#device.registers;
  }

  get doorbells() {
    return this.#device.doorbells;
  }

  get dma() {
    return this.#device.dma;
  }

  get warnings() {
    return this.#device.warnings;
  }

  get interrupts() {
    return this.#device.interrupts;
  }

  get sharing() {
    return this.#device.sharing;
  }

  reset(): Promise<boolean> {
    return this.#device.reset();
  }

  lost(): string | undefined {
    return this.#device.lost();
  }

  fatalReason(): string | undefined {
    return this.#device.fatalReason?.();
  }

  askedBack(): string | undefined {
    return this.#device.askedBack?.();
  }

  /** Leaves it attached. */
  async close(): Promise<void> {}

  /** Gives it back. */
  async release(): Promise<void> {
    await this.#device.close();
  }
}
