import type { DeviceRecord } from '../document/result.js';
import { formatBytes } from '../render/format.js';

/** What a block of a device's namespace is: its data, its metadata and their protection. */
export function lbaText({
  lbaBytes,
  metadataBytes,
  protectionType = 0,
}: Pick<DeviceRecord, 'lbaBytes' | 'metadataBytes' | 'protectionType'>): string {
  const metadata = metadataBytes === 0 ? '' : ` + ${formatBytes(metadataBytes)} metadata`;
  const protection = protectionType === 0 ? '' : ` with protection type ${protectionType}`;
  return `LBA of ${formatBytes(lbaBytes)}${metadata}${protection}`;
}
