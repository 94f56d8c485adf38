import type { Family } from './family.js';

export const nvme20: Family = {
  source: 'NVMe base 2.0, 3.1.3: all command sets (CAP.CSS bit 6), ready timeouts in CRTO',
  options: {
    vs: '2.0',
    css: '65',
    to: '1',
    crto: '20',
    ready_after: '1500ms',
  },
};
