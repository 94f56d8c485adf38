/** Zone management through the generic device of a namespace, whose driver passes commands on as they are. */
import { NVME_IOCTL_IO_CMD } from '../../sys/nvme-ioctl-abi.js';
import type { ZoneAccess } from '../path.js';
import { allZones, FINISH_MS, finishZone, REPORT_BYTES, reportZones } from '../zone-commands.js';
import { executeCommand, type PassedCommand } from './passthrough.js';

/** `toRead` and `toWrite` give descriptors of the namespace's node. */
export function zoneAccess(
  target: string,
  maxTransferBytes: number,
  toRead: () => Promise<number>,
  toWrite: () => Promise<number>,
): ZoneAccess {
  const execute = (fd: number, command: PassedCommand) =>
    executeCommand(fd, target, NVME_IOCTL_IO_CMD, command);
  return {
    async report(namespace) {
      const fd = await toRead();
      const dataBytes = Math.min(REPORT_BYTES, maxTransferBytes);
      return allZones(
        namespace,
        async (slba) => execute(fd, { ...reportZones(namespace.nsid, slba, dataBytes), dataBytes }).data,
      );
    },
    async finish({ nsid }, slbas) {
      if (slbas.length === 0) return;
      const fd = await toWrite();
      for (const slba of slbas) execute(fd, { ...finishZone(nsid, slba), timeoutMs: FINISH_MS });
    },
  };
}
