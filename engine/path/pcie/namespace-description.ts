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
import type { CommandSets } from './command-sets.js';
import type { NamespaceSource } from './namespaces.js';
import { refusesToKnow, unlessRefused } from './refused.js';

export interface DescribedSource extends NamespaceSource {
  readonly capabilities: Pick<Capabilities, 'commandSets' | 'minPageBytes'>;
  readonly commandSets: Pick<CommandSets, 'limits' | 'appendLimit' | 'use'>;
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
async function commandSetOf(source: DescribedSource, nsid: number): Promise<number> {
  const { admin, capabilities, quirks } = source;
  const isKnown = !quirks.has('old-identify') && !quirks.has('no-descriptors');
  if ((capabilities.commandSets & CSS.SEVERAL) === 0 || !isKnown) return CSI.NVM;
  return (await unlessUnknown(admin.namespaceCommandSet(nsid))) ?? (await commandSetByLists(source, nsid));
}

/** LBA formats that are looked at for zones: as many as there were before there could be 64. */
const FORMATS = 16;

/**
 * Where a controller does not tell of the namespace (CNS 03h): by the lists of each command set (07h), or by whether it has zones in any
 * format (05h).
 */
async function commandSetByLists({ admin, commandSets }: DescribedSource, nsid: number): Promise<number> {
  for (const csi of [CSI.NVM, CSI.ZONED, CSI.KEY_VALUE]) {
    const isListed = await unlessUnknown(admin.isOfCommandSet(nsid, csi));
    if (isListed === undefined) break;
    if (isListed) return csi;
  }
  await commandSets.use(CSI.ZONED);
  const zoned = await admin.namespaceOfCommandSet(nsid, CSI.ZONED).catch(unlessRefused);
  if (zoned === undefined) return CSI.NVM;
  const sizes = Array.from({ length: FORMATS }, (_, format) => decodeZones(zoned, format).zoneLbas);
  return sizes.some((zoneLbas) => zoneLbas > 0) ? CSI.ZONED : CSI.NVM;
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
  if (csi === CSI.ZONED) await source.commandSets.use(csi);
  const plain = await admin.identifyNamespace(nsid);
  if (plain.sizeLbas === 0n) return plain;
  const namespace = { ...(await withGuards(source, nsid, plain)), ...named };
  if (csi === CSI.NVM) return namespace;
  const zones = decodeZones(await admin.namespaceOfCommandSet(nsid, CSI.ZONED), plain.formatIndex);
  return { ...namespace, zones: { ...zones, ...(await source.commandSets.appendLimit()) } };
}
