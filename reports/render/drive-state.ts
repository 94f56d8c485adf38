/** What the run set on a drive, and what memory of the host the drive had, as rows of name and text. */
import type { DeviceRecord } from '../document/result.js';
import { formatBytes } from './format.js';

type Setting = NonNullable<DeviceRecord['settings']>[number];

/** How it was left is said where that is not how it was found: a reset at the end may do so. */
function settingText({ name, before, during, after }: Setting): string {
  const was = before === during ? 'as it was' : `was ${before}`;
  const left = after === undefined || after === before ? '' : `, left at ${after}`;
  return `${name} ${during} (${was}${left})`;
}

function hostMemoryText({
  givenBytes,
  preferredBytes,
  leastBytes,
}: NonNullable<DeviceRecord['hostMemory']>): string {
  const given = givenBytes === 0 ? 'none' : formatBytes(givenBytes);
  const least = leastBytes === 0 ? '' : `, needs ${formatBytes(leastBytes)}`;
  return `${given} of ${formatBytes(preferredBytes)} that it prefers${least}`;
}

function controllerMemoryText({
  bar,
  lengthBytes,
  reachedBytes,
}: NonNullable<DeviceRecord['controllerMemory']>): string {
  const reached = reachedBytes < lengthBytes ? `, ${formatBytes(reachedBytes)} within reach` : '';
  return `${formatBytes(lengthBytes)} in BAR${bar}${reached}`;
}

/** Settings that the run made, Host Memory Buffer, doorbells in memory, Controller Memory Buffer in use; none where there was none of these. */
export function driveStateFacts({
  settings = [],
  hostMemory,
  doorbellsInMemory,
  controllerMemory,
}: DeviceRecord): (readonly [name: string, text: string])[] {
  return [
    ...(settings.length === 0 ? [] : [['set', settings.map(settingText).join('; ')] as const]),
    ...(hostMemory === undefined ? [] : [['HMB', hostMemoryText(hostMemory)] as const]),
    ...(doorbellsInMemory ? [['doorbells', 'in memory (Doorbell Buffer Config)'] as const] : []),
    ...(controllerMemory === undefined ? [] : [['CMB', controllerMemoryText(controllerMemory)] as const]),
  ];
}
