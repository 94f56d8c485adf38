import type { Family } from './family.js';

export const seagateNytro: Family = {
  source: 'Linux drivers/nvme/host/pci.c, 1bb1:0100: no early look at CSTS, and no CNS 03h',
  options: {
    pci: '1bb1:0100',
    vs: '1.3',
    deaf_before: '2s',
    refuse_cns: '3',
  },
};
