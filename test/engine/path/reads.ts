import type { QueueShape } from '../../../engine/path/path.js';

/** Queues for reads of 4 KiB at depth 4 from a namespace of 1 TiB in blocks of 512 bytes. */
export const READS: QueueShape = {
  namespace: { nsid: 1, sizeBytes: 2 ** 40, lbaBytes: 512, metadataBytes: 0, protectionType: 0 },
  bsBytes: 4096,
  operations: ['read'],
  iodepth: 4,
  queues: 1,
  split: false,
  completion: 'poll',
};
