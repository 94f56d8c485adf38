/** The option `flash` of a `sim` target: a set of parameters by name, and those that are to be others. */
import type { FlashSpec } from '../../../device/flash/flash-spec.js';
import { FLASH_PARTS } from '../../../device/flash/parts.js';
import { parseDurationNs, parseSizeBytes } from '../../option-values.js';
import { integer } from './sim-personality.js';

const MOST_OVER_PROVISIONING = 4;
const MOST_NS = 3600e9;
const STARTS = ['new', 'full', 'steady'] as const;

/** What a set of parameters may be given beside its name, and how. */
const CHANGES: Readonly<Record<string, (text: string, spec: FlashSpec) => Partial<FlashSpec> | undefined>> = {
  op: (text) => fraction(text, MOST_OVER_PROVISIONING, (overProvisioning) => ({ overProvisioning })),
  cache: (text, { pagesPerProgram }) => {
    if (text === 'none') return { cacheShare: 0 };
    return pagesPerProgram === 1 ? undefined : fraction(text, 1, (cacheShare) => ({ cacheShare }));
  },
  unit: (text, { pageBytes }) => {
    const unitBytes = parseSizeBytes(text) ?? 0;
    const fits = unitBytes >= 4096 && unitBytes <= pageBytes && Number.isInteger(Math.log2(unitBytes));
    return fits ? { unitBytes } : undefined;
  },
  channels: (text) => count(text, 32, (channels) => ({ channels })),
  dies: (text) => count(text, 32, (diesPerChannel) => ({ diesPerChannel })),
  planes: (text) => count(text, 16, (planes) => ({ planes })),
  heat: (text) => time(text, 1e6, (heatNs) => ({ heatNs })),
  cycles: (text) => count(text, 1e6, (startCycles) => ({ startCycles })),
  start: (text) => {
    const start = STARTS.find((each) => each === text);
    return start === undefined ? undefined : { start };
  },
  read: (text, { readNs }) => time(text, 1, (ns) => ({ readNs: readNs.map(() => ns) })),
  program: (text) => time(text, 1, (programNs) => ({ programNs })),
  erase: (text) => time(text, 1, (eraseNs) => ({ eraseNs })),
  suspend: (text) => (text === 'none' ? { suspendNs: 0 } : time(text, 1, (suspendNs) => ({ suspendNs }))),
};

export const FLASH_FORM = `${Object.keys(FLASH_PARTS).join(', ')}, or one of these with changes such as tlc(op=28%,unit=16KiB,channels=4,dies=2,planes=2,read=50us,program=1ms,erase=3ms,suspend=none,cache=10%,cycles=1500,start=steady,heat=30s)`;

/** Of a percentage above 0. */
function fraction(text: string, most: number, change: (n: number) => Partial<FlashSpec>) {
  const n = Number(/^(\d+(?:\.\d+)?)%$/.exec(text)?.[1] ?? Number.NaN) / 100;
  return n > 0 && n <= most ? change(n) : undefined;
}

function count(text: string, most: number, change: (n: number) => Partial<FlashSpec>) {
  const n = integer(text, 1, most);
  return n === undefined ? undefined : change(n);
}

function time(text: string, leastNs: number, change: (ns: number) => Partial<FlashSpec>) {
  const ns = parseDurationNs(text);
  return ns === undefined || ns < leastNs || ns > MOST_NS ? undefined : change(ns);
}

/** See `FLASH_FORM`; undefined where it is none. */
export function parseFlash(text: string): FlashSpec | undefined {
  const [, name, changes] = /^([a-z-]+)(?:\(([^()]*)\))?$/.exec(text) ?? [];
  if (name === undefined || !Object.hasOwn(FLASH_PARTS, name)) return undefined;
  let spec = FLASH_PARTS[name];
  for (const change of changes === undefined ? [] : changes.split(',')) {
    const [key, value = ''] = change.split('=');
    if (!Object.hasOwn(CHANGES, key)) return undefined;
    const changed = CHANGES[key](value, spec);
    if (changed === undefined) return undefined;
    spec = { ...spec, ...changed };
  }
  return spec;
}
