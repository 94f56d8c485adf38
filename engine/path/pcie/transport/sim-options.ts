/** How a `sim` target is written: its options, and what they may be. */
import { totalmem } from 'node:os';
import {
  type FaultSpec,
  type LatencySpec,
  MAX_IN_FLIGHT,
  type SimConfig,
  type WearSpec,
} from '../../../device/config.js';
import type { FlashSpec } from '../../../device/flash/flash-spec.js';
import { flashGeometry, tableBytes } from '../../../device/flash/geometry.js';
import type { Personality } from '../../../device/personality.js';
import { EngineError } from '../../../errors.js';
import { cgroupMemoryBytes } from '../../../sys/memory-limit.js';
import { parseDurationNs, parseSizeBytes } from '../../option-values.js';
import type { TargetForm } from '../../target.js';
import { FAULTS_FORM, parseFaults } from './sim-faults.js';
import { FLASH_FORM, parseFlash } from './sim-flash.js';
import {
  integer,
  PERSONALITY_OPTIONS,
  personalityOptions,
  type ReadOption,
  readPersonality,
} from './sim-personality.js';
import { POWER_FORM, parsePower } from './sim-power.js';

export const SIM_FORM: TargetForm = {
  scheme: 'sim',
  examples: ['sim', 'sim:?size=64GiB&latency=80us'],
  readAddress(address, bad) {
    if (address === '') return address;
    throw bad(`sim takes no address, only options, but got '${address}'`);
  },
};

const GIB = 2 ** 30;
/** Blocks of one command: the 16 bits of NLB. */
const MOST_NLB = 65_536;
const DEFAULT_READ = 'lognormal(80us,0.15,tail=0.1%:500us)';
const DEFAULT_WRITE = 'lognormal(20us,0.15,tail=0.1%:1ms)';
const LATENCY_FORM = 'none, 80us, or lognormal(MEDIAN,SIGMA[,tail=PERCENT:TIME])';
const WEAR_FORM = 'FRESH:STEADY:AFTER such as 400MiB:100MiB:1GiB';

const ALLOWED = {
  size: 'a size of whole blocks such as 64GiB (default 1GiB)',
  lba: '512 or 4096 (default 512)',
  media: 'ram or null: null moves no data (default ram, or the file that is given)',
  file: 'a file of as many bytes as size, or none yet, that keeps the blocks; not with media',
  direct: '0 or 1: blocks of file go past the kernel’s cache (default 0)',
  memory: 'the most memory media=ram may take, such as 4GiB (default half of what this process may have)',
  latency: `${LATENCY_FORM}; of reads, and of writes where write_latency is not given (default ${DEFAULT_READ})`,
  write_latency: `${LATENCY_FORM} (default ${DEFAULT_WRITE})`,
  wear: `${WEAR_FORM}: the bandwidth of writes on a fresh drive, on one that is steady, and what is written until the difference is 1/e`,
  flash: `${FLASH_FORM}: what it is made of, from which all times follow, in place of latency and wear`,
  power: `${POWER_FORM}, in place of power_states`,
  iops: 'commands per second, 0 for no limit (default 0)',
  mdts: 'a power of two from 4KiB to 16MiB, or none for no limit (default 1MiB)',
  queues: 'I/O queue pairs, 1 to 4096 (default 64)',
  entries: 'entries of the largest queue, 2 to 65536 (default 1024)',
  at_once:
    'I/O commands that it works on at once, 1 to 65536 (default 65536): the others wait in their queues',
  seed: 'a whole number below 2^32 (default 1)',
  model: 'up to 40 printable characters',
  serial: 'up to 20 printable characters',
  serial_hex: 'up to 20 bytes in hexadecimal, in place of serial',
  iova_bits: 'width of the simulated IOMMU, 32 to 52 (default 39; 48 where it is served)',
  faults: FAULTS_FORM,
  record: 'a file that each command is recorded in: nothing, or an older record, is there',
  personality: 'a family that is known by name, or the path of a JSON file with options',
  ...PERSONALITY_OPTIONS,
} as const;

