/** What a controller of version 2.0 says of its log pages and features (NVMe base 2.0, 5.16.1.1, 5.16.1.17 and 5.16.1.18). */
import { FEATURE, LOG } from '../../spec/command.js';

const SUPPORTED = 1;
/** Of 0Dh: it can establish a context and read the header at once (LIDSPEC bit 0). */
const ESTABLISHES_AND_READS = 1 << 16;
/** FSP: what a feature is about. */
const OF_NAMESPACE = 1 << 20;
const OF_CONTROLLER = 1 << 21;
const MANAGEMENT_BYTES = 4096;

/** Log page 00h. */
export function supportedLogsPage(logIds: Iterable<number>): Uint8Array {
  const page = new Uint32Array(256);
  for (const logId of logIds)
    page[logId] = SUPPORTED | (logId === LOG.PERSISTENT_EVENT ? ESTABLISHES_AND_READS : 0);
  return new Uint8Array(page.buffer);
}

/** Log page 12h. */
export function supportedFeaturesPage(features: Iterable<number>): Uint8Array {
  const page = new Uint32Array(256);
  for (const feature of features)
    page[feature] = SUPPORTED | (feature === FEATURE.ERROR_RECOVERY ? OF_NAMESPACE : OF_CONTROLLER);
  return new Uint8Array(page.buffer);
}

/** Log page 13h: no command of NVMe-MI. */
export const managementCommandsPage = (): Uint8Array => new Uint8Array(MANAGEMENT_BYTES);
