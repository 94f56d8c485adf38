/** One run of each of the two initiators against the same target: 4 KiB random reads. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endOf, lastLines, runToEnd } from '../process.js';
import { PERF_MIB } from './build.js';
import { removeDpdkFiles, type Target } from './target.js';

const BS_BYTES = 4096;

export interface RunPlan {
  readonly target: Target;
  readonly depth: number;
  readonly cpu: number;
  readonly rampS: number;
  readonly runtimeS: number;
  /** Ends the run early. */
  readonly signal: AbortSignal;
}

export interface RunFigures {
  readonly iops: number;
  readonly meanNs: number;
  readonly p50Ns: number;
}

export type Initiator = (plan: RunPlan) => Promise<RunFigures>;

/** Little's law: I/Os that were outstanding in the mean. */
export function keptDepth({ iops, meanNs }: RunFigures): number {
  return (iops * meanNs) / 1e9;
}

/** Beyond ramp and runtime there is starting, connecting, and the report. */
function timeoutOf(seconds: number): number {
  return seconds * 1000 + 60_000;
}

/** spdk_nvme_perf of a build, with its latency tracking on (-L), as nvbench has its own always. */
export function perfInitiator(program: string): Initiator {
  return async ({ target, depth, cpu, rampS, runtimeS, signal }) => {
    const address = `trtype:VFIOUSER traddr:${target.traddr} subnqn:${target.subnqn}`;
    // -g: the target maps one file of memory; it finds nothing in DPDK's many.
    const memory = ['-g', '-s', String(PERF_MIB)];
    const workload = ['-q', String(depth), '-o', String(BS_BYTES), '-w', 'randread'];
    const times = ['-a', String(rampS), '-t', String(runtimeS), '-L'];
    const args = ['-c', `[${cpu}]`, ...memory, ...workload, ...times, '-r', address];
    const ended = await runToEnd(program, args, { signal, timeoutMs: timeoutOf(rampS + runtimeS) });
    // With -g DPDK leaves its file of hugepages behind.
    removeDpdkFiles(ended.pid);
    signal.throwIfAborted();
    const failed = (reason: string): Error =>
      new Error(
        `measure with ${program} ${args.join(' ')}: ${reason}:\n${lastLines(ended.stdout + ended.stderr)}`,
      );
    if (ended.code !== 0) throw failed(endOf(ended));
    const figures = perfFigures(ended.stdout);
    if (figures === undefined) throw failed('it printed no Total line or no 50 % percentile');
    return figures;
  };
}

/**
 * Reads what spdk_nvme_perf -L prints: `Total : IOPS MiB/s average min max` (us) and the summary's `50.00000% : us`.
 * Undefined where either is missing: it ends with 0 also when it has found no namespace.
 */
export function perfFigures(output: string): RunFigures | undefined {
  const total = /^Total\s*:\s*([\d.]+)\s+[\d.]+\s+([\d.]+)\s/m.exec(output);
  const p50 = /^\s*50\.0+%\s*:\s*([\d.]+)us/m.exec(output);
  if (!total || !p50) return undefined;
  return { iops: Number(total[1]), meanNs: Number(total[2]) * 1000, p50Ns: Number(p50[1]) * 1000 };
}

/** `nvbench run` of a build of this project, by its own program. */
export function nvbenchInitiator(cli: string): Initiator {
  return async ({ target, depth, cpu, rampS, runtimeS, signal }) => {
    const folder = mkdtempSync(join(tmpdir(), 'nvbench-spdk-run-'));
    try {
      const config = join(folder, 'run.json');
      const job = {
        name: 'randread',
        rw: 'randread',
        bs: BS_BYTES,
        iodepth: depth,
        cpus_allowed: String(cpu),
      };
      const device = `vfio-user:${target.traddr}`;
      const jobs = [{ ...job, runtime: `${runtimeS}s`, ramp_time: `${rampS}s` }];
      writeFileSync(config, JSON.stringify({ device, hugepages: 'require', jobs }));
      const args = [cli, 'run', config, '--format', 'json'];
      const ended = await runToEnd(process.execPath, args, {
        signal,
        timeoutMs: timeoutOf(rampS + runtimeS),
      });
      signal.throwIfAborted();
      if (ended.code !== 0) {
        throw new Error(`measure with nvbench (${cli}): ${endOf(ended)}:\n${lastLines(ended.stderr)}`);
      }
      return nvbenchFigures(ended.stdout);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
}

interface ResultDocument {
  readonly jobs: readonly {
    readonly directions: {
      readonly read: {
        readonly iops: number;
        readonly latencyNs: { readonly mean: number; readonly p50: number };
      };
    };
  }[];
}

function nvbenchFigures(text: string): RunFigures {
  const [job] = (JSON.parse(text) as ResultDocument).jobs;
  const { iops, latencyNs } = job.directions.read;
  return { iops, meanNs: latencyNs.mean, p50Ns: latencyNs.p50 };
}
