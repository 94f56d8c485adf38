/** Identify Namespace through the kernel's driver, with what the command set of the namespace says further. */
import { NvmeStatusError } from '../../errors.js';
import {
  CNS,
  COMMAND_SETS,
  type ControllerIdentity,
  CSI,
  CSI_SHIFT,
  decodeCommandSet,
  decodeNamespace,
  decodeZones,
  type NamespaceIdentity,
  withExtendedFormats,
} from '../../spec/index.js';

/** Sends Identify; `cdw11` has the command set where there may be several. Throws NvmeStatusError, SystemError. */
export type Identify = (name: string, cns: number, nsid: number, cdw11?: number) => DataView;

/** Command sets other than that of NVM came with version 2.0. */
const FIRST_WITH_COMMAND_SETS = 2;

/** What is answered; undefined where the controller refuses. */
function unlessRefused<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (error instanceof NvmeStatusError) return undefined;
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
  const isAsked = Number.parseInt(version, 10) >= FIRST_WITH_COMMAND_SETS;
  const name = `Identify Namespace Descriptors ${nsid}`;
  const list = isAsked ? unlessRefused(() => identify(name, CNS.NAMESPACE_DESCRIPTORS, nsid)) : undefined;
  const csi = list === undefined ? CSI.NVM : decodeCommandSet(list);
  if (csi !== CSI.ZONED) return { ...namespace, lbaFormats };
  const zones = decodeZones(ofCommandSet(CSI.ZONED), namespace.formatIndex);
  return { ...namespace, lbaFormats, commandSet: COMMAND_SETS[csi], zones };
}
