/** Admin commands through the kernel's NVMe driver, by ioctl on a namespace's own node; what they tell is decoded as on any path. */
import { EngineError, SystemError } from '../../errors.js';
import {
  ADMIN,
  CNS,
  type CommandLimits,
  decodeController,
  decodeFirmwareSlots,
  decodeFlashLog,
  decodeNamespaceList,
  decodePowerManagement,
  decodeSmart,
  FEATURE,
  FIRMWARE_SLOT_BYTES,
  FLASH_LOG_BYTES,
  FLASH_LOG_ID,
  type FlashLog,
  IDENTIFY_BYTES,
  LOG,
  type NamespaceIdentity,
  NSID_ALL,
  SMART_BYTES,
  type SmartLog,
} from '../../spec/index.js';
import { NVME_IOCTL_ADMIN_CMD } from '../../sys/nvme-ioctl-abi.js';
import type { DriveAdmin, FormatRequest } from '../drive.js';
import { commandLimits, describedNamespace, type Identify } from './namespace-description.js';
import { executeCommand, type PassedCommand } from './passthrough.js';

const execute = (fd: number, target: string, command: PassedCommand) =>
  executeCommand(fd, target, NVME_IOCTL_ADMIN_CMD, command);

export interface KernelAdmin extends DriveAdmin {
  identifyNamespace(nsid: number): NamespaceIdentity;
  /** What one command may name. */
  commandLimits(): CommandLimits;
  smart(): SmartLog;
  /** As `smart`, of a software drive of flash. */
  flash(): FlashLog | undefined;
}

/** Identifies the controller first. Undefined where this user may send it nothing. Throws NvmeStatusError, SystemError. */
export function openAdmin(fd: number, target: string): KernelAdmin | undefined {
  const identify: Identify = (name, cns, nsid, cdw11 = 0) => {
    const command = { name, opcode: ADMIN.IDENTIFY, nsid, cdw10: cns, cdw11, dataBytes: IDENTIFY_BYTES };
    return execute(fd, target, command).data;
  };
  const logPage = (name: string, lid: number, dataBytes: number): DataView => {
    const cdw10 = lid | ((dataBytes / 4 - 1) << 16);
    return execute(fd, target, { name, opcode: ADMIN.GET_LOG_PAGE, nsid: NSID_ALL, cdw10, dataBytes }).data;
  };
  const noFormat = async ({ nsid }: FormatRequest): Promise<never> => {
    const reason = 'the kernel has the namespace in use';
    const hint = 'bind the drive (nvbench bind) and format it as pci:, or use nvme format';
    const op = `format namespace ${nsid}`;
    throw new EngineError({ code: 'FORMAT_UNSUPPORTED', op, target, reason, hint, kind: 'input' });
  };
  try {
    const identity = decodeController(identify('Identify Controller', CNS.CONTROLLER, 0));
    const identifyNamespace = (nsid: number): NamespaceIdentity =>
      describedNamespace(identify, identity, nsid);
    return {
      identity,
      identifyNamespace,
      commandLimits: () => commandLimits(identify, identity),
      async namespaces() {
        return activeNamespaces(identify).map((nsid) => ({ nsid, ...identifyNamespace(nsid) }));
      },
      flash: () => decodeFlashLog(logPage('Get Log Page Flash', FLASH_LOG_ID, FLASH_LOG_BYTES)),
      smart: () => decodeSmart(logPage('Get Log Page SMART', LOG.SMART, SMART_BYTES)),
      firmwareSlots: async () =>
        decodeFirmwareSlots(logPage('Get Log Page Firmware Slot', LOG.FIRMWARE_SLOT, FIRMWARE_SLOT_BYTES)),
      powerManagement: async () =>
        decodePowerManagement(
          execute(fd, target, {
            name: 'Get Features Power Management',
            opcode: ADMIN.GET_FEATURES,
            cdw10: FEATURE.POWER_MANAGEMENT,
          }).result,
        ),
      checkFormat: noFormat,
      formatNamespace: noFormat,
    };
  } catch (error) {
    if (error instanceof SystemError && ['EACCES', 'EPERM', 'ENOTTY'].includes(error.errnoName))
      return undefined;
    throw error;
  }
}

/** The first 1024 of them, ascending. */
function activeNamespaces(identify: Identify): number[] {
  return decodeNamespaceList(identify('Identify Active Namespace List', CNS.ACTIVE_NAMESPACES, 0));
}
