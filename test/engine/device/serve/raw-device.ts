/** What `RawClient` reaches, as a device for `RawDriver`: registers by message, mapped doorbells, a DMA_MAP for each page. */
import { closeSync } from 'node:fs';
import type { TransportDevice } from '../../../../engine/path/pcie/transport/transport.js';
import { type Mapping, mapFd, mapMemfd, unmap } from '../../../../engine/sys/mapping.js';
import type { RawClient } from './raw-client.js';

const PAGE = 4096;

/** The flags of DMA_MAP. */
export const READ_ONLY = 1;
export const WRITE_ONLY = 2;
const BOTH = 3;

function accepted(what: string, errno: number): void {
  if (errno !== 0) throw new Error(`${what} got ${errno}`);
}

/** Memory that `rawDevice` can map. */
export const sharedMemory = (lengthBytes: number, what: string) => mapMemfd(lengthBytes, what);

/** Maps a memory file page by page, the last one first, so that no two lie side by side in the server's own memory. */
export function mapPages(client: RawClient, memory: Mapping, iova: bigint, flags = BOTH): void {
  for (let at = memory.lengthBytes - PAGE; at >= 0; at -= 2 * PAGE)
    accepted('DMA_MAP', client.map(memory.fd, iova + BigInt(at), BigInt(PAGE), BigInt(at), flags));
  for (let at = memory.lengthBytes - 2 * PAGE; at >= 0; at -= 2 * PAGE)
    accepted('DMA_MAP', client.map(memory.fd, iova + BigInt(at), BigInt(PAGE), BigInt(at), flags));
}

/** Closing it ends the client. */
export function rawDevice(client: RawClient): TransportDevice {
  const [fd] = client.regionInfo(0, 64).fds;
  const doorbells = mapFd(fd, PAGE, PAGE, 'doorbells');
  closeSync(fd);
  const write = (offset: number, data: Buffer): void =>
    accepted('REGION_WRITE', client.write(0, offset, data).errno);
  return {
    target: 'raw',
    kind: 'raw',
    software: true,
    numaNode: -1,
    pciId: undefined,
    warnings: [],
    registers: {
      read32: (offset) => client.read(0, offset, 4).body.readUInt32LE(16),
      read64: (offset) => client.read(0, offset, 8).body.readBigUInt64LE(16),
      write32(offset, value) {
        const data = Buffer.alloc(4);
        data.writeUInt32LE(value >>> 0);
        write(offset, data);
      },
      write64(offset, value) {
        const data = Buffer.alloc(8);
        data.writeBigUInt64LE(value);
        write(offset, data);
      },
    },
    doorbells,
    dma: {
      iovaRanges: [],
      pageSizeBytes: PAGE,
      mappingsAvailable: Number.POSITIVE_INFINITY,
      map: (memory, iova) => mapPages(client, memory, iova),
      unmap: (memory, iova) => accepted('DMA_UNMAP', client.unmap(iova, BigInt(memory.lengthBytes)).errno),
    },
    reset: async () => client.call(13, new Uint8Array(0)).errno === 0,
    lost: () => undefined,
    async close() {
      client.close();
      unmap(doorbells);
    },
  };
}
