/** The options of a `sim` target that make up a personality; a personality by name or file is a set of options, too. */
import { readFileSync } from 'node:fs';
import { PERSONALITIES } from '../../../device/personalities/index.js';
import {
  OPTIONAL_LOGS,
  type OptionalLog,
  type Personality,
  PLAIN_PERSONALITY,
  type PlayedPciId,
} from '../../../device/personality.js';
import type { SizeLimits } from '../../../device/size-limits.js';
import { parseDurationNs, parseSizeBytes } from '../../option-values.js';

const LIST = 'numbers separated by ;';

/** What each option takes. */
export const PERSONALITY_OPTIONS = {
  vs: 'the version in VS, such as 1.0 or 2.0 (default 1.4)',
  dstrd: 'CAP.DSTRD, 0 to 15 (default 0)',
  doorbell_bytes: 'what of the doorbells there is, such as 4KiB, up to 64MiB (default those of all queues)',
  shadow_doorbells:
    'true for doorbells in memory of the host (Doorbell Buffer Config), as hypervisors have them',
  wrr: 'true for weighted round robin with an urgent class (CAP.AMS)',
  css: 'CAP.CSS, 0 to 255 (default 1)',
  to: 'CAP.TO in units of 500 ms, 0 to 255 (default 20)',
  crto: 'CRTO.CRWMT in units of 500 ms, 1 to 65535 (default none)',
  mpsmin: 'CAP.MPSMIN, 0 to 15 (default 0)',
  admin_entries: 'the fewest entries of an admin queue that it can be enabled with, 2 to 4096',
  entries_that_work: 'a queue of more entries is fatal, whatever CAP.MQES says; 2 to 65536',
  nn: 'NN, 1 to 1024 (default 1)',
  nsid: 'the active namespace, 1 to nn (default 1)',
  refuse_cns: `${LIST}: Identify with one of these CNS is refused`,
  refuse_features: `${LIST}: Get and Set Features of these are refused`,
  queues_asked: 'Set Features Number of Queues for more is refused, 1 to 65535',
  ready_after: 'how long CSTS.RDY takes, such as 200ms (default 0s)',
  shutdown_takes: 'how long CSTS.SHST takes, such as 200ms (default 0s)',
  deaf_before: 'CSTS read so soon after CC.EN was cleared hangs it, such as 2s (default 0s)',
  temperature: 'in kelvin, 0 for none, up to 65535 (default 310)',
  hmpre: 'HMPRE, host memory that it wants, such as 32MiB (default none)',
  hmmin: 'HMMIN, of that what it needs at least (default none)',
  cmb: 'Controller Memory Buffer such as 64KiB, in whole pages (default none)',
  cmb_queues: 'false for one that submission queues may not lie in (CMBSZ.SQS)',
  dulbe: 'true where reads of blocks without data can be made to fail (Error Recovery, DULBE)',
  sanitize: 'how long Sanitize takes, such as 2s, by blocks or cryptographic (default none: no such command)',
  self_test:
    'how long Device Self-test takes, the short one and the extended one, such as 2s;1m (default none: no such command)',
  logs: `${OPTIONAL_LOGS.join(', ')}, separated by ;: log pages beside the common ones`,
  firmware_slots:
    'firmware slots, 1 to 7 (default 1): with several, images can be downloaded to all but the first',
  copy: 'source ranges of one Copy, 1 to 128 (MSRC; default none: no such command); not with flash, metadata, zones, fdp',
  power_states: 'power states, 1 to 32 (default 1); with several, autonomous transitions too',
  metadata: 'bytes of metadata of each block: 8, 16, 32 or 64 (default none)',
  pi: 'type of end-to-end protection, 0 to 3 (default 0); needs metadata',
  pif: 'bits of its guards, 16, 32 or 64 (default 16); those of 32 and 64 need 16 bytes of metadata',
  extended: 'true for metadata at the end of the data of each block (FLBAS bit 4)',
  fdp: 'reclaim unit handles of the namespace, 1 to 128 (Flexible Data Placement; default none)',
  vsl: 'bytes of the longest Verify such as 128KiB (VSL, default no limit)',
  wzsl: 'bytes of the longest Write Zeroes (WZSL, default no limit)',
  wusl: 'bytes of the longest Write Uncorrectable (WUSL, default no limit)',
  dmrl: 'ranges of one Dataset Management, 1 to 255 (DMRL, default no limit)',
  dmrsl: 'blocks of each of its ranges (DMRSL, default no limit)',
  dmsl: 'blocks of all of its ranges (DMSL, default no limit)',
  zasl: 'bytes of the longest Zone Append (ZASL, default MDTS)',
  combinations: `${LIST}: command sets that may be in force at once, a bit for each; the first are at first`,
  awupf: 'bytes of a write that is all there or not at all, such as 16KiB (AWUPF, default one block)',
  zone: 'size of the zones of a zoned namespace such as 64MiB, which are written in order (default none)',
  zone_capacity: 'what of each zone can be written such as 48MiB (default all of it)',
  zones_active: 'MAR and MOR, zones that may be active at once, 1 to 65535 (default no limit)',
  pci: 'VENDOR:DEVICE or VENDOR:DEVICE:SUBVENDOR:SUBDEVICE in hexadecimal (default no function, 1b36:0010 where it is served)',
} as const;

