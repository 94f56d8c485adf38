import { SystemError } from '../../../../errors.js';
import { VFIO_IRQ_INFO_EVENTFD, VFIO_PCI_REQ_IRQ_INDEX } from '../../../../sys/vfio-abi.js';
import { disableIrqs, readIrqInfo, setIrqEventFds, type VfioHandle } from './device.js';

/**
 * The kernel's way to ask a device back, before an unplug or an unbind: it signals an eventfd every ten seconds until
 * the descriptors are closed. Without one it can only complain in its log.
 */
export class RemovalRequest {
  readonly #device: VfioHandle;
  readonly #eventFd: number;
  #asked = false;

  private constructor(device: VfioHandle, eventFd: number) {
    this.#device = device;
    this.#eventFd = eventFd;
  }

  /** Undefined where the kernel has no such interrupt. Throws SystemError. */
  static register(device: VfioHandle): RemovalRequest | undefined {
    if (!hasRequestInterrupt(device)) return undefined;
    const eventFd = device.system.createEventFd();
    try {
      setIrqEventFds(device, VFIO_PCI_REQ_IRQ_INDEX, 0, [eventFd]);
    } catch (error) {
      device.system.closeFd(eventFd);
      throw error;
    }
    return new RemovalRequest(device, eventFd);
  }

  /** Whether the kernel has asked so far. Never blocks. */
  asked(): boolean {
    if (!this.#asked) this.#asked = this.#device.system.drainEventFd(this.#eventFd) > 0n;
    return this.#asked;
  }

  /** Throws SystemError; the eventfd is closed in any case. */
  close(): void {
    try {
      disableIrqs(this.#device, VFIO_PCI_REQ_IRQ_INDEX);
    } finally {
      this.#device.system.closeFd(this.#eventFd);
    }
  }
}

function hasRequestInterrupt(device: VfioHandle): boolean {
  try {
    const irq = readIrqInfo(device, VFIO_PCI_REQ_IRQ_INDEX);
    return irq.count > 0 && (irq.flags & VFIO_IRQ_INFO_EVENTFD) !== 0;
  } catch (error) {
    if (error instanceof SystemError && error.errnoName === 'EINVAL') return false; // before Linux 4.0
    throw error;
  }
}
