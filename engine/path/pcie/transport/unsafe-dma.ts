/** Drives that no IOMMU keeps from the machine's memory: refused unless the user says that this may be. */
import { EngineError, type EngineWarning } from '../../../errors.js';
import type { IovaSubject } from '../../../pci/iova-mode.js';

const RISK =
  'no IOMMU stands between the drive and memory: a wrong address, by a fault of the drive or of this program, ' +
  'overwrites any memory of the machine, the kernel included';

/** Whether the driver that holds a function leaves its DMA untranslated and unchecked. */
export function isUnsafeDma({ driver, noIommu }: IovaSubject): boolean {
  if (driver.kind === 'igb_uio' || driver.kind === 'uio_pci_generic') return true;
  return driver.kind === 'vfio-pci' && noIommu;
}

/** Why a function is not taken without permission. */
export function unsafeDmaRefusal(subject: IovaSubject): { code: string; reason: string; hint: string } {
  return {
    code: 'UNSAFE_DMA_REFUSED',
    reason: `${subject.driver.name} holds it and ${RISK}`,
    hint:
      'enable the IOMMU (VT-d or AMD-Vi in the firmware, intel_iommu=on on the kernel command line) and bind it to ' +
      'vfio-pci, or accept the risk with allow_unsafe_dma: true or --allow-unsafe-dma',
  };
}

/** Throws EngineError `UNSAFE_DMA_REFUSED` of kind `input`. */
export function checkUnsafeDma(subject: IovaSubject, allowed: boolean | undefined): void {
  if (allowed === true || !isUnsafeDma(subject)) return;
  const refusal = unsafeDmaRefusal(subject);
  throw new EngineError({ op: 'attach', target: subject.address, kind: 'input', ...refusal });
}

/** What every report on such a drive says. */
export function unsafeDmaWarning(address: string): EngineWarning {
  return {
    code: 'unsafe-dma',
    message: `${address}: ${RISK}`,
    advice: 'use it only on a machine whose memory and disks you can afford to lose',
  };
}
