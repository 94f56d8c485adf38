/** Sizes of files that are offered as memory: none, pages, and more than there is. */
export const FILE_BYTES: readonly number[] = [0, 4096, 16 * 4096, 2 ** 40, 2 ** 52];

/** Around every power of two at which an integer, a page or an address space ends. */
export const NASTY: readonly bigint[] = [
  0, 1, 2, 9, 11, 12, 20, 21, 30, 31, 32, 33, 38, 39, 40, 46, 47, 48, 52, 53, 62, 63, 64,
].flatMap((bits) =>
  [-4096n, -1n, 0n, 1n, 4096n].map((beside) => BigInt.asUintN(64, 2n ** BigInt(bits) + beside)),
);
