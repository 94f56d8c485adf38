/** Zone management through the generic device of a namespace, whose driver passes commands on as they are. */
import { ZNS, ZONE_ACTION } from '../../spec/index.js';
import { NVME_IOCTL_IO_CMD } from '../../sys/nvme-ioctl-abi.js';
import type { ZoneAccess } from '../path.js';
import { allZones, REPORT_BYTES } from '../zone-report.js';
import { executeCommand } from './passthrough.js';

/** A drive may write what is left of a zone. */
const FINISH_MS = 60_000;

const placeOf = (slba: number) => ({ cdw10: slba | 0, cdw11: Math.floor(slba / 2 ** 32) });

/** `toRead` and `toWrite` give descriptors of the namespace's node. */
export function zoneAccess(
  target: string,
  maxTransferBytes: number,
  toRead: () => Promise<number>,
  toWrite: () => Promise<number>,
): ZoneAccess {
  return {
    async report(namespace) {
      const fd = await toRead();
      const dataBytes = Math.min(REPORT_BYTES, maxTransferBytes);
      const command = {
        name: 'Zone Management Receive',
        opcode: ZNS.ZONE_MANAGEMENT_RECEIVE,
        nsid: namespace.nsid,
        cdw12: dataBytes / 4 - 1,
        dataBytes,
      };
      return allZones(
        namespace,
        async (slba) => executeCommand(fd, target, NVME_IOCTL_IO_CMD, { ...command, ...placeOf(slba) }).data,
      );
    },
    async finish({ nsid }, slbas) {
      if (slbas.length === 0) return;
      const fd = await toWrite();
      const name = 'Zone Management Send, Finish Zone';
      const command = { name, opcode: ZNS.ZONE_MANAGEMENT_SEND, nsid, cdw13: ZONE_ACTION.FINISH };
      for (const slba of slbas)
        executeCommand(fd, target, NVME_IOCTL_IO_CMD, { ...command, ...placeOf(slba), timeoutMs: FINISH_MS });
    },
  };
}
