import { VFIO_PCI_MSIX_IRQ_INDEX } from '../../../../sys/vfio-abi.js';
import { EventInterrupts } from '../event-interrupts.js';
import { disableIrqs, readIrqInfo, setIrqEventFds, type VfioHandle } from './device.js';

/** MSI-X of a device through VFIO_DEVICE_SET_IRQS; undefined where it has none. Throws SystemError. */
export function openMsix(device: VfioHandle, target: string): EventInterrupts | undefined {
  const { count } = readIrqInfo(device, VFIO_PCI_MSIX_IRQ_INDEX);
  if (count === 0) return undefined;
  return new EventInterrupts({
    target,
    maxVectors: count,
    createEventFd: () => device.system.createEventFd(),
    closeFd: (fd) => device.system.closeFd(fd),
    route: (eventFds) => setIrqEventFds(device, VFIO_PCI_MSIX_IRQ_INDEX, 0, eventFds),
    mask: () => disableIrqs(device, VFIO_PCI_MSIX_IRQ_INDEX),
  });
}
