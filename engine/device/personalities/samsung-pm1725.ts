import type { Family } from './family.js';

export const samsungPm1725: Family = {
  source:
    'Linux drivers/nvme/host/pci.c and SPDK lib/nvme/nvme_quirks.c, 144d:a821: CSTS is not to be read for 2 s after disabling',
  options: {
    pci: '144d:a821',
    vs: '1.1',
    deaf_before: '2s',
  },
};
