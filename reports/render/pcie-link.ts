/** The PCIe link of a drive, for people. */
import type { DeviceRecord } from '../document/result.js';

/** As it was trained, and where it could be faster or wider how far: `PCIe 8 GT/s x4 of 16 GT/s x4`. None where it is not known. */
export function linkTexts({ pcieLink }: Pick<DeviceRecord, 'pcieLink'>): string[] {
  if (pcieLink === undefined) return [];
  const { speedGtPerS, width, maxSpeedGtPerS, maxWidth } = pcieLink;
  const isFull = speedGtPerS === maxSpeedGtPerS && width === maxWidth;
  const most = isFull ? '' : ` of ${maxSpeedGtPerS} GT/s x${maxWidth}`;
  return [`PCIe ${speedGtPerS} GT/s x${width}${most}`];
}
