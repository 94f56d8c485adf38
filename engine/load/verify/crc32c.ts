/** CRC32C (Castagnoli; RFC 3720, 12.1), eight bytes at a time, over little-endian words. */

/** Reflected. */
const POLYNOMIAL = 0x82f63b78;
/** Made when they are first used: workers that verify nothing need none. */
let tables: Int32Array | undefined;

/** Entry `256 * k + b`: byte b with k zero bytes behind it. */
function newTables(): Int32Array {
  const all = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let x = byte;
    for (let bit = 0; bit < 8; bit++) x = (x >>> 1) ^ (POLYNOMIAL & -(x & 1));
    all[byte] = x;
  }
  for (let i = 256; i < all.length; i++) all[i] = (all[i - 256] >>> 8) ^ all[all[i - 256] & 0xff];
  return all;
}

/** The register after `words`, an even number of them; linear in both. */
export function crcRegister(register: number, words: Int32Array): number {
  tables ??= newTables();
  const t = tables;
  let x = register | 0;
  for (let i = 0; i < words.length; i = (i + 2) | 0) {
    const a = x ^ words[i];
    const b = words[(i + 1) | 0];
    x =
      t[1792 | (a & 0xff)] ^
      t[1536 | ((a >>> 8) & 0xff)] ^
      t[1280 | ((a >>> 16) & 0xff)] ^
      t[1024 | (a >>> 24)] ^
      t[768 | (b & 0xff)] ^
      t[512 | ((b >>> 8) & 0xff)] ^
      t[256 | ((b >>> 16) & 0xff)] ^
      t[b >>> 24];
  }
  return x;
}

/** CRC32C of an even number of words; signed. */
export function crc32c(words: Int32Array): number {
  return ~crcRegister(-1, words);
}
