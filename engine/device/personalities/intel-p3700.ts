import type { Family } from './family.js';

export const intelP3700: Family = {
  source: 'NVMe 1.0e, 5.11.1, which knows CNS 00h and 01h alone; Linux drivers/nvme/host/pci.c, 8086:0953',
  options: {
    pci: '8086:0953',
    vs: '1.0',
    refuse_cns: '2;3',
    mdts: '128KiB',
  },
};
