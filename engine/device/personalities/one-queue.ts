import type { Family } from './family.js';

export const oneQueue: Family = {
  source: 'NVMe base 2.0, 5.27.1.5: a controller with one I/O queue pair that refuses to be asked for many',
  options: {
    vs: '1.2',
    queues: '1',
    queues_asked: '16',
  },
};
