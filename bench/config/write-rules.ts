/** What must be said before data are destroyed. */
import { type Finding, fileDevices, finding, type ReadJob, type ReadRoot, sourceOf } from './checks.js';
import { writes } from './pattern.js';
import { quote } from './wording.js';

/** Whether a write to a target can destroy what somebody keeps there. Who knows the ways to devices says so. */
export type HoldsData = (target: string) => boolean;

/** What is wrong with the serial numbers of a run that writes these devices: there are fewer than drives that hold data. */
export function missingSerials(
  written: readonly string[],
  serialNumbers: readonly string[],
  holdsData: HoldsData,
): { readonly message: string; readonly suggestion: string } | undefined {
  const holding = [...new Set(written)].filter(holdsData);
  if (holding.length <= serialNumbers.length) return undefined;
  const message =
    serialNumbers.length === 0
      ? `serial_number is required to write to ${quote(holding[0])}`
      : `serial_number names ${serialNumbers.length} of ${holding.length} devices that would be written`;
  return {
    message,
    suggestion:
      'add the serial number of each device whose data may be destroyed; that of a regular file is its path',
  };
}

/** What a run that writes or purges lacks. Which serial numbers are missing is looked at where `holdsData` is given. */
export function checkWrites(root: ReadRoot, jobs: readonly ReadJob[], holdsData?: HoldsData): Finding[] {
  const writesIn = ({ keys, bad }: ReadJob): boolean =>
    !bad.has('rw') &&
    keys.rw !== undefined &&
    keys.read_iolog === undefined &&
    writes(keys.rw) &&
    !keys.verify_only;
  const writers = jobs.filter((job) => writesIn(job) || job.keys.purge !== undefined);
  if (writers.length === 0 || root.bad.has('allow_writes')) return [];
  if (root.keys.allow_writes !== true) {
    return writers.map((job) => {
      const purges = !writesIn(job);
      const what = purges
        ? 'a purge destroys all data of the namespace'
        : `${job.keys.rw} writes to the device`;
      return finding(
        sourceOf(job, purges ? 'purge' : 'rw'),
        `${what}, and allow_writes is not true`,
        `set allow_writes: true (or --set allow_writes=true) if ${purges ? 'they' : 'the data in the region'} may be destroyed`,
      );
    });
  }
  const unread =
    ['serial_number', 'device', 'devices'].some((key) => root.bad.has(key)) ||
    writers.some(({ bad }) => bad.has('device'));
  if (holdsData === undefined || unread) return [];
  const written = writers.flatMap(({ keys }) => keys.device ?? fileDevices(root.keys));
  const missing = missingSerials(written, root.keys.serial_number ?? [], holdsData);
  if (missing === undefined) return [];
  const at = root.keys.serial_number === undefined ? 'allow_writes' : 'serial_number';
  return [finding([at], missing.message, missing.suggestion)];
}