type OptionName = keyof typeof ALLOWED;

export interface SimOptions {
  readonly config: SimConfig;
  readonly iovaBits: number;
}

/**
 * Reads the options of a `sim` target. `cpus`: see SimConfig; `cgroupBytes`: memory that the control groups of this process
 * allow. Throws EngineError BAD_SIM_OPTION of kind `input` that names the option and what it takes.
 */
export function parseSimOptions(
  written: Readonly<Record<string, string>>,
  cpus: number,
  cgroupBytes = cgroupMemoryBytes(),
): SimOptions {
  const options = withPersonality(written);
  for (const name of Object.keys(options))
    if (!Object.hasOwn(ALLOWED, name))
      throw refusal(`there is no option '${name}'`, `the options are ${Object.keys(ALLOWED).join(', ')}`);
  const given = (name: OptionName): string | undefined => options[name];
  const read = <T>(name: OptionName, fallback: T, parse: (text: string) => T | undefined): T => {
    const text = given(name);
    if (text === undefined) return fallback;
    const value = parse(text);
    if (value !== undefined) return value;
    throw refusal(`${name}=${text} is not possible`, `${name} takes ${ALLOWED[name]}`);
  };
  const lbaBytes = read('lba', 512, (text) => oneOf(Number(text), [512, 4096]));
  const flash = read<FlashSpec | undefined>('flash', undefined, parseFlash);
  const timedBy = (['latency', 'write_latency', 'wear'] as const).find(
    (name) => (given(name) ?? 'none') !== 'none',
  );
  if (flash !== undefined && timedBy !== undefined)
    throw refusal(`flash and ${timedBy} are given`, `leave ${timedBy} out: flash has times of its own`);
  const readLatency = read('latency', parseLatency(flash ? 'none' : DEFAULT_READ)!, parseLatency);
  const ownWrite = flash !== undefined || given('latency') !== undefined;
  const defaultWrite = ownWrite ? readLatency : parseLatency(DEFAULT_WRITE)!;
  const wear = read<WearSpec | undefined>('wear', undefined, parseWear);
  const powerStates = read('power', undefined, parsePower);
  if (powerStates !== undefined && given('power_states') !== undefined)
    throw refusal(
      'power and power_states are given',
      'leave power_states out: power says how many there are',
    );
  const file = readFile(read);
  const config: SimConfig = {
    sizeBytes: read('size', GIB, (text) => blocks(text, lbaBytes)),
    lbaBytes,
    media: file === undefined ? readMedia(read) : 'file',
    ...(file === undefined ? {} : { file }),
    memoryBytes: read('memory', Math.floor(Math.min(totalmem(), cgroupBytes) / 2), (text) =>
      blocks(text, 4096),
    ),
    readLatency,
    writeLatency: read('write_latency', defaultWrite, parseLatency),
    ...(wear === undefined ? {} : { wear }),
    ...(flash === undefined ? {} : { flash }),
    iops: read('iops', 0, (text) => integer(text, 0, 1e9)),
    mdtsBytes: read('mdts', 2 ** 20, (text) =>
      text === 'none' ? MOST_NLB * lbaBytes : powerOfTwoSize(text),
    ),
    namesMdts: given('mdts') !== 'none',
    maxIoQueues: read('queues', 64, (text) => integer(text, 1, 4096)),
    maxQueueEntries: read('entries', 1024, (text) => integer(text, 2, 65536)),
    commandsAtOnce: read('at_once', MAX_IN_FLIGHT, (text) => integer(text, 1, MAX_IN_FLIGHT)),
    seed: read('seed', 1, (text) => integer(text, 0, 2 ** 32 - 1)),
    modelNumber: read('model', 'nvbench software controller', (text) => printable(text, 40)),
    serialNumber: read(
      'serial_hex',
      read('serial', 'SIM00000000000000001', (text) => printable(text, 20)),
      serialBytes,
    ),
    personality: {
      ...readPersonality(read),
      ...lentTo(flash, given('hmpre')),
      ...(powerStates === undefined ? {} : { powerStates: powerStates.length }),
    },
    ...(powerStates === undefined ? {} : { powerStates }),
    faults: read<FaultSpec[]>('faults', [], parseFaults),
    ...(given('record') === undefined ? {} : { record: read('record', '', (text) => text || undefined) }),
    cpus,
  };
  const { zoneBytes } = config.personality;
  if (zoneBytes > 0 && config.sizeBytes % zoneBytes !== 0)
    throw refusal(`size is no multiple of zone=${given('zone')}`, 'give a size of whole zones');
  checkFile(given);
  const copyless =
    given('copy') && (['flash', 'metadata', 'zone', 'fdp'] as const).find((name) => given(name));
  if (copyless) throw refusal(`copy and ${copyless} are given`, 'leave one of them out');
  if (flash !== undefined) checkFlash(flash, config);
  if (given('memory') !== undefined && config.memoryBytes > cgroupBytes)
    throw tooMuchMemory(options.memory, cgroupBytes);
  return { config, iovaBits: read('iova_bits', 39, (text) => integer(text, 32, 52)) };
}

