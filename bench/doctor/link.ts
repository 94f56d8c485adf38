/** The PCI Express link, as trained and as the device could. */
import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { isBelow, linkText, readLink } from '../host/pcie-link.js';
import { type Finding, ok, unknown, warning } from './check.js';

function parentOf(deviceDir: string): string | undefined {
  try {
    return dirname(realpathSync(deviceDir));
  } catch {
    return undefined; // the function has just gone
  }
}

/** Whether the link runs as fast and wide as the device can; if not, whether the slot or the connection is why. */
export function pciLink(deviceDir: string): Finding {
  const current = readLink(deviceDir, 'current');
  const max = readLink(deviceDir, 'max');
  if (current === undefined || max === undefined) return unknown('the function shows no link');
  if (!isBelow(current, max)) return ok(`${linkText(current)}, all that the device can do`);
  const found = `${linkText(current)} of the ${linkText(max)} that the device can do`;
  const parent = parentOf(deviceDir);
  const slot = parent === undefined ? undefined : readLink(parent, 'max');
  if (slot !== undefined && isBelow(slot, max) && !isBelow(current, slot))
    return warning(`${found}; the slot does no more`, 'move it to a slot that does');
  return warning(
    found,
    'reseat the drive, check riser and cable, look for AER lines in dmesg and for link limits in the firmware',
  );
}