export type PersonalityOption = keyof typeof PERSONALITY_OPTIONS;

/** Reads an option as `parse` says, or throws; `fallback` where it is not given. */
export type ReadOption<Name extends string = PersonalityOption> = <T>(
  name: Name,
  fallback: T,
  parse: (text: string) => T | undefined,
) => T;

/** VER of Identify Controller came with version 1.2. */
const FIRST_WITH_VER = 0x0001_0200;
const MOST_PAGES_BYTES = 64 * 2 ** 20;
const MOST_MS = 600_000;
/** CAP.CSS of controllers with others than the NVM command set. */
const SEVERAL_SETS = 0x41;
/** Combinations of command sets: NVM and zoned. */
const WITH_ZONES = [0x5];
const METADATA_BYTES = [8, 16, 32, 64];
const GUARD_BITS = [16, 32, 64] as const;

/** A whole number from low to high, decimal or 0x; undefined where the text is none. */
export function integer(text: string, low: number, high: number): number | undefined {
  const value = /^(\d+|0x[0-9a-f]+)$/i.test(text) ? Number(text) : Number.NaN;
  return value >= low && value <= high ? value : undefined;
}

export function readPersonality(read: ReadOption): Personality {
  const plain = PLAIN_PERSONALITY;
  const number = (name: PersonalityOption, fallback: number, low: number, high: number): number =>
    read(name, fallback, (text) => integer(text, low, high));
  const version = read('vs', plain.version, readVersion);
  const numberOfNamespaces = number('nn', plain.numberOfNamespaces, 1, 1024);
  const metadataBytes = read('metadata', plain.metadataBytes, (text) =>
    METADATA_BYTES.find((bytes) => String(bytes) === text),
  );
  const zoneBytes = read('zone', plain.zoneBytes, readPages);
  const mostPi = metadataBytes === 0 ? 0 : 3;
  const selfTestTakesMs = read<readonly [number, number] | undefined>('self_test', undefined, readTwoMs);
  const pciId = read<PlayedPciId | undefined>('pci', undefined, readPciId);
  return {
    version,
    identifiedVersion: version < FIRST_WITH_VER ? 0 : version,
    strideShift: number('dstrd', plain.strideShift, 0, 15),
    doorbellWindowBytes: read('doorbell_bytes', plain.doorbellWindowBytes, readPages),
    shadowDoorbells: read('shadow_doorbells', plain.shadowDoorbells, (text) =>
      text === 'true' ? true : undefined,
    ),
    weightedRoundRobin: read('wrr', plain.weightedRoundRobin, (text) => (text === 'true' ? true : undefined)),
    commandSets: number('css', zoneBytes > 0 ? SEVERAL_SETS : plain.commandSets, 0, 255),
    readyTimeoutUnits: number('to', plain.readyTimeoutUnits, 0, 255),
    readyWithMediaUnits: number('crto', plain.readyWithMediaUnits, 1, 65_535),
    minPageShift: number('mpsmin', plain.minPageShift, 0, 15),
    leastAdminEntries: number('admin_entries', plain.leastAdminEntries, 2, 4096),
    entriesThatWork: number('entries_that_work', plain.entriesThatWork, 2, 65_536),
    numberOfNamespaces,
    nsid: number('nsid', plain.nsid, 1, numberOfNamespaces),
    refusedCns: read('refuse_cns', plain.refusedCns, readList),
    refusedFeatures: read('refuse_features', plain.refusedFeatures, readList),
    mostQueuesAsked: number('queues_asked', plain.mostQueuesAsked, 1, 65_535),
    readyAfterMs: read('ready_after', plain.readyAfterMs, readMs),
    shutdownTakesMs: read('shutdown_takes', plain.shutdownTakesMs, readMs),
    deafBeforeMs: read('deaf_before', plain.deafBeforeMs, readMs),
    temperatureKelvin: number('temperature', plain.temperatureKelvin, 0, 65_535),
    hostMemoryBytes: read('hmpre', plain.hostMemoryBytes, readPages),
    hostMemoryLeastBytes: read('hmmin', plain.hostMemoryLeastBytes, readPages),
    metadataBytes,
    protectionType: number('pi', plain.protectionType, 0, mostPi),
    guardBits: read('pif', plain.guardBits, (text) =>
      GUARD_BITS.find((bits) => String(bits) === text && (bits === 16 || metadataBytes > 8)),
    ),
    metadataInline: read('extended', plain.metadataInline, (text) =>
      text === 'true' && metadataBytes > 0 ? true : undefined,
    ),
    zoneBytes,
    zoneCapacityBytes: read('zone_capacity', plain.zoneCapacityBytes, (text) => {
      const bytes = readPages(text);
      return bytes !== undefined && bytes <= zoneBytes ? bytes : undefined;
    }),
    mostActiveZones: number('zones_active', plain.mostActiveZones, 1, 65_535),
    controllerMemoryBytes: read('cmb', plain.controllerMemoryBytes, readPages),
    queuesInControllerMemory: read('cmb_queues', plain.queuesInControllerMemory, (text) =>
      text === 'false' ? false : undefined,
    ),
    sanitizeTakesMs: read('sanitize', plain.sanitizeTakesMs, readMs),
    deallocatedErrors: read('dulbe', plain.deallocatedErrors, (text) => (text === 'true' ? true : undefined)),
    atomicBytes: read('awupf', plain.atomicBytes, readPages),
    limits: readLimits(read, number),
    commandSetCombinations: read(
      'combinations',
      zoneBytes > 0 ? WITH_ZONES : plain.commandSetCombinations,
      readList,
    ),
    placementHandles: number('fdp', plain.placementHandles, 1, 128),
    firmwareSlots: number('firmware_slots', plain.firmwareSlots, 1, 7),
    copyRanges: number('copy', plain.copyRanges, 1, 128),
    powerStates: number('power_states', plain.powerStates, 1, 32),
    logs: read('logs', plain.logs, readLogs),
    ...(selfTestTakesMs === undefined ? {} : { selfTestTakesMs }),
    ...(pciId === undefined ? {} : { pciId }),
  };
}

