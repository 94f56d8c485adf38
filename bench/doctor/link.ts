/** The PCI Express link, as trained and as the device could. */
import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Finding, ok, unknown, warning } from './check.js';
import { readText } from './host.js';

interface Link {
  readonly speedGTps: number;
  readonly width: number;
}

function readLink(dir: string, which: 'current' | 'max'): Link | undefined {
  // For example `16.0 GT/s PCIe`, or `Unknown`.
  const speedGTps = Number.parseFloat(readText(dir, `${which}_link_speed`) ?? '');
  const width = Number.parseInt(readText(dir, `${which}_link_width`) ?? '', 10);
  return speedGTps > 0 && width > 0 ? { speedGTps, width } : undefined;
}

const textOf = ({ speedGTps, width }: Link): string => `${speedGTps} GT/s x${width}`;

function parentOf(deviceDir: string): string | undefined {
  try {
    return dirname(realpathSync(deviceDir));
  } catch {
    return undefined; // the function has just gone
  }
}

function below(link: Link, other: Link): boolean {
  return link.speedGTps < other.speedGTps || link.width < other.width;
}

/** Whether the link runs as fast and wide as the device can; if not, whether the slot or the connection is why. */
export function pciLink(deviceDir: string): Finding {
  const current = readLink(deviceDir, 'current');
  const max = readLink(deviceDir, 'max');
  if (current === undefined || max === undefined) return unknown('the function shows no link');
  if (!below(current, max)) return ok(`${textOf(current)}, all that the device can do`);
  const found = `${textOf(current)} of the ${textOf(max)} that the device can do`;
  const parent = parentOf(deviceDir);
  const slot = parent === undefined ? undefined : readLink(parent, 'max');
  if (slot !== undefined && below(slot, max) && !below(current, slot))
    return warning(`${found}; the slot does no more`, 'move it to a slot that does');
  return warning(
    found,
    'reseat the drive, check riser and cable, look for AER lines in dmesg and for link limits in the firmware',
  );
}
