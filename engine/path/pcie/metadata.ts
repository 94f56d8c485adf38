/** What the commands of a job say of the metadata of its namespace (NVM command set 1.0, 5.2), and which formats cannot be. */
import { PRINFO, PROTECTION_BYTES } from '../../spec/index.js';
import { fuaOf } from '../operations.js';
import type { NamespaceExtent, ProtectionCheck, QueueShape } from '../path.js';
import { refuse } from './refusal.js';

/** What stands in the commands of a queue beside what plain ones have. */
export interface MetadataWords {
  /** PRINFO and FUA, in their places in CDW12. */
  readonly read: number;
  readonly write: number;
  readonly zeroes: number;
  readonly verify: number;
  /** CDW14 has the low word of the first block: initial reference tags. */
  readonly referenceTags: boolean;
  /** CDW15: application tag, and its mask in the upper half. */
  readonly tags: number;
}

/** What a thread is told of it. */
export interface MetadataUse extends MetadataWords {
  /** Two words of MPTR for each command: those of reads, then those of writes; empty where nothing is transferred. */
  readonly pointers: Int32Array;
}

export interface MetadataPlan extends MetadataWords {
  /** Bytes of each block that a buffer of the host has; 0 where the controller makes and strips all of it. */
  readonly hostBytes: number;
}

/** Of blocks without metadata. */
const PLAIN: MetadataPlan = {
  read: 0,
  write: 0,
  zeroes: 0,
  verify: 0,
  referenceTags: false,
  tags: 0,
  hostBytes: 0,
};

/** What commands say of metadata with FUA beside it. */
export function withFua(shape: Pick<QueueShape, 'fua'>, plan: MetadataPlan = PLAIN): MetadataPlan {
  return {
    ...plan,
    read: plan.read | fuaOf(shape, 'read'),
    write: plan.write | fuaOf(shape, 'write'),
    zeroes: plan.zeroes | fuaOf(shape, 'write-zeroes'),
    verify: plan.verify | fuaOf(shape, 'verify'),
  };
}

const CHECK_BITS: Readonly<Record<ProtectionCheck, number>> = {
  GUARD: PRINFO.CHECK_GUARD,
  APPTAG: PRINFO.CHECK_APPLICATION_TAG,
  REFTAG: PRINFO.CHECK_REFERENCE_TAG,
};

/** Type 3 leaves reference tags to the host. */
const HAS_REFERENCE_TAGS: readonly number[] = [1, 2];

function refuseFormat(namespace: NamespaceExtent, target: string, reason: string): Error {
  const hint = 'format it otherwise (nvbench format), or choose another namespace';
  return refuse('UNSUPPORTED_FORMAT', `do I/O to namespace ${namespace.nsid}`, target, reason, hint);
}

function checkFormat(namespace: NamespaceExtent, target: string): void {
  const { metadataBytes, protectionType, metadataInline, guardBits = 16, storageTagBits = 0 } = namespace;
  const stripped = protectionType > 0 && metadataBytes === PROTECTION_BYTES;
  if (protectionType > 3)
    throw refuseFormat(namespace, target, `its protection is of type ${protectionType}, which is reserved`);
  if (protectionType > 0 && guardBits !== 16) {
    const guards = guardBits === 0 ? 'guards of a kind that is not known' : `guards of ${guardBits} bits`;
    throw refuseFormat(
      namespace,
      target,
      `its protection information has ${guards}, of which those of 16 work`,
    );
  }
  if (protectionType > 0 && storageTagBits > 0)
    throw refuseFormat(
      namespace,
      target,
      `its protection information has storage tags of ${storageTagBits} bits`,
    );
  if (protectionType > 0 && metadataBytes < PROTECTION_BYTES) {
    const reason = `it has protection of type ${protectionType} and ${metadataBytes} bytes of metadata, of which that takes ${PROTECTION_BYTES}`;
    throw refuseFormat(namespace, target, reason);
  }
  if (metadataInline === true && !stripped) {
    const reason = `${metadataBytes} bytes of metadata lie at the end of the data of each block (FLBAS bit 4), and are not all protection information, which the controller would strip`;
    throw refuseFormat(namespace, target, reason);
  }
}

/**
 * What the commands of a job say of metadata; undefined of a namespace without any. Protection information is the controller's to
 * make and to strip (PRACT). Throws EngineError UNSUPPORTED_FORMAT of kind `input`.
 */
export function planMetadata(
  { namespace, protection }: Pick<QueueShape, 'namespace' | 'protection'>,
  target: string,
): MetadataPlan | undefined {
  const { metadataBytes, protectionType } = namespace;
  if (metadataBytes === 0 && protectionType === 0) return undefined;
  checkFormat(namespace, target);
  if (protectionType === 0) {
    const none = { read: 0, write: 0, zeroes: 0, verify: 0, referenceTags: false, tags: 0 };
    return { ...none, hostBytes: metadataBytes };
  }
  const { checks = [], applicationTag = 0, applicationTagMask = 0 } = protection ?? {};
  const checked = checks.reduce((bits, check) => bits | CHECK_BITS[check], 0);
  return {
    read: PRINFO.ACTION | checked,
    // Nothing comes with them that could be checked.
    write: PRINFO.ACTION,
    zeroes: PRINFO.ACTION,
    verify: checked,
    referenceTags: HAS_REFERENCE_TAGS.includes(protectionType),
    tags: applicationTag | (applicationTagMask << 16),
    hostBytes: metadataBytes === PROTECTION_BYTES ? 0 : metadataBytes,
  };
}
