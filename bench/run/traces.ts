/** Reads the traces that jobs play, before a device is touched: what a job asks of its device is in them. */
import { EngineError } from '../../engine/index.js';
import type { LoadedConfig } from '../config/load.js';
import type { RwPattern } from '../config/pattern.js';
import type { JobConfig } from '../config/run-config.js';
import type { TraceIos } from '../config/trace-ios.js';
import type { Trace } from '../trace/builder.js';
import { checkSerialsNamed, mayDestroy } from './plan/may-write.js';

/** As a job of the table of keys would have it that does the same: what it does to the device. */
function patternOf({ operations, ios }: TraceIos): Pick<JobConfig, 'rw' | 'rwmixread'> {
  const names = operations.map(({ name }) => name);
  const reads = operations.find(({ name }) => name === 'read')?.ios ?? 0;
  if (names.every((name) => name === 'read' || name === 'verify')) return { rw: 'read', rwmixread: 100 };
  const only =
    names.every((name) => name === 'deallocate' || name === 'flush') && names.includes('deallocate');
  const rw: RwPattern = only ? 'trim' : reads === 0 ? 'write' : 'rw';
  // A mix has both, however few of one.
  const percent = Math.min(99, Math.max(1, Math.round((100 * reads) / ios)));
  return { rw, rwmixread: reads === 0 ? 0 : percent };
}

function requireAllowed({ allowWrites }: LoadedConfig, job: JobConfig, { path, operations }: TraceIos): void {
  if (!mayDestroy(job) || allowWrites) return;
  const change = operations.find(({ name }) => name !== 'read' && name !== 'verify');
  throw new EngineError({
    code: 'WRITES_NOT_ALLOWED',
    op: `job ${job.name}: play a trace`,
    target: path,
    reason: `it has ${change?.ios} I/Os of ${change?.name}, and allow_writes is not true`,
    hint: 'set allow_writes: true if the data may be destroyed, or leave them out with replay_skip: write,trim,sync',
    kind: 'input',
  });
}

/** What of a trace depends on the job. */
const useOf = ({ replayScale = 1, replayAlign, replaySkip = [] }: JobConfig) => ({
  scale: replayScale,
  alignBytes: replayAlign,
  skip: replaySkip,
});

/**
 * Does `body` with the configuration whose jobs know their traces. Throws EngineError of kind `input` for a trace that is
 * damaged, or that writes where the configuration does not allow it.
 */
export async function withTraces<T>(
  config: LoadedConfig,
  signal: AbortSignal,
  body: (config: LoadedConfig) => Promise<T>,
): Promise<T> {
  if (config.jobs.every(({ readIolog }) => readIolog === undefined)) return body(config);
  const { readTrace } = await import('../trace/read-trace.js');
  const read = new Map<string, Trace>();
  const traceOf = async (job: JobConfig, path: string): Promise<Trace> => {
    const key = JSON.stringify([path, useOf(job)]);
    const known = read.get(key) ?? (await readTrace(path, useOf(job), signal));
    read.set(key, known);
    return known;
  };
  try {
    const jobs = new Map<JobConfig, JobConfig>();
    for (const job of config.jobs) {
      if (job.readIolog === undefined) continue;
      const trace = await traceOf(job, job.readIolog);
      const known: JobConfig = { ...job, ...patternOf(trace), trace };
      requireAllowed(config, known, trace);
      jobs.set(job, known);
    }
    const knowing = (list: readonly JobConfig[]): JobConfig[] => list.map((job) => jobs.get(job) ?? job);
    const known = { ...config, jobs: knowing(config.jobs), turns: config.turns.map(knowing) };
    checkSerialsNamed(known, config.path ?? 'the configuration');
    return await body(known);
  } finally {
    for (const trace of read.values()) trace.close();
  }
}
