/** What the INFO structures of vfio.h share: `argsz` that the kernel raises, and a chain of capabilities. */
import { EngineError } from '../../../../errors.js';

const CAP_HEADER_BYTES = 8;
/** The first answer states the whole size; more rounds than this mean the size never settles. */
const MAX_ROUNDS = 4;

/** struct vfio_info_cap_header; `offset` of the header from the start of the structure. */
export interface InfoCapability {
  readonly id: number;
  readonly version: number;
  readonly offset: number;
}

/** A malformed answer of the kernel. */
export function brokenInfo(reason: string): EngineError {
  return new EngineError({
    code: 'VFIO_INFO_BROKEN',
    op: 'decoding a VFIO info structure',
    target: 'kernel',
    reason,
    hint: 'check that the kernel and its vfio modules are of one build',
  });
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Runs an INFO ioctl with a structure of at least `leastBytes`, again and larger while the kernel answers with a
 * larger `argsz`. `prepare` fills the request's own fields before each round. Throws what `run` throws.
 */
export function queryInfo(
  leastBytes: number,
  run: (info: Uint8Array) => void,
  prepare: (view: DataView) => void = () => {},
): Uint8Array {
  let sizeBytes = leastBytes;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const info = new Uint8Array(sizeBytes);
    const view = viewOf(info);
    view.setUint32(0, sizeBytes, true);
    prepare(view);
    run(info);
    const neededBytes = view.getUint32(0, true);
    if (neededBytes <= sizeBytes) return info;
    sizeBytes = neededBytes;
  }
  throw brokenInfo(`argsz grows without end, last ${sizeBytes}`);
}

/** The chain that starts at `firstOffset` (0: empty). Throws EngineError `VFIO_INFO_BROKEN` where it leaves the structure or loops. */
export function* infoCapabilities(info: Uint8Array, firstOffset: number): Generator<InfoCapability, void> {
  const view = viewOf(info);
  const seen = new Set<number>();
  let offset = firstOffset;
  while (offset !== 0) {
    if (seen.has(offset)) throw brokenInfo(`the capability chain loops at ${offset}`);
    if (offset + CAP_HEADER_BYTES > info.length)
      throw brokenInfo(`a capability at ${offset} lies outside ${info.length} bytes`);
    seen.add(offset);
    yield { id: view.getUint16(offset, true), version: view.getUint16(offset + 2, true), offset };
    offset = view.getUint32(offset + 4, true);
  }
}

/** Checks that a capability's array fits. Throws EngineError `VFIO_INFO_BROKEN`. */
export function checkFits(info: Uint8Array, offset: number, lengthBytes: number): void {
  if (offset + lengthBytes > info.length)
    throw brokenInfo(`a capability at ${offset} has more entries than the structure has room for`);
}
