/** What the commands of a job say of the metadata of its namespace (NVM command set 1.0, 5.2), and which formats cannot be. */
import { knownGuard, PRINFO, PROTECTION, protectionBytes } from '../../spec/index.js';
import { fuaOf } from '../operations.js';
import type { NamespaceExtent, ProtectionCheck, QueueShape } from '../path.js';
import type { HostProtectionUse } from './host-protection.js';
import { refuse } from './refusal.js';

/** What stands in the commands of a queue beside what plain ones have. */
export interface MetadataWords {
  /** PRINFO and FUA, in their places in CDW12. */
  readonly read: number;
  readonly write: number;
  readonly zeroes: number;
  readonly verify: number;
  /** Initial reference tags are so many low bits of the first block: in CDW14, then in CDW3. 0 where commands have none. */
  readonly referenceBits: number;
  /** CDW15: application tag, and its mask in the upper half. */
  readonly tags: number;
}

/** What a thread is told of it. */
export interface MetadataUse extends MetadataWords {
  /** Two words of MPTR for each command: those of reads, then those of writes; empty where nothing is transferred. */
  readonly pointers: Int32Array;
  /** Of jobs whose host makes protection information itself. */
  readonly byHost?: HostProtectionUse;
}

export interface MetadataPlan extends MetadataWords {
  /** Bytes of each block that a buffer of the host has; 0 where the controller makes and strips all of it. */
  readonly hostBytes: number;
  /** What of protection information the host makes and looks at. */
  readonly byHost?: Omit<HostProtectionUse, 'addresses' | 'lengthBytes'>;
}

/** Of blocks without metadata. */
const PLAIN: MetadataPlan = {
  read: 0,
  write: 0,
  zeroes: 0,
  verify: 0,
  referenceBits: 0,
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

/** Bytes of protection information; 0 where there is none. Throws EngineError UNSUPPORTED_FORMAT. */
function checkFormat(namespace: NamespaceExtent, target: string): number {
  const { metadataBytes, protectionType, metadataInline } = namespace;
  const guard = knownGuard(namespace.guardBits);
  if (protectionType > 3)
    throw refuseFormat(namespace, target, `its protection is of type ${protectionType}, which is reserved`);
  if (protectionType > 0 && guard === undefined)
    throw refuseFormat(
      namespace,
      target,
      'its protection information has guards of a kind that is not known, of which those of 16, 32 and 64 bits work',
    );
  const takes = protectionType > 0 && guard !== undefined ? protectionBytes(guard) : 0;
  if (metadataBytes < takes) {
    const reason = `it has protection of type ${protectionType} and ${metadataBytes} bytes of metadata, of which that takes ${takes}`;
    throw refuseFormat(namespace, target, reason);
  }
  if (metadataInline === true && metadataBytes !== takes) {
    const reason = `${metadataBytes} bytes of metadata lie at the end of the data of each block (FLBAS bit 4), and are not all protection information, which the controller would strip`;
    throw refuseFormat(namespace, target, reason);
  }
  return takes;
}

/** Storage tags are left 0, and are not checked (STC). */
function referenceBits(namespace: NamespaceExtent): number {
  const guard = knownGuard(namespace.guardBits);
  if (guard === undefined || !HAS_REFERENCE_TAGS.includes(namespace.protectionType)) return 0;
  return Math.max(0, 8 * PROTECTION[guard].tagBytes - (namespace.storageTagBits ?? 0));
}

/** Why the host cannot make protection information of a format; undefined where it can. */
function hostProblem({
  metadataBytes,
  metadataInline,
  guardBits = 16,
  storageTagBits = 0,
}: NamespaceExtent): string | undefined {
  if (metadataInline) return 'its metadata lies at the end of the data of each block (FLBAS bit 4)';
  if (metadataBytes % 4 !== 0) return `its ${metadataBytes} bytes of metadata are no multiple of 4`;
  if (guardBits !== 16) return `its guards have ${guardBits} bits, of which those of 16 are made here`;
  return storageTagBits > 0 ? `it has storage tags of ${storageTagBits} bits` : undefined;
}

function requireByHost(namespace: NamespaceExtent, target: string): void {
  const op = `make the protection information of namespace ${namespace.nsid} (pi_act: false)`;
  const reason = hostProblem(namespace);
  if (reason !== undefined)
    throw refuse('UNSUPPORTED_FORMAT', op, target, reason, 'leave it to the drive (pi_act: true)');
}

/**
 * What the commands of a job say of metadata; undefined of a namespace without any. Protection information is the controller's to
 * make and to strip (PRACT), unless the job has the host do it. Throws EngineError UNSUPPORTED_FORMAT of kind `input`.
 */
export function planMetadata(
  { namespace, protection }: Pick<QueueShape, 'namespace' | 'protection'>,
  target: string,
): MetadataPlan | undefined {
  const { metadataBytes, protectionType } = namespace;
  if (metadataBytes === 0 && protectionType === 0) return undefined;
  const protectedBytes = checkFormat(namespace, target);
  if (protectionType === 0) return { ...PLAIN, hostBytes: metadataBytes };
  const { checks = [], applicationTag = 0, applicationTagMask = 0 } = protection ?? {};
  const checked = checks.reduce((bits, check) => bits | CHECK_BITS[check], 0);
  const referenceTags = HAS_REFERENCE_TAGS.includes(protectionType);
  const tags = applicationTag | (applicationTagMask << 16);
  if (protection?.byHost === true) {
    requireByHost(namespace, target);
    const { protectionFirst: first = false } = namespace;
    const byHost = {
      metadataBytes,
      first,
      checks: checked,
      referenceTags,
      applicationTag,
      applicationTagMask,
    };
    const words = { read: checked, write: checked, zeroes: PRINFO.ACTION, verify: checked };
    return { ...words, referenceBits: referenceBits(namespace), tags, hostBytes: metadataBytes, byHost };
  }
  return {
    read: PRINFO.ACTION | checked,
    // Nothing comes with them that could be checked.
    write: PRINFO.ACTION,
    zeroes: PRINFO.ACTION,
    verify: checked,
    referenceBits: referenceBits(namespace),
    tags,
    hostBytes: metadataBytes === protectedBytes ? 0 : metadataBytes,
  };
}
