import type { Family } from './family.js';

export const vmware: Family = {
  source: 'SPDK lib/nvme/nvme_quirks.c, 15ad:07f0: CSTS.SHST takes long',
  options: {
    pci: '15ad:07f0',
    vs: '1.3',
    shutdown_takes: '500ms',
  },
};