type ReadNumber = (name: PersonalityOption, fallback: number, low: number, high: number) => number;

function readLimits(read: ReadOption, number: ReadNumber): SizeLimits {
  const size = (name: PersonalityOption): number => read(name, 0, readPowerOfTwo);
  return {
    verifyBytes: size('vsl'),
    writeZeroesBytes: size('wzsl'),
    writeUncorrectableBytes: size('wusl'),
    ranges: number('dmrl', 0, 1, 255),
    rangeLbas: number('dmrsl', 0, 1, 2 ** 32 - 1),
    allLbas: number('dmsl', 0, 1, Number.MAX_SAFE_INTEGER),
    appendBytes: size('zasl'),
  };
}

function readPowerOfTwo(text: string): number | undefined {
  const bytes = readPages(text);
  return bytes !== undefined && bytes > 4096 && Number.isInteger(Math.log2(bytes)) ? bytes : undefined;
}

function readVersion(text: string): number | undefined {
  const [, major, minor, tertiary = '0'] = /^(\d{1,3})\.(\d{1,3})(?:\.(\d{1,3}))?$/.exec(text) ?? [];
  if (major === undefined || [minor, tertiary].some((part) => Number(part) > 255)) return undefined;
  return Number(major) * 0x1_0000 + Number(minor) * 0x100 + Number(tertiary);
}

