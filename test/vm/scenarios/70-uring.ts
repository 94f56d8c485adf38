import assert from 'node:assert/strict';
import type { FactsResult } from '../guest/uring-facts.js';
import type { Scenario } from '../scenario.js';

const MIB = 2 ** 20;

export const scenario: Scenario<FactsResult> = {
  name: 'uring: block device and passthrough; data, statuses, claims, facts',
  guestOptions: {
    drives: [
      { serial: 'DATA512', backend: 'file', sizeBytes: 64 * MIB },
      { serial: 'DATA4K', backend: 'file', sizeBytes: 64 * MIB, lbaBytes: 4096 },
    ],
    timeoutMs: 1_500_000,
  },
  guestMain: 'uring.js',
  check(_, run) {
    assert.doesNotMatch(run.dmesg, /DMAR: .*fault/i);
  },
  summary: ({ rings, seen }) => `rings ${rings.join('; commands ')}; told of ${seen.join(', ') || 'nothing'}`,
};
