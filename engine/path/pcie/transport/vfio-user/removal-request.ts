/** The server's way to ask for the device back: it signals an eventfd, as the kernel does before an unplug. */
import { SystemError } from '../../../../errors.js';
import { closeFd, createEventFd, drainEventFd } from '../../../../sys/fd.js';
import { IRQ_INFO_EVENTFD, REQUEST_IRQ_INDEX } from '../../../../vfio-user/messages.js';
import type { VfioUserChannel } from './channel.js';
import { disableIrqs, irqInfo, setIrqEventFds } from './client.js';

export class RemovalRequest {
  readonly #channel: VfioUserChannel;
  readonly #eventFd: number;
  #asked = false;

  private constructor(channel: VfioUserChannel, eventFd: number) {
    this.#channel = channel;
    this.#eventFd = eventFd;
  }

  /** Undefined where the server does not ask. `irqCount`: the interrupt indices that it has. Throws as `VfioUserChannel.request`. */
  static register(channel: VfioUserChannel, irqCount: number): RemovalRequest | undefined {
    if (irqCount <= REQUEST_IRQ_INDEX) return undefined;
    const eventFd = createEventFd();
    try {
      const { count, flags } = irqInfo(channel, REQUEST_IRQ_INDEX);
      if (count > 0 && (flags & IRQ_INFO_EVENTFD) !== 0) {
        setIrqEventFds(channel, REQUEST_IRQ_INDEX, 0, [eventFd]);
        return new RemovalRequest(channel, eventFd);
      }
    } catch (error) {
      if (!(error instanceof SystemError) || error.code !== 'VFIO_USER_REFUSED') {
        closeFd(eventFd);
        throw error;
      }
    }
    closeFd(eventFd);
    return undefined;
  }

  /** Whether it has asked so far. Never blocks. */
  asked(): boolean {
    this.#asked ||= drainEventFd(this.#eventFd) > 0n;
    return this.#asked;
  }

  /** The eventfd is closed in any case. Throws as `VfioUserChannel.request`. */
  close(): void {
    try {
      if (this.#channel.lost() === undefined) disableIrqs(this.#channel, REQUEST_IRQ_INDEX);
    } finally {
      closeFd(this.#eventFd);
    }
  }
}
