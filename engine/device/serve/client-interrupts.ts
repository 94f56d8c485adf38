/**
 * The interrupts of one client: the eventfds that it sent, by MSI-X vector, and the one of INTx. They are signalled while the
 * configuration space says so: INTx where MSI-X is off. That of the request index is signalled when the drive is to be unplugged,
 * that of the error index is kept and never signalled: the function has no errors of its own.
 * Structures and rules as in the kernel's VFIO_DEVICE_SET_IRQS.
 */

import type { SharedSimDevice } from '../../path/pcie/transport/sim.js';
import { drainEventFd, isEventFd, signalEventFd, waitReadable } from '../../sys/fd.js';
import { closeFds } from '../../sys/unix-socket.js';
import {
  ERROR_IRQ_INDEX,
  INTX_IRQ_INDEX,
  IRQ_ACTION_MASK,
  IRQ_ACTION_TRIGGER,
  IRQ_ACTION_UNMASK,
  IRQ_DATA_BOOL,
  IRQ_DATA_EVENTFD,
  IRQ_DATA_NONE,
  IRQ_INFO_AUTOMASKED,
  IRQ_INFO_EVENTFD,
  IRQ_INFO_MASKABLE,
  type IrqInfo,
  type IrqSet,
  MSIX_IRQ_INDEX,
  REQUEST_IRQ_INDEX,
} from '../../vfio-user/messages.js';
import { Refusal } from './refusal.js';

/** INTx, MSI, MSI-X, error, request. As in the kernel's vfio-pci. */
export const IRQ_COUNT = 5;

/** What may be signalled, as the configuration space says. */
interface EnabledInterrupts {
  /** MSI-X Enable (PCI Local Bus 3.0, 6.8.2.3). */
  readonly msixEnabled: boolean;
  /** MSI-X is off, and so is Interrupt Disable of the command register (6.2.2). */
  readonly intxEnabled: boolean;
}

const INTX_INFO = IRQ_INFO_EVENTFD | IRQ_INFO_MASKABLE | IRQ_INFO_AUTOMASKED;
const DATA_TYPES: readonly number[] = [IRQ_DATA_NONE, IRQ_DATA_BOOL, IRQ_DATA_EVENTFD];
const DATA_MASK = IRQ_DATA_NONE | IRQ_DATA_BOOL | IRQ_DATA_EVENTFD;
const ACTIONS: readonly number[] = [IRQ_ACTION_MASK, IRQ_ACTION_UNMASK, IRQ_ACTION_TRIGGER];
const OWN_INDICES: readonly number[] = [ERROR_IRQ_INDEX, REQUEST_IRQ_INDEX];
/** For a signal that is under way, and then for one that a client keeps from its end. */
const SETTLE_MS = 20;
const UNBLOCK_MS = 1000;

export class ClientInterrupts {
  readonly #lines: SharedSimDevice['lines'];
  /** MSI-X vectors of the function. */
  readonly #vectors: number;
  readonly #eventFds = new Map<number, number>();
  /** Of the error and of the request index: the controller's thread has none of them. */
  readonly #ownFds = new Map<number, readonly number[]>();
  /** Empty where there is none. */
  #intxFds: readonly number[] = [];
  #enabled: EnabledInterrupts;

  constructor(lines: SharedSimDevice['lines'], vectors: number, enabled: EnabledInterrupts) {
    const { msixEnabled, intxEnabled } = enabled;
    this.#lines = lines;
    this.#vectors = vectors;
    this.#enabled = { msixEnabled, intxEnabled };
  }

