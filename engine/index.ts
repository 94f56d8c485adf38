/** The public door of the engine. It prints nothing and never ends the process. */

export { askServed } from './device/serve/control-client.js';
export {
  CONTROL_COMMANDS,
  type ControlAnswer,
  type ControlCommand,
  type ControlRequest,
} from './device/serve/control-requests.js';
export { type ServeOptions, serveVfioUser, type VfioUserServer } from './device/serve/serve.js';
export {
  type ListOptions,
  listNvmeFunctions,
  type NvmeFunction,
  type NvmeListing,
} from './disks/nvme-functions.js';
export { EngineError, type EngineWarning, NvmeStatusError, SystemError } from './errors.js';
export { type HeldController, type HoldOptions, holdController } from './held/hold.js';
export { holderOf, type JoinOptions, joinController, joinDrive } from './held/join.js';
export * from './machine/index.js';
export { userId } from './machine/ownership.js';
export type { StateDirContext } from './machine/state-dir.js';
export { type HugepagePool, hugepagePools, reserveCommand } from './memory/hugepage-pools.js';
export {
  type Drive,
  type DriveAdmin,
  type DriveEvent,
  type DriveIdentity,
  type DriveNamespace,
  type DriveSettings,
  type FormatRequest,
  type KernelPath,
  type NamespaceChoice,
  requireAdmin,
} from './path/drive.js';
export {
  openDrive,
  parseTarget,
  pciFunctionOf,
  scanAll,
  type TargetFacts,
  targetFacts,
  targetOffers,
  watchTarget,
  whereaboutsOf,
} from './path/open.js';
export type { SampledBlocks } from './path/path.js';
export { Controller } from './path/pcie/controller.js';
export type { ControllerOptions } from './path/pcie/controller-options.js';
export { pcieDrive } from './path/pcie/drive.js';
export { formatNamespace } from './path/pcie/format.js';
export { IoChannel } from './path/pcie/io-channel.js';
export type { ActiveNamespace } from './path/pcie/namespace.js';
export { QueuePair, type QueuePairMemory } from './path/pcie/queue-pair.js';
export { QUIRKS } from './path/pcie/quirks.js';
export { attachTransport, registerTransport } from './path/pcie/transport/open.js';
export type { Transport, TransportDevice } from './path/pcie/transport/transport.js';
export type {
  AttachOptions,
  Offer,
  OpenOptions,
  ScanEntry,
  TargetChange,
  Whereabouts,
} from './path/scheme.js';
export { formatTarget, type Target } from './path/target.js';
export { DeviceLists, type ListedAddresses } from './pci/device-lists.js';
export { describeBlockers, groupBlockers, readIommuGroup } from './pci/group.js';
export { type PcieControls, readPcieControls } from './pci/pcie-controls.js';
export { blockersHint, TURN_VMD_OFF } from './pci/vmd.js';
export type {
  ControllerIdentity,
  FirmwareSlots,
  FlashLog,
  LbaFormat,
  NamespaceIdentity,
  PowerManagement,
  SmartLog,
} from './spec/index.js';
export { celsiusOf, decodeStatus, statusName, ZONE_STATE_NAMES } from './spec/index.js';
export { allowedCpus } from './sys/affinity.js';
export { type CpuLimit, cgroupCpuLimit } from './sys/cpu-limit.js';
export { memlockLimitBytes } from './sys/limits.js';
