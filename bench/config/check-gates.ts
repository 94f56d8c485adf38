import { checkGate, type GatedJob, GateError, parseGate } from '../../reports/gates/parse.js';
import type { Finding, ReadJob, ReadRoot } from './checks.js';
import { writes } from './run-config.js';

function gatedJob({ name, keys, sweep }: ReadJob & { sweep?: { group: string } }): GatedJob[] {
  const { rw } = keys;
  if (name === undefined || rw === undefined) return [];
  const reads = !writes(rw) || rw === 'rw' || rw === 'randrw';
  return [
    {
      name,
      group: sweep?.group,
      directions: [...(reads ? ['read' as const] : []), ...(writes(rw) ? ['write' as const] : [])],
    },
  ];
}

/** Gates that fit no job; left alone where a gate or a job could not be read. */
export function checkGates({ keys, bad }: ReadRoot, jobs: readonly ReadJob[]): Finding[] {
  const gated = jobs.flatMap(gatedJob);
  if (bad.has('gates') || jobs.length === 0 || gated.length < jobs.length) return [];
  return (keys.gates ?? []).flatMap((text, index): Finding[] => {
    try {
      checkGate(parseGate(text), gated);
      return [];
    } catch (error) {
      if (!(error instanceof GateError)) throw error;
      const { problem, hint } = error;
      return [{ path: ['gates', index], part: 'value', message: problem, suggestion: hint }];
    }
  });
}
