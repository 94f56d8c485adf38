/** What a command line of spdk_nvme_perf or bdevperf says of the run, where the text has it above the figures. */
import { fioSizeBytes } from './fio-units.js';

export interface PerfSettings {
  readonly rw?: string;
  readonly bsBytes?: number;
  readonly iodepth?: number;
  readonly runtimeMs?: number;
  readonly rwmixread?: number;
  readonly queuePairs?: number;
}

/** Options that are read, short and long. */
const NAMES: Readonly<Record<string, string>> = {
  '-w': 'pattern',
  '--io-pattern': 'pattern',
  '-o': 'size',
  '--io-size': 'size',
  '-q': 'depth',
  '--io-depth': 'depth',
  '-t': 'seconds',
  '--time': 'seconds',
  '-M': 'mix',
  '--rwmixread': 'mix',
  '-P': 'pairs',
  '--num-qpairs': 'pairs',
  '-d': 'ios',
  '--number-ios': 'ios',
};

function optionsOf(line: string): Map<string, string> {
  const found = new Map<string, string>();
  const words = line.trim().split(/\s+/);
  for (let i = 0; i < words.length; i++) {
    // `-q 32`, `-q32`, `--io-depth 32` and `--io-depth=32`.
    const [, name, attached] = /^(--[a-z-]+|-[a-zA-Z])(?:=?(.*))$/.exec(words[i]) ?? [];
    const key = name === undefined || !Object.hasOwn(NAMES, name) ? undefined : NAMES[name];
    if (key === undefined) continue;
    const value = attached === '' ? words[i + 1] : attached;
    if (value !== undefined) found.set(key, value);
  }
  return found;
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** No line of interest is near it, and patterns are slow on lines made to be. */
const MAX_LINE_LENGTH = 1000;

/** Lines that may say something; tools of SPDK begin some with a carriage return. */
export function linesOf(text: string): string[] {
  return text.split(/[\r\n]+/).filter(({ length }) => length <= MAX_LINE_LENGTH);
}

/** Version of SPDK, where a line says it; else empty. */
export function spdkVersion(lines: readonly string[]): string {
  const said = lines.flatMap((line) => /\bSPDK v(\d[\w.-]*)/.exec(line)?.[1] ?? []);
  return said[0] ?? '';
}

/** Settings from the last line that runs the tool with a queue depth; none where there is no such line. */
export function perfSettings(lines: readonly string[]): PerfSettings {
  const isCommand = (line: string): boolean =>
    /\bperf\b|spdk_nvme_perf|bdevperf/.test(line) && /\s(-q|--io-depth)/.test(line);
  const options = optionsOf(lines.findLast(isCommand) ?? '');
  const settings = {
    rw: options.get('pattern'),
    bsBytes: fioSizeBytes(options.get('size') ?? ''),
    iodepth: numberOf(options.get('depth')),
    runtimeMs: numberOf(options.get('seconds')),
    rwmixread: numberOf(options.get('mix')),
    queuePairs: numberOf(options.get('pairs')),
  };
  // It ends before its time where a number of I/Os was asked for, which may come first.
  if (options.has('ios')) settings.runtimeMs = undefined;
  if (settings.runtimeMs !== undefined) settings.runtimeMs *= 1000;
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
