import type { Family } from './family.js';

/** As 520-byte sectors are in arrays. */
export const protectedType1: Family = {
  source: 'NVMe NVM command set 1.0, 5.2: blocks of 512 bytes with 8 of protection information, type 1',
  options: {
    vs: '2.0',
    css: '65',
    metadata: '8',
    pi: '1',
  },
};

export const protectedType2: Family = {
  source:
    'NVMe NVM command set 1.0, 5.2: blocks of 4 KiB with 8 bytes of protection information, type 2, behind their data',
  options: {
    vs: '2.0',
    css: '65',
    lba: '4096',
    metadata: '8',
    pi: '2',
    extended: 'true',
  },
};

export const protectedType3: Family = {
  source: 'NVMe NVM command set 1.0, 5.2: blocks of 4 KiB with 8 bytes of protection information, type 3',
  options: {
    vs: '2.0',
    css: '65',
    lba: '4096',
    metadata: '8',
    pi: '3',
  },
};
