const units: readonly [number, string][] = [
  [2 ** 30, 'GiB'],
  [2 ** 20, 'MiB'],
  [2 ** 10, 'KiB'],
];

/** A length for a message, in the largest unit that leaves no fraction: `64 MiB`, `4 KiB`, `100 bytes`. */
export function sizeText(lengthBytes: number): string {
  for (const [unitBytes, name] of units) {
    if (lengthBytes >= unitBytes && lengthBytes % unitBytes === 0)
      return `${lengthBytes / unitBytes} ${name}`;
  }
  return `${lengthBytes} bytes`;
}

/** The smallest multiple of `unitBytes` that is not below `lengthBytes`. */
export function roundUp(lengthBytes: number, unitBytes: number): number {
  return Math.ceil(lengthBytes / unitBytes) * unitBytes;
}
