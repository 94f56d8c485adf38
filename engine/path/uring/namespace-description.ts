/** Identify Namespace through the kernel's driver, with what the command set of the namespace says further. */
import { NvmeStatusError, SystemError } from '../../errors.js';
import {
  CNS,
  COMMAND_SETS,
  type CommandLimits,
  type ControllerIdentity,
  CSI,
  CSI_SHIFT,
  decodeAppendLimit,
  decodeCommandLimits,
  decodeCommandSet,
  decodeNamespace,
  decodeZones,
  type NamespaceIdentity,
  withExtendedFormats,
} from '../../spec/index.js';

/** Sends Identify; `cdw11` has the command set where there may be several. Throws NvmeStatusError, SystemError. */
export type Identify = (name: string, cns: number, nsid: number, cdw11?: number) => DataView;

/** The first version with Namespace Identification Descriptors, which some controllers before 2.0 name command sets in. */
const FIRST_WITH_DESCRIPTORS = [1, 3] as const;
/** The first that may have several command sets (CAP.CSS, which the kernel does not tell). */
const FIRST_WITH_COMMAND_SETS = [1, 4] as const;
/** CAP.MPSMIN, which it does not tell either: no page is smaller. */
const MIN_PAGE_BYTES = 4096;

function isFrom([first, second]: readonly [number, number], version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > first || (major === first && minor >= second);
}

/** Whether the controller refused, or the kernel, which lets an ordinary user send no more than some kinds of Identify. */
function isRefusal(error: unknown): boolean {
  if (error instanceof SystemError) return ['EACCES', 'EPERM'].includes(error.errnoName);
  return error instanceof NvmeStatusError;
}

/** What is answered; undefined where that is refused. */
function unlessRefused<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

/** Throws NvmeStatusError, SystemError. */
export function describedNamespace(
  identify: Identify,
  { extendedLbaFormats, version }: ControllerIdentity,
  nsid: number,
): NamespaceIdentity {
  const namespace = decodeNamespace(identify(`Identify Namespace ${nsid}`, CNS.NAMESPACE, nsid));
  if (namespace.sizeLbas === 0n) return namespace;
  const ofCommandSet = (csi: number): DataView =>
    identify(
      `Identify Namespace ${nsid} of command set ${csi}`,
      CNS.NAMESPACE_OF_COMMAND_SET,
      nsid,
      csi << CSI_SHIFT,
    );
  const nvm = extendedLbaFormats ? unlessRefused(() => ofCommandSet(CSI.NVM)) : undefined;
  const lbaFormats =
    nvm === undefined ? namespace.lbaFormats : withExtendedFormats(namespace.lbaFormats, nvm);
  const name = `Identify Namespace Descriptors ${nsid}`;
  const list = isFrom(FIRST_WITH_DESCRIPTORS, version)
    ? unlessRefused(() => identify(name, CNS.NAMESPACE_DESCRIPTORS, nsid))
    : undefined;
  const csi = list === undefined ? CSI.NVM : decodeCommandSet(list);
  if (csi !== CSI.ZONED) return { ...namespace, lbaFormats };
  const zones = decodeZones(ofCommandSet(CSI.ZONED), namespace.formatIndex);
  const limit = unlessRefused(() =>
    identify(`Identify Controller of command set ${csi}`, CNS.CONTROLLER_OF_COMMAND_SET, 0, csi << CSI_SHIFT),
  );
  const appends = limit === undefined ? {} : decodeAppendLimit(limit);
  return { ...namespace, lbaFormats, commandSet: COMMAND_SETS[csi], zones: { ...zones, ...appends } };
}

/** What one command to any namespace may name, as far as controller and kernel tell. Throws SystemError. */
export function commandLimits(identify: Identify, { version }: ControllerIdentity): CommandLimits {
  if (!isFrom(FIRST_WITH_COMMAND_SETS, version)) return {};
  const name = 'Identify Controller of command set 0';
  const data = unlessRefused(() => identify(name, CNS.CONTROLLER_OF_COMMAND_SET, 0, CSI.NVM << CSI_SHIFT));
  return data === undefined ? {} : decodeCommandLimits(data, MIN_PAGE_BYTES);
}
