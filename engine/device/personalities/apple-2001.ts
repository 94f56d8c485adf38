import type { Family } from './family.js';

export const apple2001: Family = {
  source: 'Linux drivers/nvme/host/pci.c, 106b:2001: queues of more than two entries reset the controller',
  options: {
    pci: '106b:2001',
    vs: '1.1',
    entries_that_work: '2',
    refuse_cns: '3',
  },
};
