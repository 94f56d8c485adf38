/** What must be read before any figure of a document. */
import type { BenchResult, DeviceRecord } from './result.js';

/** Said of the project's own software controller, also in documents that do not carry it. */
export const SOFTWARE_NOTICE =
  "SOFTWARE CONTROLLER: these figures describe nvbench's own simulation, not a drive";

const OLDER_VFIO_USER_NOTICE =
  'SOFTWARE CONTROLLER: these figures describe the process behind a vfio-user socket, not a drive';

type Noticed = Pick<DeviceRecord, 'software' | 'transport' | 'notice'>;

/**
 * What is to be said of a device's figures, as its transport said it; older documents have that a controller is software
 * and how it was reached. Undefined where there is nothing to say. Not sanitized.
 */
export function deviceNotice({ notice, software, transport }: Noticed): string | undefined {
  if (notice !== undefined || !software) return notice;
  return transport === 'vfio-user' ? OLDER_VFIO_USER_NOTICE : SOFTWARE_NOTICE;
}

/** Those of all devices, each once. */
export function deviceNotices(devices: readonly Noticed[]): string[] {
  return [...new Set(devices.flatMap((device) => deviceNotice(device) ?? []))];
}

/** Why the document does not hold all that its run was to measure; undefined where it does. Not sanitized. */
export function incompleteReason({ complete, interrupted }: BenchResult): string | undefined {
  if (interrupted !== undefined) return interrupted.reason;
  return complete ? undefined : 'not every job ran to its end';
}
