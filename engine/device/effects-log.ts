/** The Commands Supported and Effects log page (NVMe base 2.0, 5.16.1.6). */
import { ADMIN, CSI, NVM, ZNS } from '../spec/command.js';
import { VERSION_2_0 } from '../spec/registers.js';
import type { Personality } from './personality.js';

export const EFFECTS_LOG_BYTES = 4096;
/** Of 256 dwords for the admin commands, then those of the I/O commands. */
const IO_DWORDS = 256;

const SUPPORTED = 1 << 0;
/** LBCC: blocks may have other content. */
const CHANGES_BLOCKS = SUPPORTED | (1 << 1);
/** CCC: the controller may be able to do other things. */
const CHANGES_CONTROLLER = 1 << 4;
/** CSE 001b (bits 18:16): no other command to the same namespace beside it. */
const ALONE_ON_NAMESPACE = 1 << 16;
/** CSE 010b: none to any namespace. */
const ALONE = 2 << 16;

/** CSP (bits 31:20), from version 2.0 on: what a command is about. */
const OF_NAMESPACE = 1 << 20;
const OF_CONTROLLER = 1 << 21;
const OF_SUBSYSTEM = 1 << 25;
const ADMIN_SCOPES: Readonly<Record<number, number>> = {
  [ADMIN.FORMAT_NVM]: OF_NAMESPACE,
  [ADMIN.SANITIZE]: OF_SUBSYSTEM,
  [ADMIN.FIRMWARE_DOWNLOAD]: OF_SUBSYSTEM,
  [ADMIN.FIRMWARE_COMMIT]: OF_SUBSYSTEM,
  [ADMIN.DEVICE_SELF_TEST]: OF_NAMESPACE,
};

type Effects = readonly (readonly [opcode: number, effects: number])[];

const IO: Effects = [
  [NVM.FLUSH, SUPPORTED],
  [NVM.WRITE, CHANGES_BLOCKS],
  [NVM.READ, SUPPORTED],
  [NVM.WRITE_UNCORRECTABLE, CHANGES_BLOCKS],
  [NVM.WRITE_ZEROES, CHANGES_BLOCKS],
  [NVM.DATASET_MANAGEMENT, CHANGES_BLOCKS],
  [NVM.VERIFY, SUPPORTED],
];
const ZONED: Effects = [
  [ZNS.ZONE_MANAGEMENT_SEND, CHANGES_BLOCKS],
  [ZNS.ZONE_MANAGEMENT_RECEIVE, SUPPORTED],
];

/**
 * The page of a command set, as CDW14 names it, or undefined where the drive has no such one.
 * @param adminOpcodes those that the controller carries out
 */
export function effectsPage(
  personality: Pick<Personality, 'version' | 'zoneBytes' | 'metadataBytes' | 'copyRanges'>,
  adminOpcodes: readonly number[],
  csi: number,
): Uint8Array | undefined {
  const zoned = personality.zoneBytes > 0;
  if (csi !== CSI.NVM && !(csi === CSI.ZONED && zoned)) return undefined;
  const dwords = new Uint32Array(EFFECTS_LOG_BYTES / 4);
  for (const opcode of adminOpcodes) dwords[opcode] = SUPPORTED;
  dwords[ADMIN.FORMAT_NVM] = CHANGES_BLOCKS | ALONE_ON_NAMESPACE;
  if (adminOpcodes.includes(ADMIN.FIRMWARE_COMMIT))
    dwords[ADMIN.FIRMWARE_COMMIT] = SUPPORTED | CHANGES_CONTROLLER;
  if (adminOpcodes.includes(ADMIN.SANITIZE)) dwords[ADMIN.SANITIZE] = CHANGES_BLOCKS | ALONE;
  const checked = personality.metadataBytes > 0;
  const io: Effects = [
    ...IO,
    ...(checked ? [] : [[NVM.COMPARE, SUPPORTED] as const]),
    ...(personality.copyRanges > 0 ? [[NVM.COPY, CHANGES_BLOCKS] as const] : []),
    ...(zoned ? ZONED : []),
    // of blocks without metadata
    ...(zoned && !checked ? [[ZNS.ZONE_APPEND, CHANGES_BLOCKS] as const] : []),
  ];
  for (const [opcode, effects] of io) dwords[IO_DWORDS + opcode] = effects;
  if (personality.version >= VERSION_2_0) addScopes(dwords);
  return new Uint8Array(dwords.buffer);
}

function addScopes(dwords: Uint32Array): void {
  for (const [index, effects] of dwords.entries())
    if (effects !== 0)
      dwords[index] |= index >= IO_DWORDS ? OF_NAMESPACE : (ADMIN_SCOPES[index] ?? OF_CONTROLLER);
}
