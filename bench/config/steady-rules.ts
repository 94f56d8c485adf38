/** What a job that is to become steady needs, and cannot have beside. */
import { type Finding, finding, gatedJob, type ReadJob, sourceOf } from './checks.js';
import { formatDurationMs } from './units.js';

/** Values that a result keeps. */
const MOST_ROUNDS = 10_000;

/** Rules of `steadystate`, for a job as far as it could be read. */
export function checkSteadyState(job: ReadJob): Finding[] {
  const { steadystate, runtime, search } = job.keys;
  if (steadystate === undefined || job.bad.has('steadystate')) return [];
  const at = (message: string, hint: string): Finding[] => [
    finding(sourceOf(job, 'steadystate'), message, hint),
  ];
  const { operation } = steadystate;
  const [gated] = job.keys.rw === undefined || job.bad.has('rw') ? [] : gatedJob({ ...job, name: 'job' });
  if (operation !== undefined && gated !== undefined && !gated.directions.includes(operation))
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
