/** `--metrics`: the document of a run as OpenMetrics, kept current while the run goes on. */
import { EngineError } from '../../engine/errors.js';
import type { BenchResult } from '../../reports/document/index.js';
import { formatOpenMetrics } from '../../reports/views/openmetrics.js';
import { OutputFile } from '../files/output-file.js';
import { Checkpoint } from '../run/checkpoint.js';
import { type ListenAddress, type MetricsServer, serveMetrics } from './server.js';

export interface Metrics {
  /** The document as it is now, made when it is needed. */
  update(build: () => BenchResult): void;
  /** The document of a run that has ended. Throws EngineError OUTPUT_UNWRITABLE where its file cannot be written. */
  end(result: BenchResult): Promise<void>;
  close(): Promise<void>;
}

export interface MetricsOptions {
  /** Files that are read or written otherwise. */
  readonly kept: readonly string[];
  /** Told of the address where a server listens. */
  onServing(url: string): void;
  /** Told of the first failure to write the file while the run goes on. */
  onFailure(error: unknown): void;
}

/** Only this machine may ask, where no host is named. */
const DEFAULT_HOST = '127.0.0.1';
const MOST_PORT = 65_535;
/** What a document without a job looks like. */
const NOTHING_YET = '# EOF\n';

/**
 * `:9464`, `0.0.0.0:9464` or `[::1]:9464`; undefined for what is the name of a file. Throws EngineError BAD_ARGUMENTS for an
 * address whose port is none.
 */
export function listenAddressOf(name: string): ListenAddress | undefined {
  const [, bracketed, plain, digits] = /^(?:\[([^\]/]+)\]|([^:/]*)):(\d+)$/.exec(name) ?? [];
  if (digits === undefined && !name.startsWith(':')) return undefined;
  if (digits === undefined || Number(digits) > MOST_PORT)
    throw new EngineError({
      code: 'BAD_ARGUMENTS',
      op: 'read --metrics',
      target: name,
      reason: `a port is a whole number from 0 to ${MOST_PORT}`,
      hint: `name such a port, or ./${name} for a file of that name`,
      kind: 'input',
    });
  return { host: bracketed || plain || DEFAULT_HOST, port: Number(digits) };
}

async function served(where: ListenAddress, { onServing }: MetricsOptions): Promise<Metrics> {
  let current: (() => BenchResult) | undefined;
  const server: MetricsServer = await serveMetrics(where, () =>
    current === undefined ? NOTHING_YET : formatOpenMetrics([current()]),
  );
  onServing(server.url);
  return {
    update: (build) => {
      current = build;
    },
    end: async (result) => {
      current = () => result;
    },
    close: server.close,
  };
}

function written(path: string, { kept, onFailure }: MetricsOptions): Metrics {
  const file = OutputFile.prepare(path, { kept, option: '--metrics' });
  const text = (result: BenchResult): string => formatOpenMetrics([result]);
  const checkpoint = file.replaceable
    ? new Checkpoint((current) => file.replace(current), { onFailure, format: text })
    : undefined;
  return {
    update: (build) => checkpoint?.offer(build),
    end: (result) => file.finish(text(result)),
    close: async () => file.close(),
  };
}

/** Opens what `--metrics` names: a server, or a file. Throws EngineError BAD_ARGUMENTS, METRICS_UNSERVED, OUTPUT_UNWRITABLE. */
export async function openMetrics(name: string, options: MetricsOptions): Promise<Metrics> {
  const where = listenAddressOf(name);
  return where === undefined ? written(name, options) : served(where, options);
}
