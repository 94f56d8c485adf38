/** The figures of jobs that have a rate: what was to begin, and the response times from when it was due. */
import type { Figure } from './figure.js';
import type { JobRecord, LatencyNs } from './result.js';

/** From the intended time of an I/O to its completion; of jobs that have a rate. */
function response<Name extends string>(name: Name, field: keyof LatencyNs) {
  return {
    name,
    what: `${field.replace('_', '.')} of the response time: from when an I/O was due to its completion`,
    quantity: 'time',
    better: 'lower',
    column: `${name}_ns`,
    exposed: 'gauge',
    responseOf: field.replace('_', '.'),
    value: (job: JobRecord) => (job.response?.ios === 0 ? undefined : job.response?.latencyNs[field]),
  } as const;
}

/** Of a job as a whole, in the order in which people read them. */
export const RATE_FIGURES = [
  {
    name: 'rate_asked',
    what: 'I/Os per second that were to begin, over all workers, where the job has a rate',
    quantity: 'iops',
    column: 'rate_asked_iops',
    exposed: 'gauge',
    head: 'rate asked',
    value: ({ figures }) => figures?.rateAskedIops,
  },
  {
    name: 'unsent',
    what: 'I/Os that were due within the measured time and were never begun, since all slots were taken',
    quantity: 'count',
    better: 'lower',
    column: 'unsent_ios',
    exposed: 'counter',
    head: 'unsent',
    use: 'gated',
    silentAtZero: true,
    value: ({ figures }) => figures?.unsentIos,
  },
  { ...response('response_mean', 'mean'), head: 'response mean', use: 'compared' },
  { ...response('response_p50', 'p50'), head: 'response p50', use: 'compared' },
  { ...response('response_p99', 'p99'), head: 'response p99', use: 'compared' },
  { ...response('response_p99_9', 'p99_9'), head: 'response p99.9', use: 'compared' },
  { ...response('response_max', 'max'), head: 'response max', use: 'gated' },
] as const satisfies readonly Figure<JobRecord>[];
