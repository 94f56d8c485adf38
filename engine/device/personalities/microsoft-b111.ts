import type { Family } from './family.js';

export const microsoftB111: Family = {
  source: 'SPDK lib/nvme/nvme_quirks.c, 1414:b111: an admin queue fills whole pages of 4 KiB',
  options: {
    pci: '1414:b111',
    admin_entries: '64',
  },
};
