/** What the types of the package let through and what they refuse; compiled by api.test.ts, never run. */
import {
  attach,
  type BenchResult,
  type ConfigData,
  compare,
  compareMany,
  EngineError,
  evaluateGates,
  findBaseline,
  type GateVerdict,
  loadConfig,
  plan,
  type RunEvent,
  readResult,
  run,
  saveBaseline,
} from 'nvbench';
import { listNvmeFunctions } from 'nvbench/engine';
import { formatView } from 'nvbench/reports';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(..._proof: Equal<A, B> extends true ? [] : ['differ']): void => undefined;

const job = { name: 'a', rw: 'randread', runtime: 1 } as const;
export const right: ConfigData[] = [
  { device: 'sim', jobs: [job] },
  { devices: ['sim', 'pci:0000:01:00.0'], namespace: 'uuid:0', serial_number: ['A', 'B'], jobs: [job] },
  {
    defaults: { bs: 4096, cpus_allowed: [0, 1], size: '50%' },
    jobs: [{ ...job, matrix: { iodepth: [1, 2] } }],
  },
  { interrupt_coalescing: { threshold: 4, time: '100us' }, gates: ['errors == 0'], jobs: [job] },
];
export const wrong: ConfigData[] = [
  // @ts-expect-error a pattern that there is not
  { jobs: [{ ...job, rw: 'randraed' }] },
  // @ts-expect-error a key that there is not
  { jobs: [{ ...job, iodeph: 1 }] },
  // @ts-expect-error a depth is a number
  { jobs: [{ ...job, iodepth: '4' }] },
  // @ts-expect-error a matrix varies what a matrix may vary
  { jobs: [{ ...job, matrix: { repeat: [1, 2] } }] },
  // @ts-expect-error a job has a name
  { jobs: [{ rw: 'read' }] },
  // @ts-expect-error there are jobs
  { device: 'sim' },
];

export async function outcomes(config: ConfigData): Promise<void> {
  const outcome = await run(loadConfig('x.yaml'), { bind: { inUse: false }, shared: true, waitMs: 1 });
  same<typeof outcome.result, BenchResult>();
  same<typeof outcome.failure, Error | undefined>();
  // @ts-expect-error the reason of a signal is given by its controller
  await run(config, { signal: 'stop' });
  // @ts-expect-error a result is not changed into another type of job
  outcome.result.jobs = [{ name: 'a' }];
  const { jobs } = await plan(config);
  same<(typeof jobs)[0]['runtimeMs'], number | null>();
  const attached = await attach('sim', { hugepages: 'never' });
  same<typeof attached.namespace.sizeBytes, number>();
  same<typeof attached.drive.identity.serialNumber, string>();
}

export function events(event: RunEvent): number {
  switch (event.kind) {
    case 'planned':
      return event.plan.jobs.length;
    case 'progress':
      return event.lately.latencyNs?.p99 ?? 0;
    case 'job':
      return event.records[0].elapsedNs;
    case 'notice':
      return event.error instanceof EngineError ? event.error.code.length : event.message.length;
  }
}

export function judged(result: BenchResult): string {
  const { verdict } = evaluateGates(
    ['errors == 0'],
    { name: 'x', result },
    { baseline: findBaseline('b', result) },
  );
  same<typeof verdict, GateVerdict>();
  const { counts } = compare([result, result], readResult('x.json'), { metrics: ['iops'], force: true });
  // @ts-expect-error a metric that there is not
  compare(result, result, { metrics: ['iopps'] });
  const [{ place }] = compareMany([result, result]).rankings[0].results;
  saveBaseline('b', { name: 'x', result }, false);
  const view = formatView('csv', [result], { text: { color: false, width: 80 }, unit: 'us' });
  return `${counts.worse + place}${view}${listNvmeFunctions().functions.length}`;
}
