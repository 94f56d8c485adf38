import type { Family } from './family.js';

export const spdkTarget: Family = {
  source: 'SPDK lib/nvmf/ctrlr.c and vfio_user.c: SMART without a temperature',
  options: {
    vs: '1.3',
    temperature: '0',
    mdts: '128KiB',
    css: '65',
  },
};
