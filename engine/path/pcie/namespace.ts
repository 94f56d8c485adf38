import { EngineError } from '../../errors.js';
import type { LbaFormat, NamespaceIdentity } from '../../spec/index.js';
import type { DriveNamespace } from '../drive.js';
import type { NamespaceExtent } from '../path.js';
import type { Admin } from './admin.js';

/** A namespace that I/O can go to. */
export interface ActiveNamespace extends DriveNamespace {
  readonly sizeLbas: number;
  readonly format: LbaFormat;
  readonly identity: NamespaceIdentity;
}

/** Identify Namespace, with the format in force. Throws NvmeStatusError, EngineError UNSUPPORTED_FORMAT. */
export async function identifyNamespace(admin: Admin, nsid: number): Promise<ActiveNamespace> {
  const identity = await admin.identifyNamespace(nsid);
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
    format,
    identity,
  };
}

/** Refuses formats whose transfers carry more than data. Throws EngineError UNSUPPORTED_FORMAT. */
export function requirePlainFormat(namespace: NamespaceExtent, target: string): void {
  const { metadataBytes, protectionType, nsid } = namespace;
  if (metadataBytes === 0 && protectionType === 0) return;
  throw new EngineError({
    code: 'UNSUPPORTED_FORMAT',
    op: `do I/O to namespace ${nsid}`,
    target,
    reason: `its blocks carry ${metadataBytes} bytes of metadata, protection type ${protectionType}`,
    hint: 'choose a namespace whose LBA format has no metadata',
    kind: 'input',
  });
}
