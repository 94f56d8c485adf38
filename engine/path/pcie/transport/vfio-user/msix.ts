/** MSI-X of a function behind a vfio-user socket: eventfds for the vectors, and Enable in the configuration space. */
import { SystemError } from '../../../../errors.js';
import { type ConfigSpace, readMsix } from '../../../../pci/config-space.js';
import { closeFd, createEventFd } from '../../../../sys/fd.js';
import { MAX_FDS } from '../../../../sys/socket-message.js';
import { IRQ_INFO_EVENTFD, MSIX_IRQ_INDEX } from '../../../../vfio-user/messages.js';
import { EventInterrupts } from '../event-interrupts.js';
import type { VfioUserChannel } from './channel.js';
import { disableIrqs, irqInfo, setIrqEventFds } from './client.js';
import { setMsixEnable } from './function-config.js';

export interface MsixOptions {
  /** Interrupt indices that the device says it has. */
  readonly irqCount: number;
  /** Descriptors that the server takes with one message. */
  readonly messageFds: number;
}

/**
 * Undefined where the device has no vectors that eventfds can be given for. Some servers look at MSI-X Enable before
 * they signal, and call an interrupt without an eventfd a fatal error: it is set after the eventfds are there, and
 * cleared before they go. Throws as `VfioUserChannel.request`.
 */
export function openMsix(
  channel: VfioUserChannel,
  config: ConfigSpace,
  { irqCount, messageFds }: MsixOptions,
): EventInterrupts | undefined {
  const count = irqCount > MSIX_IRQ_INDEX ? vectorsOf(channel) : 0;
  if (count === 0) return undefined;
  const offset = readMsix(config)?.offset;
  const enable = (on: boolean): void => {
    if (offset !== undefined) setMsixEnable(config, offset, on);
  };
  const mask = (): void => {
    if (channel.lost() !== undefined) return; // a server that is gone signals nothing
    enable(false);
    disableIrqs(channel, MSIX_IRQ_INDEX);
  };
  return new EventInterrupts({
    target: channel.target,
    maxVectors: count,
    createEventFd,
    closeFd,
    route(eventFds) {
      try {
        sendEventFds(channel, eventFds, Math.min(messageFds, MAX_FDS));
        enable(true);
      } catch (error) {
        quietly(mask);
        throw error;
      }
    },
    mask,
  });
}

/** 0 also where the server does not want to say, or has vectors that no eventfd can be given for. */
function vectorsOf(channel: VfioUserChannel): number {
  try {
    const { count, flags } = irqInfo(channel, MSIX_IRQ_INDEX);
    return (flags & IRQ_INFO_EVENTFD) === 0 ? 0 : count;
  } catch (error) {
    if (error instanceof SystemError && error.code === 'VFIO_USER_REFUSED') return 0;
    throw error;
  }
}

function sendEventFds(channel: VfioUserChannel, eventFds: readonly number[], atOnce: number): void {
  for (let start = 0; start < eventFds.length; start += atOnce)
    setIrqEventFds(channel, MSIX_IRQ_INDEX, start, eventFds.slice(start, start + atOnce));
}

/** Takes back what of it can be taken back; the failure before it is the one to tell. */
function quietly(undo: () => void): void {
  try {
    undo();
  } catch {}
}
