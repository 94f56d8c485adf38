/** Namespace Identification Descriptor list (NVMe base 2.0, figure 277; Identify CNS 03h). */

const HEADER_BYTES = 4;
const NIDT_EUI64 = 1;
const NIDT_NGUID = 2;
const NIDT_UUID = 3;

/** Worldwide names of a namespace, lower-case hexadecimal without separators; undefined where it has none. */
export interface NamespaceNames {
  readonly eui64?: string;
  readonly nguid?: string;
  readonly uuid?: string;
}

const FIELD: Readonly<Record<number, keyof NamespaceNames>> = {
  [NIDT_EUI64]: 'eui64',
  [NIDT_NGUID]: 'nguid',
  [NIDT_UUID]: 'uuid',
};

/** NIDL of each. */
const BYTES: Readonly<Record<keyof NamespaceNames, number>> = { eui64: 8, nguid: 16, uuid: 16 };

/** Decodes the 4096 bytes of the list; stops at the first descriptor without a length. */
export function decodeNamespaceNames(data: DataView): NamespaceNames {
  const names: { -readonly [Name in keyof NamespaceNames]?: string } = {};
  for (let at = 0; at + HEADER_BYTES < data.byteLength; ) {
    const lengthBytes = data.getUint8(at + 1);
    if (lengthBytes === 0) break;
    const field = FIELD[data.getUint8(at)];
    if (field && lengthBytes === BYTES[field] && at + HEADER_BYTES + lengthBytes <= data.byteLength) {
      const bytes = new Uint8Array(data.buffer, data.byteOffset + at + HEADER_BYTES, lengthBytes);
      names[field] = Buffer.from(bytes).toString('hex');
    }
    at += HEADER_BYTES + lengthBytes;
  }
  return names;
}
