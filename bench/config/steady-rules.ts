/** What jobs need that end by what they measure, and cannot have beside: once they are steady, or known well enough. */
import type { OperationName } from '../../reports/document/operations.js';
import { type Finding, finding, gatedJob, type ReadJob, sourceOf } from './checks.js';
import { formatDurationMs } from './units.js';
import { SHORTEST_SURE_MS } from './until-sure.js';

/** Values that a result keeps. */
const MOST_ROUNDS = 10_000;

/** Whether a job has such an operation, or cannot be known. */
function does(job: ReadJob, operation: OperationName | undefined): boolean {
  const [gated] = job.keys.rw === undefined || job.bad.has('rw') ? [] : gatedJob({ ...job, name: 'job' });
  return operation === undefined || gated === undefined || gated.directions.includes(operation);
}

/** Rules of `until_sure`, for a job as far as it could be read. */
export function checkUntilSure(job: ReadJob): Finding[] {
  const { until_sure: sure, steadystate, runtime, search } = job.keys;
  if (sure === undefined || job.bad.has('until_sure')) return [];
  const at = (message: string, hint: string): Finding[] => [
    finding(sourceOf(job, 'until_sure'), message, hint),
  ];
  const { operation } = sure;
  if (!does(job, operation))
    return at(`the job does no ${operation}`, `leave ${operation}. out, or name what it does`);
  if (search !== undefined) return at('has no meaning beside search', 'remove one of both');
  if (steadystate !== undefined)
    return at(
      'a job ends by this or by steadystate',
      'make it steady in a job before, and be sure of another',
    );
  if (job.bad.has('runtime')) return [];
  if (runtime === undefined)
    return at('needs runtime: the longest that the job may take', 'add runtime: 10m');
  if (runtime >= SHORTEST_SURE_MS) return [];
  return at(
    `nothing is sure within ${formatDurationMs(runtime)}`,
    `lengthen runtime: ${formatDurationMs(SHORTEST_SURE_MS)} at least`,
  );
}

/** Rules of `steadystate`, for a job as far as it could be read. */
export function checkSteadyState(job: ReadJob): Finding[] {
  const { steadystate, runtime, search } = job.keys;
  if (steadystate === undefined || job.bad.has('steadystate')) return [];
  const at = (message: string, hint: string): Finding[] => [
    finding(sourceOf(job, 'steadystate'), message, hint),
  ];
  const { operation } = steadystate;
  if (!does(job, operation))
    return at(`the job does no ${operation}`, `leave ${operation}. out, or name what it does`);
  if (search !== undefined) return at('has no meaning beside search', 'remove one of both');
  if (job.bad.has('runtime')) return [];
  if (runtime === undefined) return at('needs runtime: the longest that the job may take', 'add runtime: 1h');
  const { rounds, roundMs, afterMs = 0 } = steadystate;
  if (afterMs + rounds * roundMs > runtime) {
    const needed = formatDurationMs(afterMs + rounds * roundMs);
    return at(
      `its ${rounds} rounds${afterMs > 0 ? ' after `after`' : ''} take ${needed}, and runtime is ${formatDurationMs(runtime)}`,
      'lengthen runtime',
    );
  }
  if (runtime / roundMs > MOST_ROUNDS)
    return at(`a job has at most ${MOST_ROUNDS} rounds`, 'use longer rounds, or a shorter runtime');
  return [];
}