  /** Of MSI-X there are vectors, of MSI none, of the other indices one. Throws Refusal. */
  info(index: number): IrqInfo {
    if (index >= IRQ_COUNT) throw new Refusal('EINVAL', `interrupt index ${index}`);
    if (index === MSIX_IRQ_INDEX) return { flags: IRQ_INFO_EVENTFD, index, count: this.#vectors };
    if (OWN_INDICES.includes(index)) return { flags: IRQ_INFO_EVENTFD, index, count: 1 };
    if (index === INTX_IRQ_INDEX) return { flags: INTX_INFO, index, count: 1 };
    return { flags: 0, index, count: 0 };
  }

  /**
   * Takes the eventfds over (`keeps` says so), one for each vector from `start` on; without any, those vectors have
   * none any more. All or nothing. Throws Refusal.
   */
  set(request: IrqSet, fds: readonly number[]): void {
    const { index, start, count } = request;
    const data = this.#check(request, fds);
    if (OWN_INDICES.includes(index)) this.#replaceOwn(index, fds);
    else if (index === INTX_IRQ_INDEX) this.#setIntx(request.flags & ~DATA_MASK, fds);
    else if (data === IRQ_DATA_NONE) this.releaseVectors();
    else this.#replace(start, count, fds);
  }

  /** Whether a descriptor that came with a message is in use from now on. */
  keeps(fd: number): boolean {
    return [...this.#eventFds.values(), ...this.#intxFds, ...[...this.#ownFds.values()].flat()].includes(fd);
  }

  /** Asks the client to release the device; false where it has not said how. */
  askBack(): boolean {
    const fds = this.#ownFds.get(REQUEST_IRQ_INDEX) ?? [];
    for (const fd of fds) signalEventFd(fd);
    return fds.length > 0;
  }

  /** Signals what the configuration space enables, and nothing else. */
  route({ msixEnabled, intxEnabled }: EnabledInterrupts): void {
    const before = this.#enabled;
    this.#enabled = { msixEnabled, intxEnabled };
    if (msixEnabled !== before.msixEnabled)
      for (const [vector, fd] of this.#eventFds) this.#lines.set(vector, msixEnabled ? fd : 0);
    if (intxEnabled !== before.intxEnabled) this.#routeIntx();
  }

  /** Signals none of MSI-X any more, and keeps none of those. */
  releaseVectors(): void {
    this.#replace(0, this.#vectors, []);
  }

  /** Signals and keeps none any more. */
  release(): void {
    this.releaseVectors();
    for (const index of OWN_INDICES) this.#replaceOwn(index, []);
    this.#replaceIntx([]);
  }

  #setIntx(action: number, fds: readonly number[]): void {
    if (action === IRQ_ACTION_TRIGGER) this.#replaceIntx(fds);
    else this.#lines.maskIntx(action === IRQ_ACTION_MASK);
  }

  #replaceIntx(fds: readonly number[]): void {
    const former = this.#intxFds;
    this.#intxFds = [...fds];
    this.#routeIntx();
    this.#close(former);
  }

  #routeIntx(): void {
    this.#lines.setIntx(this.#enabled.intxEnabled ? (this.#intxFds.at(0) ?? 0) : 0);
  }

  #replaceOwn(index: number, fds: readonly number[]): void {
    closeFds(this.#ownFds.get(index) ?? []);
    this.#ownFds.set(index, [...fds]);
  }

  /** What the data is. */
  #check({ flags, index, start, count }: IrqSet, fds: readonly number[]): number {
    const [data, action] = [flags & DATA_MASK, flags & ~DATA_MASK];
    const last = start + count;
    if (!DATA_TYPES.includes(data) || !ACTIONS.includes(action))
      throw new Refusal('EINVAL', `flags ${flags}`);
    const vectors = this.info(index).count;
    if (start >= vectors || last > vectors) throw new Refusal('EINVAL', `interrupts ${start} to ${last}`);
    const off = data === IRQ_DATA_NONE && action === IRQ_ACTION_TRIGGER && start === 0;
    if (count === 0 && !off) throw new Refusal('EINVAL', 'no interrupts at all');
    if (fds.length > 0 && (data !== IRQ_DATA_EVENTFD || fds.length !== count))
      throw new Refusal('EINVAL', `${fds.length} descriptors for ${count} interrupts`);
    if (action !== IRQ_ACTION_TRIGGER && index !== INTX_IRQ_INDEX)
      throw new Refusal('ENOTSUP', 'masking of single vectors');
    if (action !== IRQ_ACTION_TRIGGER && data !== IRQ_DATA_NONE)
      throw new Refusal('ENOTSUP', 'masking by a list or by eventfds');
    if (action === IRQ_ACTION_TRIGGER && count > 0 && data !== IRQ_DATA_EVENTFD)
      throw new Refusal('ENOTSUP', 'interrupts without eventfds');
    if (!fds.every(isEventFd)) throw new Refusal('EINVAL', 'a descriptor that is no eventfd');
    return data;
  }

  #replace(start: number, count: number, fds: readonly number[]): void {
    const former: number[] = [];
    for (let at = 0; at < count; at++) {
      const vector = start + at;
      const fd = this.#eventFds.get(vector);
      if (fd !== undefined) former.push(fd);
      if (at < fds.length) this.#eventFds.set(vector, fds[at]);
      else this.#eventFds.delete(vector);
      this.#lines.set(vector, this.#enabled.msixEnabled ? (fds[at] ?? 0) : 0);
    }
    this.#close(former);
  }

  /**
   * The controller's thread may be signalling one of them. Where its client made the eventfd blocking and filled the
   * count meanwhile, taking the count sets the thread free; a descriptor that may still be written to stays open.
   */
  #close(fds: readonly number[]): void {
    if (fds.length === 0) return;
    if (!this.#lines.settled(SETTLE_MS)) {
      for (const fd of [...fds, ...this.#eventFds.values(), ...this.#intxFds])
        if (waitReadable(fd, 0)) drainEventFd(fd);
      if (!this.#lines.settled(UNBLOCK_MS)) return;
    }
    closeFds(fds);
  }
}
