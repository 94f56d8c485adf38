import type { RawClient } from './raw-client.js';

/** Enables the controller with an admin queue of 2 entries at each end, in two pages of its own; its status. */
export function enable(client: RawClient, sqIova: bigint, cqIova: bigint): number {
  const word = (value: bigint, bytes: 4 | 8): Buffer => {
    const data = Buffer.alloc(8);
    data.writeBigUInt64LE(value);
    return data.subarray(0, bytes);
  };
  client.write(0, 0x14, word(0n, 4));
  client.write(0, 0x24, word(0x1_0001n, 4));
  client.write(0, 0x28, word(sqIova, 8));
  client.write(0, 0x30, word(cqIova, 8));
  client.write(0, 0x14, word(0x46_0001n, 4));
  for (;;) {
    const csts = client.read(0, 0x1c, 4).body.readUInt32LE(16);
    if (csts !== 0) return csts;
  }
}
