import type { LogAbout } from '../../../reports/io-log/header.js';

/** What a log says of itself whose job goes on. */
export const ABOUT: LogAbout = {
  tool: '1.2.3',
  job: 'randread',
  target: 'null',
  startedAt: '2026-01-01T00:00:00.000Z',
  lbaBytes: 512,
  numjobs: 1,
  queuePairs: 1,
  iodepth: 4,
  operations: ['read', 'write'],
  complete: false,
};
