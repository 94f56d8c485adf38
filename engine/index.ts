/** The public door of the engine. It prints nothing and never ends the process. */
export { EngineError, type EngineWarning, NvmeStatusError, SystemError } from './errors.js';
export { growCommand, type HugepagePool, hugepagePools } from './memory/hugepage-pools.js';
export { Controller, type ControllerOptions } from './nvme/controller.js';
export { type FormatRequest, formatNamespace } from './nvme/format.js';
export { IoChannel } from './nvme/io-channel.js';
export type { ActiveNamespace } from './nvme/namespace.js';
export { QueuePair, type QueuePairMemory } from './nvme/queue-pair.js';
export type {
  ControllerIdentity,
  FirmwareSlots,
  LbaFormat,
  NamespaceIdentity,
  PowerManagement,
  SmartLog,
} from './nvme/spec/index.js';
export { decodeStatus, statusName } from './nvme/spec/index.js';
export { DeviceLists, type ListedAddresses } from './pci/device-lists.js';
export { describeBlockers, groupBlockers, readIommuGroup } from './pci/group.js';
export {
  type ListOptions,
  listNvmeFunctions,
  type NvmeFunction,
  type NvmeListing,
} from './pci/nvme-functions.js';
export * from './setup/index.js';
export { userId } from './setup/ownership.js';
export { type HeldController, type HoldOptions, holdController } from './sharing/hold.js';
export { holderOf, type JoinOptions, joinController } from './sharing/join.js';
export type { StateDirContext } from './state/state-dir.js';
export { allowedCpus } from './sys/affinity.js';
export { memlockLimitBytes } from './sys/limits.js';
export { attachTransport, registerTransport, scanAll, watchTarget } from './transport/open.js';
export { formatTarget, parseTarget } from './transport/target.js';
export type {
  AttachOptions,
  ScanEntry,
  Target,
  Transport,
  TransportChange,
  TransportDevice,
} from './transport/transport.js';
export { type ServeOptions, serveVfioUser, type VfioUserServer } from './vfio-user-server/serve.js';
