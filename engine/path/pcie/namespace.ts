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
  if (!format || format.dataBytes < 512 || identity.sizeLbas === 0n) {
    throw new EngineError({
      code: 'UNSUPPORTED_FORMAT',
      op: `use namespace ${nsid}`,
      target: 'Identify Namespace',
      reason: `size ${identity.sizeLbas} blocks, format ${identity.formatIndex} of ${identity.lbaFormats.length} has no usable block size`,
      hint: 'choose another namespace, or format this one',
    });
  }
  const sizeLbas = Number(identity.sizeLbas);
  return {
    nsid,
    sizeLbas,
    sizeBytes: sizeLbas * format.dataBytes,
    lbaBytes: format.dataBytes,
    metadataBytes: format.metadataBytes,
    protectionType: identity.protectionType,
    ...layoutOf(identity),
    atomicWrites: atomicWritesOf(source.identity, identity),
    format,
    identity,
  };
}
