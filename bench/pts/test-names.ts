/** What the command line knows of the tests, which every start of the program loads. */

export const PTS_TESTS = ['iops', 'throughput', 'latency', 'saturation'] as const;
export type PtsTest = (typeof PTS_TESTS)[number];

/** In force where they are not given. */
export const PTS_DEFAULTS = { purge: 'deallocate', iodepth: 32, numjobs: 1 } as const;
