import { EngineError } from '../../errors.js';
import type { LbaFormat, NamespaceIdentity } from '../../spec/index.js';
import { atomicWritesOf, type DriveNamespace, layoutOf } from '../drive.js';
import { type DescribedSource, describedNamespace } from './namespace-description.js';

/** A namespace that I/O can go to. */
export interface ActiveNamespace extends DriveNamespace {
  readonly sizeLbas: number;
  readonly format: LbaFormat;
  readonly identity: NamespaceIdentity;
}

/** Blocks beyond any that there are: what says so is not to be believed. */
const MOST_LBA_BYTES = 2 ** 20;

/** Why no I/O can go to a namespace, by what it says of itself. */
function problemOf({
  sizeLbas,
  capacityLbas,
  lbaFormats,
  formatIndex,
  zones,
}: NamespaceIdentity): string | undefined {
  const format = lbaFormats[formatIndex];
  if (sizeLbas === 0n || format === undefined || format.dataBytes < 512 || format.dataBytes > MOST_LBA_BYTES)
    return `size ${sizeLbas} blocks, format ${formatIndex} of ${lbaFormats.length} has no usable block size`;
  // Linux takes such a namespace for one that is gone.
  if (capacityLbas === 0n) return `of its ${sizeLbas} blocks none can hold data (NCAP is 0)`;
  if (zones !== undefined && (zones.zoneLbas === 0 || zones.zoneLbas > sizeLbas))
    return `its zones have ${zones.zoneLbas} blocks, of ${sizeLbas}`;
  if (sizeLbas * BigInt(format.dataBytes) <= Number.MAX_SAFE_INTEGER) return undefined;
  return `its ${sizeLbas} blocks of ${format.dataBytes} bytes are more than can be counted`;
}

/** Identify Namespace, with the format in force. Throws NvmeStatusError, EngineError UNSUPPORTED_FORMAT, UNSUPPORTED_COMMAND_SET. */
export async function identifyNamespace(source: DescribedSource, nsid: number): Promise<ActiveNamespace> {
  const identity = await describedNamespace(source, nsid);
  if (identity.commandSet !== undefined && identity.sizeLbas === 0n) {
    throw new EngineError({
      code: 'UNSUPPORTED_COMMAND_SET',
      op: `use namespace ${nsid}`,
      target: 'Identify Namespace Descriptors',
      reason: `it is of another command set (${identity.commandSet}), without logical blocks`,
      hint: 'choose another namespace',
      kind: 'input',
    });
  }
  const format = identity.lbaFormats[identity.formatIndex];
  const problem = problemOf(identity);
  if (format === undefined || problem !== undefined) {
    throw new EngineError({
      code: 'UNSUPPORTED_FORMAT',
      op: `use namespace ${nsid}`,
      target: 'Identify Namespace',
      reason: problem ?? 'it has no format',
      hint: 'choose another namespace, or format this one',
    });
  }
  const limits = await source.commandSets.limits();
  const sizeLbas = Number(identity.sizeLbas);
  return {
    nsid,
    sizeLbas,
    sizeBytes: sizeLbas * format.dataBytes,
    lbaBytes: format.dataBytes,
    metadataBytes: format.metadataBytes,
    protectionType: identity.protectionType,
    ...layoutOf(identity, source.capabilities.minPageBytes),
    atomicWrites: atomicWritesOf(source.identity, identity),
    ...(Object.keys(limits).length === 0 ? {} : { limits }),
    format,
    identity,
  };
}
