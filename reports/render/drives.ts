/** Drives in words, for the head of what tells of their figures. */
import type { BenchResult, DeviceRecord } from '../document/result.js';
import { formatCapacity } from './format.js';
import { linkTexts } from './pcie-link.js';
import { clipped } from './terminal.js';

const MOST_TARGET = 200;

/** A drive in a line: model, firmware, capacity, how its I/O goes, link. */
export function driveText(device: DeviceRecord): string {
  const { modelNumber, firmwareRevision, capacityBytes, target, transport } = device;
  const known = [
    modelNumber,
    firmwareRevision === '' ? '' : `firmware ${firmwareRevision}`,
    capacityBytes === 0 ? '' : formatCapacity(capacityBytes),
    `${clipped(target, MOST_TARGET)} by ${transport}`,
    ...linkTexts(device),
  ];
  return known.filter((text) => text !== '').join(', ');
}

/** Every drive of the results once, with what tells it from another of its kind and how it was reached. */
export function driveTexts(results: readonly Pick<BenchResult, 'devices'>[]): string[] {
  return [...new Set(results.flatMap(({ devices }) => devices.map(driveText)))];
}
