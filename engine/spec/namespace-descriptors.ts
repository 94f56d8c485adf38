/** Namespace Identification Descriptor list (NVMe base 2.0, figure 277; Identify CNS 03h). */

const HEADER_BYTES = 4;
/** What a descriptor is of (NIDT). */
export const NIDT = { EUI64: 1, NGUID: 2, UUID: 3, COMMAND_SET: 4 } as const;

/** Worldwide names of a namespace, lower-case hexadecimal without separators; undefined where it has none. */
export interface NamespaceNames {
  readonly eui64?: string;
  readonly nguid?: string;
  readonly uuid?: string;
}

const FIELD: Readonly<Record<number, keyof NamespaceNames>> = {
  [NIDT.EUI64]: 'eui64',
  [NIDT.NGUID]: 'nguid',
  [NIDT.UUID]: 'uuid',
};

/** NIDL of each. */
const BYTES: Readonly<Record<keyof NamespaceNames, number>> = { eui64: 8, nguid: 16, uuid: 16 };

/** The descriptors of the list, up to the first one without a length: type, and where its value lies. */
function* descriptors(data: DataView): Generator<{ type: number; at: number; lengthBytes: number }> {
  for (let at = 0; at + HEADER_BYTES < data.byteLength; ) {
    const lengthBytes = data.getUint8(at + 1);
    const value = at + HEADER_BYTES;
    if (lengthBytes === 0) return;
    if (value + lengthBytes <= data.byteLength) yield { type: data.getUint8(at), at: value, lengthBytes };
    at = value + lengthBytes;
  }
}

/** Decodes the 4096 bytes of the list. */
export function decodeNamespaceNames(data: DataView): NamespaceNames {
  const names: { -readonly [Name in keyof NamespaceNames]?: string } = {};
  for (const { type, at, lengthBytes } of descriptors(data)) {
    const field = FIELD[type];
    if (field && lengthBytes === BYTES[field])
      names[field] = Buffer.from(new Uint8Array(data.buffer, data.byteOffset + at, lengthBytes)).toString(
        'hex',
      );
  }
  return names;
}

/** Command set of the namespace (CSI), that of NVM where the list names none. */
export function decodeCommandSet(data: DataView): number {
  for (const { type, at } of descriptors(data)) if (type === NIDT.COMMAND_SET) return data.getUint8(at);
  return 0;
}
