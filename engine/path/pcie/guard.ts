/**
 * HOT: guards of 16 bits (NVM command set 1.0, 5.2.1.1): CRC-16 of T10 DIF, polynomial 8BB7h, from 0, high bit first. Sixteen bytes
 * at a time, each by a table of what it comes to so many bytes later.
 */
const POLYNOMIAL = 0x8bb7;
const BYTES_AT_ONCE = 16;

/** By how many bytes follow, then by byte. */
const TABLES = new Uint16Array(BYTES_AT_ONCE * 256);
for (let byte = 0; byte < 256; byte++) {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ ((crc & 0x8000) === 0 ? 0 : POLYNOMIAL);
  TABLES[byte] = crc;
}
for (let at = 256; at < TABLES.length; at++) {
  const before = TABLES[at - 256];
  TABLES[at] = (before << 8) ^ TABLES[before >>> 8];
}

/** Goes on from `crc` over `count` words from `at` on, in the order of their bytes in memory. */
export function guardOf(crc: number, words: Int32Array, at: number, count: number): number {
  const tables = TABLES;
  let value = crc | 0;
  let i = at | 0;
  const end = (at + count) | 0;
  for (; i + 4 <= end; i = (i + 4) | 0) {
    const a = words[i];
    const b = words[i + 1];
    const c = words[i + 2];
    const d = words[i + 3];
    value =
      tables[3840 + ((a & 0xff) ^ (value >>> 8))] ^
      tables[3584 + (((a >>> 8) & 0xff) ^ (value & 0xff))] ^
      tables[3328 + ((a >>> 16) & 0xff)] ^
      tables[3072 + (a >>> 24)] ^
      tables[2816 + (b & 0xff)] ^
      tables[2560 + ((b >>> 8) & 0xff)] ^
      tables[2304 + ((b >>> 16) & 0xff)] ^
      tables[2048 + (b >>> 24)] ^
      tables[1792 + (c & 0xff)] ^
      tables[1536 + ((c >>> 8) & 0xff)] ^
      tables[1280 + ((c >>> 16) & 0xff)] ^
      tables[1024 + (c >>> 24)] ^
      tables[768 + (d & 0xff)] ^
      tables[512 + ((d >>> 8) & 0xff)] ^
      tables[256 + ((d >>> 16) & 0xff)] ^
      tables[d >>> 24];
  }
  for (; i < end; i = (i + 1) | 0) {
    const word = words[i];
    value =
      tables[768 + ((word & 0xff) ^ (value >>> 8))] ^
      tables[512 + (((word >>> 8) & 0xff) ^ (value & 0xff))] ^
      tables[256 + ((word >>> 16) & 0xff)] ^
      tables[word >>> 24];
  }
  return value;
}
