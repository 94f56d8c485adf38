import type { Family } from './family.js';

export const zoned: Family = {
  source: 'NVMe zoned namespace command set 1.1, 2.1: zones of 1 MiB that are written in order',
  options: {
    vs: '2.0',
    css: '65',
    lba: '4096',
    zone: '1MiB',
  },
};