/**
 * The options of a controller that is served to other processes: as they are written, and in place of those left out,
 * addresses as wide as any host's, and the ids of a function that drivers know (QEMU's). Throws as `parseSimOptions`.
 */
export function servedOptions(written: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return { iova_bits: '48', pci: '1b36:0010:1af4:1100', ...withPersonality(written) };
}

/** Whether what is written to the controller is in a file, and there before it: where it is told what it is, it says so. */
export function keepsBlocks(written: Readonly<Record<string, string>>): boolean {
  try {
    return withPersonality(written).file !== undefined;
  } catch (error) {
    // It will not be attached either.
    if (error instanceof EngineError) return false;
    throw error;
  }
}

/** What is written goes before what the personality stands for. */
function withPersonality(written: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { personality, ...own } = written;
  if (personality === undefined) return own;
  return { ...personalityOptions(personality, refusal), ...own };
}

function refusal(reason: string, hint: string): EngineError {
  return new EngineError({
    code: 'BAD_SIM_OPTION',
    op: 'read target option',
    target: 'sim',
    reason,
    hint,
    kind: 'input',
  });
}

const readMedia = (read: ReadOption<OptionName>): SimConfig['media'] =>
  read<'null' | 'ram'>('media', 'ram', (text) => oneOf(text as 'ram', ['ram', 'null']));

function readFile(read: ReadOption<OptionName>): SimConfig['file'] {
  const direct = read('direct', 0, (text) => integer(text, 0, 1)) === 1;
  const path = read<string | undefined>('file', undefined, (text) => text || undefined);
  return path === undefined ? undefined : { path, direct };
}

/** A file has blocks and nothing else of a namespace; what is in it would not be what the rest says after a restart. */
function checkFile(given: (name: OptionName) => string | undefined): void {
  if (given('file') === undefined) {
    if (given('direct') !== undefined)
      throw refusal('direct is given and file is not', 'give file, or leave it out');
    return;
  }
  const beside = (['media', 'memory', 'metadata', 'zone'] as const).find((name) => given(name));
  if (beside !== undefined)
    throw refusal(
      `file and ${beside} are given`,
      `leave ${beside} out: a file keeps blocks and nothing beside them`,
    );
}

/** A drive of flash that wants the host's memory asks for it, unless that is said otherwise. */
function lentTo(flash: FlashSpec | undefined, asked: string | undefined): Partial<Personality> {
  const { hostMemoryBytes = 0 } = flash ?? {};
  return asked === undefined && hostMemoryBytes > 0 ? { hostMemoryBytes } : {};
}

