import type { Family } from './family.js';

export const qemu: Family = {
  source: 'QEMU hw/nvme/ctrl.c, 1b36:0010: doorbells in memory (OACS bit 8)',
  options: {
    pci: '1b36:0010',
    vs: '1.4',
    shadow_doorbells: 'true',
  },
};