function readPages(text: string): number | undefined {
  const bytes = parseSizeBytes(text);
  return bytes !== undefined && bytes > 0 && bytes % 4096 === 0 && bytes <= MOST_PAGES_BYTES
    ? bytes
    : undefined;
}

function readList(text: string): number[] | undefined {
  const numbers = text.split(';').map((each) => integer(each, 0, 255));
  return numbers.every((each) => each !== undefined) ? numbers : undefined;
}

function readMs(text: string): number | undefined {
  const ns = parseDurationNs(text);
  return ns !== undefined && ns / 1e6 <= MOST_MS ? ns / 1e6 : undefined;
}

function readLogs(text: string): OptionalLog[] | undefined {
  const names = text.split(';').map((name) => OPTIONAL_LOGS.find((each) => each === name));
  return names.every((name) => name !== undefined) ? names : undefined;
}

function readTwoMs(text: string): [number, number] | undefined {
  const [first, second, ...more] = text.split(';').map(readMs);
  return first && second && more.length === 0 ? [first, second] : undefined;
}

function readPciId(text: string): PlayedPciId | undefined {
  if (!/^[0-9a-f]{4}:[0-9a-f]{4}(:[0-9a-f]{4}:[0-9a-f]{4})?$/i.test(text)) return undefined;
  const [vendorId, deviceId, subsystemVendorId = vendorId, subsystemDeviceId = 0] = text
    .split(':')
    .map((part) => Number.parseInt(part, 16));
  return { vendorId, deviceId, subsystemVendorId, subsystemDeviceId };
}

/**
 * The options that `personality=` stands for: of a family that is known by this name, or of a JSON file whose `options`
 * are those of a target. Throws what `bad` makes of the reason and of what to do.
 */
export function personalityOptions(
  name: string,
  bad: (reason: string, hint: string) => Error,
): Readonly<Record<string, string>> {
  if (Object.hasOwn(PERSONALITIES, name)) return PERSONALITIES[name].options;
  if (!name.includes('/') && !name.endsWith('.json')) {
    const known = Object.keys(PERSONALITIES).join(', ');
    throw bad(`personality=${name} is not known`, `personality takes ${known}, or the path of a JSON file`);
  }
  const hint = 'a personality is JSON such as {"source": "a drive of mine", "options": {"vs": "1.0"}}';
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(name, 'utf8'));
  } catch (error) {
    throw bad(`${name} cannot be read: ${(error as Error).message}`, hint);
  }
  const options = (parsed as { options?: unknown } | null)?.options;
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw bad(`${name} has no object 'options'`, hint);
  for (const [option, value] of Object.entries(options))
    if (typeof value !== 'string') throw bad(`${name}: option '${option}' is no string`, hint);
  return options as Record<string, string>;
}
