/** The reclaim unit handles of a namespace, through its generic device. */
import { decodeHandles } from '../../spec/index.js';
import { NVME_IOCTL_IO_CMD } from '../../sys/nvme-ioctl-abi.js';
import type { PlacementAccess } from '../path.js';
import { HANDLES_BYTES, receiveHandles } from '../placement-commands.js';
import { executeCommand } from './passthrough.js';

/** `toRead` gives a descriptor of the namespace's node. */
export function placementAccess(target: string, toRead: () => Promise<number>): PlacementAccess {
  return {
    async handles({ nsid }) {
      const command = { ...receiveHandles(nsid), dataBytes: HANDLES_BYTES };
      return decodeHandles(executeCommand(await toRead(), target, NVME_IOCTL_IO_CMD, command).data);
    },
  };
}
