/** Identify Namespace, with what its command set says further: guards of its formats, zones. */
import {
  type Capabilities,
  COMMAND_SETS,
  CSI,
  CSS,
  decodeNamespace,
  decodeZones,
  IDENTIFY_BYTES,
  type NamespaceIdentity,
  withExtendedFormats,
} from '../../spec/index.js';
import { type NamespaceSource, refusesToKnow } from './namespaces.js';

export interface DescribedSource extends NamespaceSource {
  readonly capabilities: Pick<Capabilities, 'commandSets'>;
}

/** What a command answers; undefined where the controller does not know it. */
async function unlessUnknown<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (refusesToKnow(error)) return undefined;
    throw error;
  }
}

/** CSI of a namespace. */
async function commandSetOf({ admin, capabilities, quirks }: DescribedSource, nsid: number): Promise<number> {
  const isKnown = !quirks.has('old-identify') && !quirks.has('no-descriptors');
  if ((capabilities.commandSets & CSS.SEVERAL) === 0 || !isKnown) return CSI.NVM;
  return (await unlessUnknown(admin.namespaceCommandSet(nsid))) ?? CSI.NVM;
}

/** With the guards of its formats, where the controller has others than those of 16 bits. */
async function withGuards(
  { admin, identity }: DescribedSource,
  nsid: number,
  namespace: NamespaceIdentity,
): Promise<NamespaceIdentity> {
  if (!identity.extendedLbaFormats) return namespace;
  const data = await unlessUnknown(admin.namespaceOfCommandSet(nsid, CSI.NVM));
  if (data === undefined) return namespace;
  return { ...namespace, lbaFormats: withExtendedFormats(namespace.lbaFormats, data) };
}

/** A namespace of a command set without logical blocks has its name, and no size. Throws NvmeStatusError, EngineError. */
export async function describedNamespace(source: DescribedSource, nsid: number): Promise<NamespaceIdentity> {
  const { admin } = source;
  const csi = await commandSetOf(source, nsid);
  const named = csi === CSI.NVM ? {} : { commandSet: COMMAND_SETS[csi] ?? `command set ${csi}` };
  if (csi !== CSI.NVM && csi !== CSI.ZONED)
    return { ...decodeNamespace(new DataView(new ArrayBuffer(IDENTIFY_BYTES))), ...named };
  const plain = await admin.identifyNamespace(nsid);
  if (plain.sizeLbas === 0n) return plain;
  const namespace = { ...(await withGuards(source, nsid, plain)), ...named };
  if (csi === CSI.NVM) return namespace;
  return {
    ...namespace,
    zones: decodeZones(await admin.namespaceOfCommandSet(nsid, CSI.ZONED), plain.formatIndex),
  };
}
