import type { Family } from './family.js';

export const nvme00: Family = {
  source:
    'NVMe 1.0e, 3.1.2 and 5.11.1: a controller from before the register was filled in, CAP.CSS and CAP.TO 0',
  options: {
    vs: '0.0',
    css: '0',
    to: '0',
    refuse_cns: '2;3',
    nn: '3',
    nsid: '2',
    mdts: 'none',
  },
};
