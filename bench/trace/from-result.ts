/** The slowest I/Os of a result as a trace: what a drive was slow at, to be asked again. */
import { OPERATIONS } from '../../engine/stats/operations.js';
import type { BenchResult, JobRecord } from '../../reports/document/index.js';
import { readResultFile } from '../files/result-file.js';
import { AS_RECORDED, type Trace, TraceBuilder } from './builder.js';
import { traceError } from './trace-format.js';

/** The one job that has kept some, or the one that is named. */
function jobOf(path: string, { jobs }: BenchResult, name: string | undefined): JobRecord {
  const keeping = jobs.filter(({ slowest = [] }) => slowest.length > 0);
  const [job, second] = keeping.filter((each) => name === undefined || each.name === name);
  const names = [...new Set(keeping.map((each) => each.name))].join(', ');
  if (job === undefined)
    throw traceError(
      path,
      keeping.length === 0 ? 'no job has kept its slowest I/Os' : `no job ${name} has kept its slowest I/Os`,
      keeping.length === 0
        ? 'run with slowest: 100, or log: FILE for all I/Os'
        : `--job names one of ${names}`,
    );
  if (second !== undefined)
    throw traceError(path, `several records have kept their slowest I/Os (${names})`, 'name one with --job');
  return job;
}

/** Throws EngineError RESULT_UNREADABLE (input), BAD_TRACE (input), TRACE_SPOOL. */
export function traceOfResult(path: string, jobName: string | undefined): Trace {
  const result = readResultFile(path);
  const job = jobOf(path, result, jobName);
  const device = result.devices.find(({ target }) => target === job.target);
  if (device === undefined)
    throw traceError(path, `it does not say what ${job.target} is`, 'name another result');
  const { lbaBytes } = device;
  const builder = new TraceBuilder(AS_RECORDED);
  const ios = (job.slowest ?? [])
    .map(({ atNs, latencyNs, waitedNs = 0, ...io }) => ({ ...io, ns: atNs - latencyNs - waitedNs }))
    .sort((a, b) => a.ns - b.ns);
  for (const [i, { ns, operation: name, lba = 0, bytes }] of ios.entries()) {
    const operation = OPERATIONS.find((each) => each === name);
    if (operation === undefined)
      throw traceError(path, `job ${job.name} has a ${name}, which no trace has`, 'name another job');
    builder.add({ seconds: 0, ns, operation, offsetBytes: lba * lbaBytes, lengthBytes: bytes }, i + 1);
  }
  return builder.finish(path, `slowest I/Os of job ${job.name}`, 'there are none');
}
