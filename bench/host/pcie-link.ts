/** The PCI Express link of a function, as trained and as the device could. */
import { readPcieControls } from '../../engine/index.js';
import type { PcieLink } from '../../reports/document/index.js';
import { readText } from './sysfs.js';

export interface Link {
  readonly speedGtPerS: number;
  readonly width: number;
}

/** One end of the truth; undefined where the kernel shows none, or `Unknown`. `dir` is the function's folder. */
export function readLink(dir: string, which: 'current' | 'max'): Link | undefined {
  // For example `16.0 GT/s PCIe`.
  const speedGtPerS = Number.parseFloat(readText(dir, `${which}_link_speed`) ?? '');
  const width = Number.parseInt(readText(dir, `${which}_link_width`) ?? '', 10);
  return speedGtPerS > 0 && width > 0 ? { speedGtPerS, width } : undefined;
}

/** Whether `link` is slower or narrower than `other`. */
export function isBelow(link: Link, other: Link): boolean {
  return link.speedGtPerS < other.speedGtPerS || link.width < other.width;
}

/** `16 GT/s x4`. */
export function linkText({ speedGtPerS, width }: Link): string {
  return `${speedGtPerS} GT/s x${width}`;
}

/** The link of the function at a PCI address such as `0000:01:00.0`; undefined where it has none. */
export function pcieLink(address: string, sysfsRoot = '/sys'): PcieLink | undefined {
  const dir = `${sysfsRoot}/bus/pci/devices/${address}`;
  const current = readLink(dir, 'current');
  const max = readLink(dir, 'max');
  if (current === undefined || max === undefined) return undefined;
  const controls = readPcieControls(address, sysfsRoot);
  const most = { maxSpeedGtPerS: max.speedGtPerS, maxWidth: max.width };
  return { ...current, ...most, ...(controls === undefined ? {} : { controls }) };
}
