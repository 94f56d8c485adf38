/** CRC-16 of T10 DIF, which guards of 16 bits are (NVM command set 1.0, 5.2.1.1): polynomial 8BB7h, from 0, high bit first. */
const POLYNOMIAL = 0x8bb7;
const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ ((crc & 0x8000) === 0 ? 0 : POLYNOMIAL);
  return crc;
});

/** Goes on from `crc` over `lengthBytes` bytes from `at` on. */
export function crc16(crc: number, bytes: Uint8Array, at: number, lengthBytes: number): number {
  let value = crc;
  for (let i = 0; i < lengthBytes; i++)
    value = ((value << 8) & 0xffff) ^ TABLE[(value >>> 8) ^ bytes[at + i]];
  return value;
}