/** The namespace lies on such flash, and the tables of that fit in memory. */
function checkFlash(flash: FlashSpec, { sizeBytes, memoryBytes }: SimConfig): void {
  const geometry = flashGeometry(flash, sizeBytes);
  if (geometry === undefined)
    throw refusal(
      `a namespace of ${sizeBytes} bytes cannot lie on flash=${flash.name}`,
      'give size=64MiB or more, fewer channels, dies or planes, or a larger unit for a very large one',
    );
  const bytes = tableBytes(geometry);
  if (bytes > memoryBytes)
    throw refusal(
      `the tables of flash=${flash.name} take ${Math.ceil(bytes / 2 ** 20)} MiB, and it may have ${Math.floor(memoryBytes / 2 ** 20)}`,
      `give a larger unit such as flash=${flash.name}(unit=16KiB), a smaller size, or more memory=`,
    );
}

function tooMuchMemory(text: string, cgroupBytes: number): EngineError {
  const has = `${Math.floor(cgroupBytes / 2 ** 20)} MiB`;
  return refusal(
    `memory=${text} is more than the control group of this process may have (${has}): the kernel would end it`,
    'give less, use media=null, or raise the memory limit (MemoryMax= in systemd, --memory of a container)',
  );
}

/** See `WEAR_FORM`; undefined where it is none. */
function parseWear(text: string): WearSpec | undefined {
  const parts = text.split(':').map(parseSizeBytes);
  const [freshBytesPerSecond = 0, steadyBytesPerSecond = 0, afterBytes = 0] = parts;
  const isWhole =
    parts.length === 3 && [freshBytesPerSecond, steadyBytesPerSecond, afterBytes].every((n) => n > 0);
  return isWhole ? { freshBytesPerSecond, steadyBytesPerSecond, afterBytes } : undefined;
}

function oneOf<T>(value: T, allowed: readonly T[]): T | undefined {
  return allowed.includes(value) ? value : undefined;
}

function blocks(text: string, blockBytes: number): number | undefined {
  const bytes = parseSizeBytes(text);
  return bytes !== undefined && bytes > 0 && bytes % blockBytes === 0 ? bytes : undefined;
}

function powerOfTwoSize(text: string): number | undefined {
  const bytes = parseSizeBytes(text);
  return bytes !== undefined && bytes >= 4096 && bytes <= 2 ** 24 && Number.isInteger(Math.log2(bytes))
    ? bytes
    : undefined;
}

function printable(text: string, longest: number): string | undefined {
  return text.length > 0 && text.length <= longest && /^[\x20-\x7e]+$/.test(text) ? text : undefined;
}

/** As text of one byte a character. */
function serialBytes(text: string): string | undefined {
  return /^([0-9a-f]{2}){1,20}$/i.test(text) ? Buffer.from(text, 'hex').toString('latin1') : undefined;
}

/** `none`, a duration, or `lognormal(80us,0.15,tail=0.1%:1ms)`; undefined where it is none of these. */
export function parseLatency(text: string): LatencySpec | undefined {
  if (text === 'none') return { kind: 'none' };
  const latencyNs = parseDurationNs(text);
  if (latencyNs !== undefined) return latencyNs === 0 ? { kind: 'none' } : { kind: 'fixed', latencyNs };
  const parts = /^lognormal\(([^,]+),(\d+(?:\.\d+)?)(?:,tail=(\d+(?:\.\d+)?)%:([^,)]+))?\)$/.exec(text);
  if (parts === null) return undefined;
  const medianNs = parseDurationNs(parts[1]);
  const tailNs = parts[4] === undefined ? medianNs : parseDurationNs(parts[4]);
  const tailFraction = Number(parts[3] ?? 0) / 100;
  const sigma = Number(parts[2]);
  if (medianNs === undefined || medianNs === 0 || tailNs === undefined || tailFraction > 1 || sigma > 5)
    return undefined;
  return { kind: 'lognormal', medianNs, sigma, tailFraction, tailNs };
}
